"""People diagnosed with HIV who are alive and in the country on the last day of the period."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from cascade.first_diagnosis import first_diagnoses
from cascade.left_country import left_country
from cascade.measures import Figure
from cascade.placing import at_period_end
from cascade.tables import Period, Tables

title = "People diagnosed with HIV, on the last day of the period"
source = "WHO consolidated HIV strategic information guidelines, HTS.1 (HIV.IND.18), its numerator; GAM 2.1"
status = "proposed"
version = "1"
kind = "stock"
population = "Everyone with a confirmed diagnosis of HIV in the record, made here or abroad."
unit = "people"
members = (
    "People whose HIV was surely confirmed by the last day of the period, who are not surely dead by then, and have not"
    " surely left the country: deported, or a programme closed because they emigrated, and on no later day up to the last"
    " received into custody, taken into a programme, tested or given medicine here. The place is that of the person at"
    " the end of the day; for whom no stay holds, that of who recorded the first diagnosis."
)
statuses = {"diagnosed": "confirmed, alive, in the country"}
figures = {"diagnosed": Figure("People diagnosed with HIV", ("diagnosed",))}
profiles = {
    "lost_kept": "Who is lost to follow-up still knows: kept.",
    "lost_removed": (
        "Without people of whom no HIV care of any kind is recorded in the 365 days that end with the last one."
        " Care is: a confirmed diagnosis, any ART, a viral load, a test to verify or of known HIV, joining an HIV"
        " programme. A date that may be one of these days keeps the person. A programme left open, or closed, is no care."
    ),
}
look_back = "All of the data for the diagnosis; 365 days for care (profile lost_removed)."
exclusions = (
    "Diagnoses refuted by the data cut, provisional ones, and diagnoses without any date.",
    "People on ART without a recorded diagnosis: they are counted on ART only.",
    "Deaths and departures that may have been later do not exclude.",
)
variants = (
    "HIV.IND.18: its definition keeps who is lost to follow-up, its calculation removes them and who stopped or refused ART.",
    "The first 95 is this number out of an estimate of people living with HIV; for a prison there is none.",
    "Transfer to a centre outside of the data removes nobody here: the person is still diagnosed, and in the country.",
)

CARE_DAYS = 365
"""Days without any HIV care after which a person is lost under `lost_removed`. Proposed: the 12 months of WHO's and
UNAIDS' yearly reports, as days."""


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People diagnosed; `event_key` is NULL."""
    first = first_diagnoses(tables)
    people = first.filter(first.diagnosed_hi <= period.last)
    dead = tables.person.filter(tables.person.died_hi <= period.last)
    people = people.anti_join(dead, "person_key").anti_join(left_country(tables, period.last), "person_key")
    if profile == "lost_removed":
        people = people.semi_join(_in_care(tables, period.last), "person_key")
    counted = people.select(
        "person_key", "facility_key", event_key=ibis.null("string"), status=ibis.literal("diagnosed")
    )
    return at_period_end(counted, tables, period)


def _in_care(tables: Tables, day: date) -> ir.Table:
    """The acts of HIV care that may be of the days that end with a day: person_key, care_lo, care_hi."""
    care = _care(tables)
    return care.filter(care.care_lo <= day, care.care_hi > day - timedelta(days=CARE_DAYS))


def _care(tables: Tables) -> ir.Table:
    diagnosis = tables.diagnosis
    confirmed = diagnosis.filter(diagnosis.condition == "hiv", diagnosis.certainty == "confirmed")
    covered = tables.coverage.filter(tables.coverage.line == "art")
    supplied = tables.supply.filter(tables.supply.line == "art", tables.supply.kind != "stated")
    tested = tables.hiv_test.filter(tables.hiv_test.purpose.isin(["verification", "known_positive"]))
    joined = tables.treatment.filter(tables.treatment.line == "art")
    return confirmed.select("person_key", care_lo="diagnosed_lo", care_hi="diagnosed_hi").union(
        covered.select("person_key", care_lo="from_on", care_hi="to_on"),
        supplied.select("person_key", care_lo="supplied_lo", care_hi="supplied_hi"),
        tested.select("person_key", care_lo="performed_lo", care_hi="performed_hi"),
        tables.laboratory.select("person_key", care_lo="collected_lo", care_hi="collected_hi"),
        joined.select("person_key", care_lo="start_lo", care_hi="start_hi"),
    )
