"""Two records that may be of one person: who they are and their doses side by side, and what is written when it is signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.encounters import instant, ours
from clinical.people import Details, Identity, details_of, identity_of
from clinical.people.dose_days import DAYS, BothDays, dose_days, side_by_side
from clinical.people.merge import SameRecord, merged, parted
from fhir_store.locks import lock_of, take
from fhir_store.read import Stored, read
from fhir_store.search import parse_query, search
from fhir_store.write import Saved, raw_cursor
from services.access.roles.types import MERGE
from services.clinic.asking import Asking
from services.clinic.permitted import require
from services.clinic.reading import Json, NobodyHere, Patient, parsed, patient_for, refuse
from services.clinic.writing import changed, facilities, new, save_permitted

MOST_DOSES = 1_000
ACCOUNT = "urn:throughcare:account"


@dataclass(frozen=True)
class Side:
    """One of two records, as far as it tells who somebody is."""

    patient: str
    identity: Identity = field(repr=False)
    details: Details = field(repr=False)
    going_on: bool
    """Whether it is active, and so the one to go on with unless somebody says otherwise."""


@dataclass(frozen=True)
class Pair:
    """Two records side by side."""

    one: Side
    other: Side
    days: tuple[BothDays, ...]

    @property
    def in_both(self) -> int:
        """On how many days both say that a dose was given."""
        return sum(day.in_both for day in self.days)


def in_care(asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], id_: str) -> Patient:
    """Somebody in the reader's care whose records they may join. Raises NobodyHere, Forbidden; both are logged."""
    try:
        patient = patient_for(asking, connection, cursor, id_, whole=True)
    except NobodyHere:
        refuse(asking, id_, "not-in-care")
        raise
    require(asking, cursor, patient, MERGE)
    return patient


def pair(asking: Asking, cursor: psycopg.Cursor[Any], one: Patient, other: Patient) -> Pair:
    """What somebody has to have seen who signs."""
    days = side_by_side(_doses(asking, cursor, one), _doses(asking, cursor, other), asking.day)
    return Pair(_side(asking, cursor, one), _side(asking, cursor, other), tuple(days))


def _side(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Side:
    resource = parsed(read(cursor, asking.keyring, "Patient", patient.id))
    return Side(patient.id, identity_of(resource), details_of(resource), resource.get("active", True))


def _doses(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Any:
    since = datetime.combine(asking.day - timedelta(days=DAYS), time.min, asking.zone)
    criteria = [("effective-time", f"ge{instant(since)}"), ("_count", str(MOST_DOSES))]
    found: list[Json] = []
    for record in patient.records:
        context = asking.context(patient.actor)
        query = parse_query("MedicationAdministration", criteria, context=context, patient=record)
        found += [parsed(one) for one in search(cursor, query).matches]
    return dose_days(found, asking.zone)


def join(asking: Asking, connection: Connection, going_on: str, other: str) -> None:
    """Sign that two records, with all that are joined with either, are of one person. Raises MergeRefused, Forbidden."""
    cursor = raw_cursor(connection)
    take(cursor, sorted(lock_of("merge", one) for one in (going_on, other)))
    patient, second = (in_care(asking, connection, cursor, one) for one in (going_on, other))
    if other in patient.records:
        raise SameRecord
    stored = _records(asking, cursor, {*patient.records, *second.records})
    known = {one.id: parsed(one) for one in stored}
    _save(asking, connection, patient, stored, merged(known[going_on], list(known.values())), "merge")


def part(asking: Asking, connection: Connection, person: str, record: str) -> None:
    """Take one of a person's records apart from the others. Raises Forbidden, NobodyHere."""
    cursor = raw_cursor(connection)
    take(cursor, [lock_of("merge", person)])
    patient = in_care(asking, connection, cursor, person)
    if record not in patient.records or len(patient.records) < 2:
        raise NobodyHere
    stored = _records(asking, cursor, patient.records)
    known = {one.id: parsed(one) for one in stored}
    rest = [one for id_, one in known.items() if id_ != record]
    _save(asking, connection, patient, stored, parted(known[record], rest), "unmerge")


def _records(asking: Asking, cursor: psycopg.Cursor[Any], ids: Iterable[str]) -> list[Stored]:
    return [read(cursor, asking.keyring, "Patient", one) for one in sorted(ids)]


def _save(
    asking: Asking,
    connection: Connection,
    patient: Patient,
    stored: Sequence[Stored],
    versions: Sequence[Json],
    activity: str,
) -> None:
    """New versions of all records, and who signed it. The thing was permitted for each of them before."""
    by_id = {one.id: one for one in stored}
    writes = [changed(by_id[one["id"]], one) for one in versions]
    at = facilities(asking, raw_cursor(connection), patient)[0]
    people = sorted(by_id)
    saved = save_permitted(asking, connection, people, at, writes)
    save_permitted(asking, connection, people, at, [new(_signed(asking, saved, activity))])


def _signed(asking: Asking, saved: Sequence[Saved], activity: str) -> dict[str, Any]:
    who = {"identifier": {"system": ACCOUNT, "value": str(asking.who.account.id)}}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"Patient/{one.id}/_history/{one.version}"} for one in saved],
        "recorded": instant(asking.at),
        "activity": ours("provenance-activity", activity),
        "agent": [{"who": who}],
    }
