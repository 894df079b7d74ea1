"""The close of a civil day: orders of people who missed too many are suspended, until a prescriber has seen the person.

Once for each facility and day, in one transaction: twice the same, or two servers at once, suspend once, and what a
prescriber resumes afterwards stays resumed. Of a pregnant person nothing is suspended (``suspension``). Other stops act on the
Given button alone; this one is written down, since it outlasts the day.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.oat.day_close import has_waited, last_closed
from clinical.oat.hold import HoldReason
from clinical.oat.orders.changing import suspended
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.round.situation import Situation
from clinical.oat.suspension import suspended_at
from clinical.protocols import Protocol
from fhir_store.json_text import parse
from fhir_store.read import Stored, read_many
from fhir_store.store import Author, Store
from fhir_store.write import Saved, Write, raw_cursor, save

AUTHOR = "day close"
ORDER = "MedicationRequest"

ONCE = """
INSERT INTO clinical.day_closed (facility, day, closed_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING day
"""
IS_CLOSED = "SELECT FROM clinical.day_closed WHERE facility = %s AND day = %s"
HELD = """
SELECT FROM clinical.round r
WHERE r.facility = %s AND r.day = %s AND NOT EXISTS (SELECT FROM clinical.round_closing c WHERE c.round = r.id)
    AND EXISTS (SELECT FROM clinical.round_part p WHERE p.round = r.id AND p.device IS NOT NULL)
LIMIT 1
"""
TREATED = """
SELECT DISTINCT o.patient_id FROM clinical.oat_order o
WHERE o.facility_id = %s AND o.status = 'active' AND (o.ends IS NULL OR o.ends >= %s) ORDER BY o.patient_id
"""


@dataclass(frozen=True)
class Closing:
    """By what a day is closed.

    Attributes:
        connection: in whose transaction.
        store: of the records.
        law: the protocol of the country.
        at: now.
        log: told of whom and what each write is, in the same transaction.
    """

    connection: Connection
    store: Store
    law: Protocol
    at: datetime
    log: Callable[[str, Saved], None]

    @property
    def day(self) -> date:
        """The last civil day that has closed. Raises BadProtocol."""
        return last_closed(self.at, self.store.zone, self.law)


def close_day(closing: Closing, facility: str) -> tuple[Saved, ...]:
    """Close the last day of a facility, if it is not closed yet; the orders that are suspended by it.

    Raises BadProtocol, and what says that an order was changed meanwhile: then nothing is closed, and it is tried again.
    """
    cursor = raw_cursor(closing.connection)
    if not _is_due(cursor, closing, facility):
        return ()
    if cursor.execute(ONCE, (facility, closing.day, closing.at)).fetchone() is None:
        return ()
    reader = Reader(cursor, closing.store.keyring, closing.store.zone)
    treated = [patient for (patient,) in cursor.execute(TREATED, (facility, closing.day)).fetchall()]
    known = situations(reader, treated, facility, closing.at)
    orders = dict(one for person in known.values() for one in _to_suspend(person, facility, closing))
    stored = read_many(cursor, closing.store.keyring, [(ORDER, id_) for id_ in sorted(orders)])
    author = Author(AUTHOR, steward=True, facility=facility)
    saved = tuple(save(closing.connection, closing.store, list(map(_suspended, stored.values())), author))
    for one in saved:
        closing.log(orders[one.id], one)
    return saved


def _is_due(cursor: psycopg.Cursor[Any], closing: Closing, facility: str) -> bool:
    asked = (facility, closing.day)
    if cursor.execute(IS_CLOSED, asked).fetchone() is not None:
        return False
    waited = has_waited(closing.day, closing.at, closing.store.zone, closing.law)
    return waited or cursor.execute(HELD, asked).fetchone() is None


def _to_suspend(person: Situation, facility: str, closing: Closing) -> Iterator[tuple[str, str]]:
    """Each order with the Patient whose it is."""
    record, pregnant = person.record, person.pregnant
    for order in suspended_at(closing.day, facility, record, closing.law, pregnant=pregnant):
        yield order.id, order.patient


def _suspended(stored: Stored) -> Write:
    changed = suspended(json.loads(stored.text), HoldReason.MISSED_DOSES)
    body = parse(json.dumps(changed, ensure_ascii=False).encode())
    return Write(body, id=stored.id, if_match=stored.version)
