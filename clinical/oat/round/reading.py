"""What the round reads of people, for one or for three hundred by the same statements.

``who_is_on_the_list`` is two statements; ``situations`` are fourteen, however many people: their records; then side by side
orders, events, holds, cautions, claims, take-home doses, releases, and where they are (``presence``); at last the bodies of
the orders and claims. Nothing is read of any day that no rule asks for. Who has several records is read by all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from clinical.oat.round.cautions import Caution
from clinical.oat.round.events import COLUMNS
from clinical.oat.round.made_of_rows import situations_of
from clinical.oat.round.presence import presences
from clinical.oat.round.reader import Reader, RowsOf
from clinical.oat.round.situation import Presence, Situation
from clinical.people.same_person import Records, records_of_all
from fhir_store.arrays import array
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

STAYS_ON_THE_LIST = timedelta(days=2)
"""So long after somebody left, as the stays say, they are still on the list: who stands at the window is believed."""


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
        """What is known of each, after the bodies are read of orders and claims that are not remembered."""
        return situations_of(self.reader, {patient: self._rows_of(patient) for patient in self.records})

    def _rows_of(self, patient: str) -> RowsOf:
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
