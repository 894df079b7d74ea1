"""A dose that another system wrote into the record: the same check as of one that a tablet sends, and what follows.

It runs in the transaction that writes the dose, and reads of the record only what the person was given around that day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from clinical.oat.dosing_error import DosingError
from clinical.oat.errors import NotReadable
from clinical.oat.happened import Happened, Kind
from clinical.oat.happened_resource import happened_of
from clinical.oat.order_resource import order_of
from clinical.oat.round.events import COLUMNS, happened_in
from clinical.oat.round.follow_up import Follows, follow_up
from clinical.oat.round.judge import is_of
from clinical.oat.round.recording import Recording, saved_in
from clinical.oat.round.task_over import over
from clinical.people.same_person import records_of
from fhir_store import locks
from fhir_store.json_text import parse
from fhir_store.read import read_many
from fhir_store.write import Saved

ADMINISTRATION = "MedicationAdministration"
NAMES = UUID("5a0f3ac4-6d0e-4f0c-9a54-0f6d8a1c7e21")
"""Of what follows on two doses, so that it follows once however often the dose is written."""

AROUND = timedelta(days=2)
"""More than any day lasts, on either side of an instant of it."""

NEAR = f"""
SELECT {", ".join(COLUMNS)} FROM clinical.oat_event
WHERE patient_id = ANY(%s) AND occurred_at BETWEEN %s AND %s AND taken AND source_id <> %s
ORDER BY facility_id IS NULL, occurred_at, source_id
"""  # noqa: S608 - our own columns


def foreign_doses_followed(recording: Recording, saved: Sequence[Saved]) -> Iterator[tuple[str, Saved]]:
    """What follows on the doses among what another system has just written, each with the person; it is written too.

    Raises BadProtocol.
    """
    doses = [(one, dose) for one in saved if (dose := _dose(recording, one))]
    people = sorted({dose.patient for _, dose in doses})
    locks.take(recording.cursor, [locks.lock_of("round person", person) for person in people])
    for one, dose in doses:
        yield from ((dose.patient, made) for made in _followed(recording, one, dose))


def _dose(recording: Recording, saved: Saved) -> Happened | None:
    """What was written, if it is a dose of this treatment, or was one until it was entered in error."""
    if saved.type != ADMINISTRATION or saved.text is None or saved.interaction == "unchanged":
        return None
    dose = happened_of(parse(saved.text).value, recording.zone)
    return dose if dose and (dose.was_taken or dose.kind is Kind.ENTERED_IN_ERROR) else None


def _followed(recording: Recording, saved: Saved, dose: Happened) -> Iterable[Saved]:
    if dose.kind is Kind.ENTERED_IN_ERROR:
        return over(recording, dose)
    other = _other(recording, dose)
    facility = (other.facility if other else None) or saved.facility
    if other is None or facility is None:
        return ()
    about = Follows(dose, facility, _prescriber(recording, other), None, saved.last_updated)
    kept = replace(recording, author=replace(recording.author, facility=facility))
    return _written_once(kept, about, other)


def _other(recording: Recording, dose: Happened) -> Happened | None:
    """What was taken of the same dose and is another record: of ours before one of another system."""
    day = dose.slot_day or dose.day
    if day is None or dose.kind is Kind.RE_DOSE:
        return None
    for one in _near(recording, dose, dose.occurred_at):
        is_same = one.event is not None and one.event == dose.event
        if one.kind is not Kind.RE_DOSE and not is_same and is_of(one, (day, dose.part or 1)):
            return one
    return None


def _near(recording: Recording, dose: Happened, at: datetime) -> Iterator[Happened]:
    records = sorted(records_of(recording.cursor, dose.patient))
    asked = (records, at - AROUND, at + AROUND, dose.id)
    return (happened_in(row) for row in recording.cursor.execute(NEAR, asked).fetchall())


def _prescriber(recording: Recording, dose: Happened) -> str | None:
    asked = [("MedicationRequest", dose.order)] if dose.order else []
    for stored in read_many(recording.cursor, recording.store.keyring, asked).values():
        try:
            order = order_of(stored.value, recording.zone)
        except NotReadable:
            return None
        return order.prescriber if order else None
    return None


def _written_once(recording: Recording, about: Follows, other: Happened) -> Iterable[Saved]:
    made = list(follow_up(about, other, [DosingError.DOUBLE_DOSE], recording.law))
    named = [_named(one, about.happened, other) for one in made]
    first = str(named[0]["id"])
    if read_many(recording.cursor, recording.store.keyring, [("Task", first)]):
        return ()
    return saved_in(recording, [(one, str(one["id"])) for one in named])


def _named(resource: dict[str, Any], dose: Happened, other: Happened) -> dict[str, Any]:
    code = resource["code"]["coding"][0]["code"]
    return {**resource, "id": str(uuid5(NAMES, f"{resource['resourceType']}|{code}|{dose.id}|{other.id}"))}
