"""What the round reads of people, for one or for three hundred by the same statements.

``who_is_on_the_list`` is two statements; ``situations`` are thirteen, however many people: their records; then side by side
orders, events, holds, cautions, claims, take-home doses, releases, and where they are (``presence``); at last the bodies of
the orders and claims. Nothing is read of any day that no rule asks for. Who has several records is read by all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg

from clinical.oat.claim import Claim, claim_of
from clinical.oat.errors import NotReadable
from clinical.oat.happened import Happened
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.product import products
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release, Releaser, WhyHere
from clinical.oat.round.cautions import Caution, Found
from clinical.oat.round.events import COLUMNS, happened_in
from clinical.oat.round.presence import presences
from clinical.oat.round.situation import Presence, Situation, Unreadable
from clinical.oat.take_home import TakeHome
from clinical.people.same_person import Records, records_of_all
from fhir_store.arrays import array
from fhir_store.keyring import Keyring
from fhir_store.read import Stored, read_many
from fhir_store.remembered import Remembered
from fhir_store.side_by_side import side_by_side

LOOK_BACK = timedelta(days=35)
"""Orders that ended before, and what was withheld before, say nothing about a dose of today."""

ORDERS = """
SELECT o.patient_id, o.source_id, o.version, c.fingerprint, o.unreadable
FROM clinical.oat_order o JOIN fhir_store.current_resource c ON (c.type, c.id) = (o.source_type, o.source_id)
WHERE o.patient_id = ANY(%s::text[]) AND (o.ends IS NULL OR o.ends >= %s)
"""
UNREADABLE = 3
"""Where such a row, without the patient, says which element of the order cannot be read."""

# Of each product the last dose before the day, and of the latest of all what happened since: what was before it says
# nothing of the day. From one product to the next that the person ever had by the index, and not over all that there are.
EVENTS = f"""
WITH RECURSIVE p (patient_id) AS (SELECT unnest(%(patients)s::text[])),
last AS (
    SELECT p.patient_id, f.product, f.at FROM p CROSS JOIN LATERAL (
        SELECT t.product, t.occurred_at AS at FROM clinical.oat_event t
        WHERE t.taken AND t.patient_id = p.patient_id AND t.product IS NOT NULL AND t.occurred_at < %(midnight)s
        ORDER BY t.product DESC, t.occurred_at DESC LIMIT 1
    ) f
    UNION ALL
    SELECT l.patient_id, f.product, f.at FROM last l CROSS JOIN LATERAL (
        SELECT t.product, t.occurred_at AS at FROM clinical.oat_event t
        WHERE t.taken AND t.patient_id = l.patient_id AND t.product < l.product AND t.occurred_at < %(midnight)s
        ORDER BY t.product DESC, t.occurred_at DESC LIMIT 1
    ) f
),
latest AS (SELECT l.patient_id, max(l.at) AS at FROM last l GROUP BY l.patient_id),
since AS (
    SELECT p.patient_id, coalesce(l.at, %(midnight)s::timestamptz - %(look_back)s::interval) AS at
    FROM p LEFT JOIN latest l USING (patient_id)
)
SELECT {", ".join(f"e.{column}" for column in COLUMNS)} FROM since
JOIN clinical.oat_event e ON e.patient_id = since.patient_id AND e.occurred_at >= since.at
UNION ALL
SELECT {", ".join(f"e.{column}" for column in COLUMNS)} FROM last JOIN since USING (patient_id)
JOIN clinical.oat_event e ON e.patient_id = last.patient_id AND e.product = last.product AND e.occurred_at = last.at AND e.taken
WHERE last.at < since.at
"""  # noqa: S608 - our own columns
HOLDS = """
SELECT h.patient_id, h.source_id, h.reason, h.starts, h.ends, h.set_by FROM clinical.oat_hold h
WHERE h.patient_id = ANY(%s::text[]) AND (h.ends IS NULL OR h.ends >= %s)
"""
CAUTIONS = """
SELECT c.patient_id, c.kind, c.found_at, c.source_type, c.source_id FROM clinical.oat_caution c
WHERE c.patient_id = ANY(%s::text[]) AND (c.counts_until IS NULL OR c.counts_until > %s)
"""
CLAIMS = "SELECT c.patient_id, c.source_id FROM clinical.oat_claim c WHERE c.patient_id = ANY(%s::text[]) AND c.said_at > %s"
TAKE_HOME = """
SELECT t.patient_id, t.source_id, t.product, t.handed_over_on, t.days FROM clinical.oat_take_home t
WHERE t.patient_id = ANY(%s::text[]) AND t.handed_over_on > %s
"""
RELEASES = """
SELECT r.patient_id, r.source_id, r.stop, r.by, r.at, r.day, r.part, r.who, r.why FROM clinical.oat_release r
WHERE r.patient_id = ANY(%s::text[]) AND r.day >= %s
"""
LIST = """
SELECT s.patient_id FROM clinical.stay s
WHERE s.facility_id = %(facility)s AND (s.ended_at IS NULL OR s.ended_at > %(left)s) AND s.status <> ALL(%(not_held)s)
    AND EXISTS (SELECT FROM clinical.oat_order o
        WHERE o.patient_id = s.patient_id AND (o.ends IS NULL OR o.ends >= %(since)s))
UNION
SELECT e.patient_id FROM clinical.oat_event e WHERE e.facility_id = %(facility)s AND e.day = %(day)s
"""

NOT_HELD = ("planned", "cancelled", "entered-in-error")

MOST_REMEMBERED = 5_000
"""Orders, and people; each takes some kilobytes of memory."""

OrderKey = tuple[str, int, bytes]
"""Its id, its version, and the fingerprint of its text."""

STAYS_ON_THE_LIST = timedelta(days=2)
"""So long after somebody left, as the stays say, they are still on the list: who stands at the window is believed."""


class Known:
    """What was made of rows of the tables before, and is the same as long as they are. One for a program."""

    def __init__(self) -> None:
        self.orders: Remembered[OrderKey, OatOrder] = Remembered(MOST_REMEMBERED)
        """A version of a resource never changes; what was erased is asked for no more."""
        self.situations: Remembered[str, tuple[RowsOf, Situation]] = Remembered(MOST_REMEMBERED)
        """By person, with all that they were made of."""


@dataclass(frozen=True)
class Reader:
    """By what it is read."""

    cursor: psycopg.Cursor[Any]
    keyring: Keyring
    zone: ZoneInfo
    known: Known = field(default_factory=Known)


def who_is_on_the_list(reader: Reader, facility: str, at: datetime) -> Records:
    """The ids of the Patients of a facility whom the round is about, each with those of all their records."""
    day = at.astimezone(reader.zone).date()
    asked = {
        "facility": facility,
        "left": at - STAYS_ON_THE_LIST,
        "since": day - LOOK_BACK,
        "day": day,
        "not_held": list(NOT_HELD),
    }
    found = frozenset(patient for (patient,) in reader.cursor.execute(LIST, asked).fetchall())
    records = records_of_all(reader.cursor, found)
    # Of several records of one person one is on the list, with what all of them say.
    return {patient: own for patient, own in records.items() if patient == min(own.intersection(found))}


def situations(
    reader: Reader, patients: Collection[str], facility: str, at: datetime
) -> dict[str, Situation]:
    """What is known of each of some people, seen from a facility at an instant."""
    return read_of(reader, records_of_all(reader.cursor, patients), facility, at).situations()


def read_of(reader: Reader, records: Records, facility: str, at: datetime) -> "Read":
    """What the tables say of each of some people, by all their records; not made into anything yet, so that more can be
    asked meanwhile."""
    day = at.astimezone(reader.zone).date()
    listed = array(sorted({record for found in records.values() for record in found}))
    with side_by_side(reader.cursor) as beside:
        events = beside.read(partial(_events, patients=listed, zone=reader.zone, at=at))
        orders = beside.read(partial(_of_each, ORDERS, listed, day - LOOK_BACK))
        where = beside.read(partial(presences, records=records, facility=facility, at=at))
        claims = beside.read(partial(_of_each, CLAIMS, listed, at - LOOK_BACK))
        holds = beside.read(partial(_of_each, HOLDS, listed, day - LOOK_BACK))
        take_home = beside.read(partial(_of_each, TAKE_HOME, listed, day - LOOK_BACK))
        cautions = beside.read(partial(_of_each, CAUTIONS, listed, at))
        releases = beside.read(partial(_of_each, RELEASES, listed, day - timedelta(days=1)))
    return Read(
        reader,
        records,
        where.result,
        orders.result,
        claims.result,
        events.result,
        holds.result,
        take_home.result,
        cautions.result,
        releases.result,
    )


Rows = Mapping[str, list[tuple[Any, ...]]]
"""By patient."""


def _of_each(statement: str, patients: str, since: date | datetime, cursor: psycopg.Cursor[Any]) -> Rows:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for patient, *row in cursor.execute(statement, (patients, since)).fetchall():
        found[patient].append(tuple(row))
    return found


def _opened(
    reader: Reader, people: Iterable["RowsOf"]
) -> tuple[Mapping[OrderKey, OatOrder], Mapping[str, Claim]]:
    """The orders that can be read, and the claims, of some people. Orders that are remembered are not opened again."""
    rows = list(people)
    orders = [_key(order) for own in rows for order in own.orders if not order[UNREADABLE]]
    claims = [id_ for own in rows for (id_,) in own.claims]
    known = reader.known.orders.of(orders)
    asked = [("MedicationRequest", key[0]) for key in orders if key not in known]
    asked += [("Observation", id_) for id_ in claims]
    bodies = read_many(reader.cursor, reader.keyring, asked)
    opened = {
        key: order
        for key in orders
        if key not in known and (order := _order(bodies.get(("MedicationRequest", key[0])), reader.zone))
    }
    reader.known.orders.add(opened)
    said = {id_: _claim(bodies.get(("Observation", id_)), reader.zone) for id_ in claims}
    return {**known, **opened}, {id_: claim for id_, claim in said.items() if claim}


def _key(row: tuple[Any, ...]) -> OrderKey:
    id_, version, fingerprint, _ = row
    return id_, version, bytes(fingerprint)


def _unreadable(row: tuple[Any, ...]) -> Unreadable:
    """By the element that the table says cannot be read, if it says one."""
    return Unreadable(row[0], row[UNREADABLE] or "MedicationRequest")


@dataclass(frozen=True)
class Read:
    """What was read of some people."""

    reader: Reader
    records: Records
    where: Mapping[str, Presence]
    orders: Rows
    claims: Rows
    events: Rows
    holds: Rows
    take_home: Rows
    cautions: Rows
    releases: Rows

    @property
    def allergies(self) -> Mapping[str, str]:
        """Of whom an AllergyIntolerance is, by its id."""
        whose = {record: patient for patient, records in self.records.items() for record in records}
        return {
            id_: whose[record]
            for record, rows in self.cautions.items()
            for kind, _, _, id_ in rows
            if kind == Caution.ALLERGY
        }

    def situations(self) -> dict[str, Situation]:
        """What is known of each, after the bodies are read of orders and claims that are not remembered.

        Of whom every row is as it was last time, the situation is as it was.
        """
        remembered = self.reader.known.situations
        rows = {patient: self._rows_of(patient) for patient in self.records}
        known = remembered.of(self.records)
        same = {id_: known[id_][1] for id_, own in rows.items() if id_ in known and known[id_][0] == own}
        others = {id_: own for id_, own in rows.items() if id_ not in same}
        orders, claims = _opened(self.reader, others.values())
        made = {id_: _situation(id_, own, orders, claims) for id_, own in others.items()}
        # What a claim says is not in the rows.
        remembered.add({id_: (others[id_], one) for id_, one in made.items() if not others[id_].claims})
        return {id_: same.get(id_) or made[id_] for id_ in self.records}

    def _rows_of(self, patient: str) -> "RowsOf":
        """What the tables say of one person, by all their records."""
        records = sorted(self.records[patient])

        def of(found: Rows) -> list[tuple[Any, ...]]:
            # Of those of nobody, which are most, nothing is made.
            return [one for record in records for one in found.get(record, ())] if found else []

        tables = (
            self.orders,
            self.claims,
            self.events,
            self.holds,
            self.take_home,
            self.cautions,
            self.releases,
        )
        return RowsOf(self.where[patient], *map(of, tables))


class RowsOf(NamedTuple):
    """All that the situation of one person is made of, but for the bodies of orders and claims."""

    where: Presence
    orders: list[tuple[Any, ...]]
    claims: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]
    holds: list[tuple[Any, ...]]
    take_home: list[tuple[Any, ...]]
    cautions: list[tuple[Any, ...]]
    releases: list[tuple[Any, ...]]


def _situation(
    patient: str, rows: RowsOf, orders: Mapping[OrderKey, OatOrder], claims: Mapping[str, Claim]
) -> Situation:
    readable = [orders[key] for key in map(_key, rows.orders) if key in orders]
    record = TreatmentRecord(
        orders=tuple(readable),
        happened=tuple(_happened(rows.events, readable)),
        take_home=tuple(_take_home(patient, row) for row in rows.take_home),
        holds=tuple(_hold(patient, row) for row in rows.holds),
        claims=tuple(claims[id_] for (id_,) in rows.claims if id_ in claims),
    )
    return Situation(
        patient,
        record,
        rows.where,
        tuple(Found(Caution(kind), at, type_, id_) for kind, at, type_, id_ in rows.cautions),
        tuple(_release(patient, row) for row in rows.releases),
        tuple(_unreadable(row) for row in rows.orders if _key(row) not in orders),
    )


def _events(cursor: psycopg.Cursor[Any], *, patients: str, zone: ZoneInfo, at: datetime) -> Rows:
    asked = {
        "patients": patients,
        "midnight": datetime.combine(at.astimezone(zone).date(), time.min, zone),
        "look_back": LOOK_BACK,
    }
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in cursor.execute(EVENTS, asked).fetchall():
        found[row[COLUMNS.index("patient_id")]].append(row)
    return found


def _happened(rows: Iterable[tuple[Any, ...]], orders: Iterable[OatOrder]) -> Iterable[Happened]:
    ordered = {order.id: order.product for order in orders}
    return (happened_in(row, ordered) for row in rows)


def _order(stored: Stored | None, zone: ZoneInfo) -> OatOrder | None:
    try:
        return None if stored is None else order_of(stored.value, zone)
    except NotReadable:
        return None


def _claim(stored: Stored | None, zone: ZoneInfo) -> Claim | None:
    return None if stored is None else claim_of(stored.value, zone)


def _hold(patient: str, row: tuple[Any, ...]) -> Hold:
    id_, reason, starts, ends, set_by = row
    return Hold(id_, patient, HoldReason(reason), starts, ends, set_by)


def _take_home(patient: str, row: tuple[Any, ...]) -> TakeHome:
    id_, product, on, days = row
    return TakeHome(id_, patient, products()[product], on, days)


def _release(patient: str, row: tuple[Any, ...]) -> Release:
    id_, stop, by, at, day, part, who, why = row
    return Release(
        stop, Releaser(by), at.astimezone(UTC), day, part, who, WhyHere(why) if why else None, patient, id_
    )
