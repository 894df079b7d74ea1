"""People on antiretroviral treatment at the end of the period."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.on_art import on_art
from cascade.placing import at_period_end
from cascade.tables import Period, Tables

title = "People on ART at the end of the period"
source = "WHO consolidated HIV strategic information guidelines, ART.1 (HIV.IND.27); GAM 2.2; PEPFAR MER 2.6.1, TX_CURR"
status = "proposed"
version = "1"
kind = "stock"
population = "Everyone with antiretroviral treatment in the record, in prison and in the community."
unit = "people"
members = (
    "People whom antiretrovirals handed over, watched or stated cover on the last day of the period, or covered at most 28"
    " (90) days before it, and who have not left treatment since. A diagnosis in the record is not required. The place is"
    " that of the person at 24:00 on the last day; for whom no stay holds, that of the facility that gave the last medicine"
    " up to the day."
)
statuses = {
    "on_art": "with a confirmed diagnosis of HIV dated by the last day of the period",
    "without_diagnosis": "without one: what is treated must have been diagnosed, but the record does not say so",
}
figures = {
    "on_art": Figure("People on ART", ("on_art", "without_diagnosis")),
    "without_diagnosis": Figure(
        "On ART without a diagnosis in the record", ("without_diagnosis",), ("on_art", "without_diagnosis")
    ),
}
profiles = {
    "late_28": "Covered on the day, or last covered at most 28 days before it (WHO, PEPFAR).",
    "late_90": "Covered on the day, or last covered at most 90 days before it (older national reports).",
}
look_back = "28 (90) days before the last day of the period; all of the data for the diagnosis."
exclusions = (
    "Antiretrovirals before or after an exposure (PrEP, PEP).",
    "An order or a programme without medicine.",
    "People who surely died by the end of the day, whatever medicine they have left.",
    (
        "People deported, or whose ART programme was closed (stopped, refused, emigrated), by the last day, and who got"
        " no medicine on a later day, whatever they have left. A closed programme does not count if another is open."
    ),
    (
        "People whose programme was transferred to a centre that is not named or not in the data, once medicine no longer"
        " covers them. A transfer within the data takes nobody off ART."
    ),
)
variants = (
    "GAM and WHO divide by an estimate of people living with HIV, which the record does not hold.",
    "A facility's own number leaves out whoever it handed over; added up, such numbers are not the country's.",
    "PEPFAR counts from the missed pick-up, which is the day after the last covered one.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People on ART at the end of the period; `event_key` is NULL."""
    late_days = {"late_28": 28, "late_90": 90}[profile]
    people = on_art(tables, period.last, late_days)
    diagnosis = tables.diagnosis
    diagnosed = diagnosis.filter(
        diagnosis.condition == "hiv",
        diagnosis.certainty == "confirmed",
        diagnosis.diagnosed_hi <= period.last,
    )
    counted = people.select(
        "person_key",
        "facility_key",
        event_key=ibis.null("string"),
        status=ibis.ifelse(people.person_key.isin(diagnosed.person_key), "on_art", "without_diagnosis"),
    )
    return at_period_end(counted, tables, period)
