"""New diagnoses of HIV: people whose first confirmed diagnosis is of the period."""

import ibis
import ibis.expr.types as ir

from cascade.first_diagnosis import first_diagnoses
from cascade.measures import Figure
from cascade.placing import at_event
from cascade.tables import Period, Tables

title = "New diagnoses of HIV"
source = "Throughcare's own reading of WHO's HIV case surveillance (WHO consolidated HIV strategic information guidelines)"
status = "proposed"
version = "1"
kind = "flow"
population = "Everyone with a confirmed diagnosis of HIV in the record."
unit = "people"
members = (
    "Each person whose first confirmed diagnosis is of the period. The first is the one whose last possible day is the"
    " earliest. A diagnosis dated only to a month or a year counts when all of it lies in the period; under `imputed` also"
    " when its middle day does, as a status of its own. A person is diagnosed once. The place is that of who recorded"
    " the diagnosis; `event_key` is the diagnosis."
)
statuses = {
    "here": "made in this country, surely in the period",
    "unknown_place": "the record does not say where, surely in the period",
    "abroad": "made abroad, surely in the period",
    "here_imputed": "made in this country; may be of the period, and the middle of its possible days is",
    "unknown_place_imputed": "the record does not say where; may be of the period, and the middle of its possible days is",
    "abroad_imputed": "made abroad; may be of the period, and the middle of its possible days is",
}
NEW = ("here", "unknown_place", "here_imputed", "unknown_place_imputed")
figures = {
    "new": Figure("New diagnoses, not known to have been made abroad", NEW),
    "unknown_place": Figure("Place not said", ("unknown_place", "unknown_place_imputed"), NEW),
    "imputed": Figure("Dated by the middle of a month or year", NEW[2:], NEW),
    "abroad": Figure("Made abroad", ("abroad", "abroad_imputed")),
    "abroad_imputed": Figure(
        "Made abroad, dated by the middle of a month or year",
        ("abroad_imputed",),
        ("abroad", "abroad_imputed"),
    ),
}
profiles = {
    "first": "Diagnoses that are surely of the period.",
    "imputed": "Also those of a month or year whose middle day is in the period.",
}
look_back = "All of the data, to know which diagnosis is the person's first."
exclusions = (
    "Diagnoses refuted by the data cut, provisional ones, and those entered in error.",
    "Diagnoses without any date.",
    "A positive test without a diagnosis: it is counted as a test.",
)
variants = (
    "Counting by the day the person was told, as HIV.IND.21 does: the record has the day of the diagnosis.",
    "Counting people diagnosed abroad at their first diagnosis here, as surveillance by country of report does.",
    "Counting diagnoses whose place nobody recorded as made here without saying so.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """First diagnoses of the period."""
    first = first_diagnoses(tables)
    half = first.diagnosed_hi.delta(first.diagnosed_lo, unit="day") // 2
    first = first.mutate(
        # DuckDB makes a timestamp of a day and an interval, and Ibis takes it for a date already.
        middle=(first.diagnosed_lo + half.as_interval("D")).cast("timestamp").cast("date"),
        sure=(first.diagnosed_lo >= period.first) & (first.diagnosed_hi <= period.last),
        where=ibis.ifelse(first.place == "unknown", "unknown_place", first.place),
    )
    maybe = first.middle.between(period.first, period.last) if profile == "imputed" else first.sure
    new = first.filter(first.sure | maybe)
    events = new.select(
        "person_key",
        "facility_key",
        event_key="record_key",
        at=ibis.null("timestamp('UTC')"),
        on_day=ibis.ifelse(new.sure, new.diagnosed_hi, new.middle),
        status=ibis.ifelse(new.sure, new["where"], new["where"] + "_imputed"),
    )
    return at_event(events, tables)
