"""People on opioid agonist treatment on the last day of the period."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.on_oat import on_oat
from cascade.placing import at_period_end
from cascade.tables import Period, Tables

title = "People on OAT on the last day of the period"
source = "WHO consolidated HIV strategic information guidelines, PRV.11 (HIV.IND.11); GAM 1.7 and 1.10"
status = "proposed"
version = "1"
kind = "stock"
population = "Everyone with opioid agonist treatment in the record, in prison and in the community."
unit = "people"
members = (
    "People whom a dose, a depot, take-home or dispensed medicine covers on the last day of the period, or covered at"
    " most 7 days before it, and who have not left treatment since. Where two facilities treated, the place is that of"
    " the person at the end of the day; for whom no stay holds, that of the facility that gave the last medicine up to the day."
)
statuses = {
    "on_oat_covered": "covered on the last day of the period",
    "on_oat_late": "last covered 1 to 7 days before it, and treatment not left since",
}
figures = {
    "on_oat": Figure("People on OAT", ("on_oat_covered", "on_oat_late")),
    "covered": Figure("Covered on the day", ("on_oat_covered",), ("on_oat_covered", "on_oat_late")),
    "late": Figure("Late by 1 to 7 days", ("on_oat_late",), ("on_oat_covered", "on_oat_late")),
}
profiles = {
    "late_7": "Covered on the day, or last covered at most 7 days before it.",
    "covered": "Covered on the day itself.",
}
look_back = "7 days before the last day of the period (profile late_7); none (profile covered)."
exclusions = (
    "Orders without medicine given: an open order never counts.",
    (
        "People who surely died by the end of the day, whatever supply they have left. A death that may have been later"
        " does not exclude."
    ),
    (
        "Among those who are late, people deported, or whose OAT programme was closed (stopped, refused, completed, lost,"
        " emigrated, transferred to nowhere in the data), on a day surely between the last covered one and the last of the"
        " period. Not so if another OAT programme of theirs is open."
    ),
)
variants = (
    "PRV.11's calculation counts only people who inject drugs; its definition, and this measure, everyone on OAT.",
    "DHIS2's HIV_OAMT sums over periods; a census is never to be summed.",
    "People given OAT in a month: a flow.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People on OAT on the last day; `event_key` is NULL."""
    people = on_oat(tables, period.last)
    if profile == "covered":
        people = people.filter(~people.late)
    counted = people.select(
        "person_key",
        "facility_key",
        event_key=ibis.null("string"),
        status=ibis.cases((people.late, "on_oat_late"), else_="on_oat_covered"),
    )
    return at_period_end(counted, tables, period)
