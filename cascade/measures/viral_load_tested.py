"""People on ART for more than six months: whether their viral load was tested in the last twelve."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_period_end
from cascade.tables import Period, Tables
from cascade.viral_load import latest_viral_loads

title = "Viral load tested"
source = "WHO consolidated HIV strategic information guidelines, ART.3 (HIV.IND.29, its denominator) and ART.6 (HIV.IND.32)"
status = "proposed"
version = "1"
kind = "stock"
population = (
    "Everyone on ART at the end of the period for more than 6 months, in prison and in the community."
)
unit = "people"
members = (
    "People on ART at the end of the period (the measure of people on ART, late by at most 28 days) whose first covered day"
    " in the data is before the 6 months that end at 24:00 on the last day: at the end of 31 March, by 30 September."
    " Interruptions do not begin the months anew. The place is that of the person at 24:00 on the last day."
)
statuses = {
    "tested": "a valid viral load, collected in the 12 months up to the last day and after the first day of ART",
    "not_tested": "none that says anything of copies/mL",
}
figures = {
    "tested": Figure("Viral load tested", ("tested",), ("tested", "not_tested")),
    "not_tested": Figure("Viral load not tested", ("not_tested",), ("tested", "not_tested")),
}
profiles = {"collected_12_months": "By the day of collection, in the 12 months up to the last day."}
look_back = "12 months for the viral load; all of the data for the first day of ART."
exclusions = (
    "People on ART for 6 months or less: too early to be asked for one.",
    "Invalid and unreadable results, and specimens without a result at the data cut.",
    "Specimens of which it is not sure that they were taken in the 12 months.",
    "Baselines: specimens taken before the first day of ART in the data, or on it.",
)
variants = (
    "ART.6 asks that the person received the result, which the record does not say.",
    "ART.3 counts routine viral loads only; here every reason counts, because most records do not give one.",
    "WHO allows the first viral load from the fifth month on; who had it early and is on ART for longer counts as tested.",
    "PEPFAR sets those tested against the people on ART two quarters earlier.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People on ART for more than 6 months; `event_key` is NULL."""
    people = latest_viral_loads(tables, period.last)
    counted = people.select(
        "person_key",
        "facility_key",
        event_key=ibis.null("string"),
        status=ibis.ifelse(people.value_hi.notnull(), "tested", "not_tested"),
    )
    return at_period_end(counted, tables, period)
