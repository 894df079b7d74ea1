"""Linkage to treatment: how soon people newly diagnosed with HIV are on ART."""

import ibis
import ibis.expr.types as ir

from cascade.first_diagnosis import first_diagnoses
from cascade.left_country import departures
from cascade.measures import Figure
from cascade.placing import at_event
from cascade.tables import Period, Tables

title = "Linkage to ART after a new diagnosis"
source = "WHO consolidated HIV strategic information guidelines, HTS.4 (HIV.IND.21), its time to ART of 7, 30 and 90 days"
status = "proposed"
version = "1"
kind = "cohort"
population = "People newly diagnosed with HIV, not known to have been diagnosed abroad."
unit = "people"
members = (
    "Each person whose first confirmed diagnosis of HIV is surely of the period, and was made here or nobody says where."
    " Linked is the first day that ART covers, in prison or in the community. Days are civil days after the day of the"
    " diagnosis, which is day 0. The window is complete when day 90 had ended at the data cut. The place is that of who"
    " recorded the diagnosis, and stays."
)
statuses = {
    "within_7": "on ART on day 0 to 7",
    "within_30": "on ART on day 8 to 30",
    "within_90": "on ART on day 31 to 90",
    "died_first": "not on ART by day 90; surely died by then",
    "left_first": "not on ART by day 90; deported or emigrated, surely from the day of the diagnosis on and by day 90",
    "not_linked": "not on ART by day 90, and nothing of the above",
    "art_before": "ART covered a day surely before the diagnosis",
    "day_unknown": "the day of the diagnosis is not known, so no days can be counted",
    "window_open": "90 days not complete, whatever was seen",
}
LINKED = ("within_7", "within_30", "within_90")
COMPLETE = (*LINKED, "died_first", "left_first", "not_linked")
figures = {
    "within_7": Figure("On ART within 7 days", LINKED[:1], COMPLETE),
    "within_30": Figure("On ART within 30 days", LINKED[:2], COMPLETE),
    "within_90": Figure("On ART within 90 days", LINKED, COMPLETE),
    "not_linked": Figure("Not on ART within 90 days", ("not_linked",), COMPLETE),
    "died_first": Figure("Died first", ("died_first",), COMPLETE),
    "left_first": Figure("Left the country first", ("left_first",), COMPLETE),
    "art_before": Figure("On ART before the diagnosis", ("art_before",)),
    "day_unknown": Figure("Day of diagnosis not known", ("day_unknown",)),
    "window_open": Figure("Window not complete", ("window_open",)),
}
profiles = {"days_90": "First ART within 7, 30 and 90 days, among people whose 90 days are complete."}
look_back = "All of the data, for the first diagnosis and for the first ART."
exclusions = (
    "Diagnoses made abroad: the person may have been treated there.",
    "From the denominator: people whose 90 days are not complete, also those already on ART; people with ART before.",
    "Joining a programme without medicine: enrolment is not treatment. An order alone is none either.",
    "PEP and PrEP, and ART whose day of supply is not known: it covers no day.",
)
variants = (
    (
        "HIV.IND.21 counts who was told the diagnosis and started ART in the same period: who is diagnosed near its end has"
        " less time. Here everybody has 90 days."
    ),
    "PEPFAR TX_NEW counts everybody who starts ART, whenever diagnosed.",
    "Leaving out who died or left first: it makes linkage look better than it is.",
)

WINDOW_DAYS = 90


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People newly diagnosed; `event_key` is the diagnosis."""
    first = first_diagnoses(tables)
    new = first.filter(
        first.place != "abroad", first.diagnosed_lo >= period.first, first.diagnosed_hi <= period.last
    )
    new = new.mutate(window_to=(new.diagnosed_hi + ibis.interval(days=WINDOW_DAYS)).cast("date"))
    known = _with_departures(_with_death_and_art(new, tables), tables)
    days = known.art_on.delta(known.diagnosed_on, unit="day")
    events = known.select(
        "person_key",
        "facility_key",
        event_key="record_key",
        at=ibis.null("timestamp('UTC')"),
        on_day="diagnosed_hi",
        status=ibis.cases(
            (known.window_to >= period.cut_day, "window_open"),
            (known.art_on < known.diagnosed_lo, "art_before"),
            (known.diagnosed_on.isnull(), "day_unknown"),
            (days <= 7, "within_7"),
            (days <= 30, "within_30"),
            (days <= WINDOW_DAYS, "within_90"),
            (known.died_hi <= known.window_to, "died_first"),
            (known.left, "left_first"),
            else_="not_linked",
        ),
    )
    return at_event(events, tables)


def _with_death_and_art(new: ir.Table, tables: Tables) -> ir.Table:
    """With `died_hi` and `art_on`, the first day that ART covers; NULL: none."""
    person = tables.person.select("died_hi", died_key="person_key")
    covered = tables.coverage.filter(tables.coverage.line == "art")
    art = covered.group_by(art_key="person_key").agg(art_on=covered.from_on.min())
    joined = new.left_join(person, new.person_key == person.died_key)
    return joined.left_join(art, joined.person_key == art.art_key)


def _with_departures(new: ir.Table, tables: Tables) -> ir.Table:
    """With `left`: the person surely left the country in the window."""
    gone = departures(tables).rename(gone_key="person_key")
    within = [
        new.person_key == gone.gone_key,
        gone.left_lo >= new.diagnosed_hi,
        gone.left_hi <= new.window_to,
    ]
    left = new.semi_join(gone, within).select(left_key="person_key", left=ibis.literal(value=True))
    joined = new.left_join(left, new.person_key == left.left_key)
    return joined.mutate(left=joined.left.fill_null(ibis.literal(value=False)))
