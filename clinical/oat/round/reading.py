"""What the round reads of people, for one or for three hundred by the same statements.

``who_is_on_the_list`` is two statements; ``situations`` are fourteen, however many people: their records, orders, events,
holds, cautions, claims, take-home doses, releases, the bodies of the orders and claims, and where they are (``presence``).
Nothing is read of any day that no rule asks for. Who has several records is read by all of them.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any
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
from clinical.people.same_person import records_of_all
from fhir_store.arrays import array
from fhir_store.json_text import parse
from fhir_store.keyring import Keyring
from fhir_store.read import Stored, read_many

LOOK_BACK = timedelta(days=35)
"""Orders that ended before, and what was withheld before, say nothing about a dose of today."""

ORDERS = """
SELECT o.patient_id, o.source_id, o.version, c.fingerprint, o.unreadable
FROM clinical.oat_order o JOIN fhir_store.current_resource c ON (c.type, c.id) = (o.source_type, o.source_id)
WHERE o.patient_id = ANY(%s::text[]) AND (o.ends IS NULL OR o.ends >= %s)
"""
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
"""Orders; each takes about two kilobytes of memory."""

OrderKey = tuple[str, int, bytes]
"""Its id, its version, and the fingerprint of its text."""

STAYS_ON_THE_LIST = timedelta(days=2)
"""So long after somebody left, as the stays say, they are still on the list: who stands at the window is believed."""


class Remembered:
    """Orders that were opened before. A version of a resource never changes; what was erased is asked for no more.

    One for a program; its threads share it.
    """

    def __init__(self) -> None:
        self._orders: OrderedDict[OrderKey, OatOrder] = OrderedDict()
        self._lock = Lock()

    def of(self, keys: Iterable[OrderKey]) -> dict[OrderKey, OatOrder]:
        """Those that are remembered."""
        with self._lock:
            return {key: self._orders[key] for key in keys if key in self._orders}

    def add(self, found: Mapping[OrderKey, OatOrder]) -> None:
        """Remember these; the oldest are forgotten first."""
        with self._lock:
            self._orders.update(found)
            while len(self._orders) > MOST_REMEMBERED:
                self._orders.popitem(last=False)


@dataclass(frozen=True)
class Reader:
    """By what it is read."""

    cursor: psycopg.Cursor[Any]
    keyring: Keyring
    zone: ZoneInfo
    remembered: Remembered = field(default_factory=Remembered)


def who_is_on_the_list(reader: Reader, facility: str, at: datetime) -> list[str]:
    """The ids of the Patients of a facility whom the round is about."""
    day = at.astimezone(reader.zone).date()
    asked = {
        "facility": facility,
        "left": at - STAYS_ON_THE_LIST,
        "since": day - LOOK_BACK,
        "day": day,
        "not_held": list(NOT_HELD),
    }
    found = sorted(patient for (patient,) in reader.cursor.execute(LIST, asked).fetchall())
    records = records_of_all(reader.cursor, found)
    # Of several records of one person one is on the list, with what all of them say.
    return [patient for patient in found if patient == min(records[patient].intersection(found))]


def situations(
    reader: Reader, patients: Collection[str], facility: str, at: datetime
) -> dict[str, Situation]:
    """What is known of each of some people, seen from a facility at an instant."""
    asked, day = sorted(patients), at.astimezone(reader.zone).date()
    if not asked:
        return {}
    records = records_of_all(reader.cursor, asked)
    listed = sorted({record for found in records.values() for record in found})
    ask = _Asking(reader, listed, day)
    orders, claims = ask.of(ORDERS, day - LOOK_BACK), ask.of(CLAIMS, at - LOOK_BACK)
    keys = [(id_, version, bytes(print_)) for found in orders.values() for id_, version, print_, _ in found]
    known = reader.remembered.of(keys)
    bodies = read_many(
        reader.cursor,
        reader.keyring,
        [
            *(("MedicationRequest", key[0]) for key in keys if key not in known),
            *(("Observation", id_) for found in claims.values() for (id_,) in found),
        ],
    )
    where = presences(reader.cursor, asked, facility, at)
    read = _Read(
        orders=_orders(reader, orders, bodies, known),
        claims=_claims(claims, bodies, reader.zone),
        events=_events(reader, listed, at),
        holds=ask.of(HOLDS, day - LOOK_BACK),
        take_home=ask.of(TAKE_HOME, day - LOOK_BACK),
        cautions=ask.of(CAUTIONS, at),
        releases=ask.of(RELEASES, day - timedelta(days=1)),
    )
    return {patient: read.situation(patient, sorted(records[patient]), where[patient]) for patient in asked}


@dataclass(frozen=True)
class _Asking:
    reader: Reader
    patients: Sequence[str]
    day: date

    def of(self, statement: str, since: date | datetime) -> Mapping[str, list[tuple[Any, ...]]]:
        """The rows of each patient, without the patient."""
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for patient, *row in self.reader.cursor.execute(statement, (array(self.patients), since)).fetchall():
            found[patient].append(tuple(row))
        return found


Bodies = Mapping[tuple[str, str], Stored]
Orders = tuple[Mapping[str, list[OatOrder]], Mapping[str, list[Unreadable]]]


@dataclass(frozen=True)
class _Read:
    """What was read of all of them."""

    orders: Orders
    claims: Mapping[str, list[Claim]]
    events: Mapping[str, list[tuple[Any, ...]]]
    holds: Mapping[str, list[tuple[Any, ...]]]
    take_home: Mapping[str, list[tuple[Any, ...]]]
    cautions: Mapping[str, list[tuple[Any, ...]]]
    releases: Mapping[str, list[tuple[Any, ...]]]

    def situation(self, patient: str, records: Sequence[str], presence: Presence) -> Situation:
        """What is known of one person, by all their records."""

        def of(found: Mapping[str, list[Any]]) -> list[Any]:
            return [one for record in records for one in found.get(record, ())]

        orders: list[OatOrder] = of(self.orders[0])
        record = TreatmentRecord(
            orders=tuple(orders),
            happened=tuple(_happened(of(self.events), orders)),
            take_home=tuple(_take_home(patient, row) for row in of(self.take_home)),
            holds=tuple(_hold(patient, row) for row in of(self.holds)),
            claims=tuple(of(self.claims)),
        )
        return Situation(
            patient,
            record,
            presence,
            tuple(Found(Caution(kind), at, type_, id_) for kind, at, type_, id_ in of(self.cautions)),
            tuple(_release(patient, row) for row in of(self.releases)),
            tuple(of(self.orders[1])),
        )


def _events(reader: Reader, patients: Sequence[str], at: datetime) -> Mapping[str, list[tuple[Any, ...]]]:
    asked = {
        "patients": array(patients),
        "midnight": datetime.combine(at.astimezone(reader.zone).date(), time.min, reader.zone),
        "look_back": LOOK_BACK,
    }
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in reader.cursor.execute(EVENTS, asked).fetchall():
        found[row[COLUMNS.index("patient_id")]].append(row)
    return found


def _happened(rows: Iterable[tuple[Any, ...]], orders: Iterable[OatOrder]) -> Iterable[Happened]:
    ordered = {order.id: order.product for order in orders}
    return (happened_in(row, ordered) for row in rows)


def _orders(
    reader: Reader,
    rows: Mapping[str, list[tuple[Any, ...]]],
    bodies: Bodies,
    known: Mapping[OrderKey, OatOrder],
) -> Orders:
    found: dict[str, list[OatOrder]] = defaultdict(list)
    unreadable: dict[str, list[Unreadable]] = defaultdict(list)
    opened: dict[OrderKey, OatOrder] = {}
    for patient, listed in rows.items():
        for id_, version, print_, element in listed:
            key = (id_, version, bytes(print_))
            order = known.get(key) or _order(bodies.get(("MedicationRequest", id_)), reader.zone)
            if element or order is None:
                unreadable[patient].append(Unreadable(id_, element or "MedicationRequest"))
            else:
                found[patient].append(order)
                opened[key] = order
    reader.remembered.add({key: order for key, order in opened.items() if key not in known})
    return found, unreadable


def _order(stored: Stored | None, zone: ZoneInfo) -> OatOrder | None:
    try:
        return None if stored is None else order_of(parse(stored.text.encode()).value, zone)
    except NotReadable:
        return None


def _claims(
    rows: Mapping[str, list[tuple[Any, ...]]], bodies: Bodies, zone: ZoneInfo
) -> Mapping[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for patient, listed in rows.items():
        for (id_,) in listed:
            stored = bodies.get(("Observation", id_))
            if stored and (claim := claim_of(parse(stored.text.encode()).value, zone)):
                found[patient].append(claim)
    return found


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
