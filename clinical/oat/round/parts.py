"""Rounds, who holds which wing of one, and who witnesses. What was held is added to and never changed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg

OPEN = """
INSERT INTO clinical.round (id, facility, day, session, opened_at, opened_by) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (facility, day, session) DO NOTHING
"""
ROUND = """
SELECT r.id, r.facility, r.day, r.session, r.opened_at, r.opened_by, c.closed_at, c.closed_by
FROM clinical.round r LEFT JOIN clinical.round_closing c ON c.round = r.id
WHERE r.facility = %s AND r.day = %s AND r.session = %s
"""
HOLDER = """
SELECT p.device FROM clinical.round_part p JOIN clinical.round r ON r.id = p.round
WHERE r.facility = %s AND r.day = %s AND p.wing = %s ORDER BY p.number DESC LIMIT 1
"""
HELD = """
SELECT DISTINCT ON (p.wing) p.wing, p.device, p.account, p.since, p.taken FROM clinical.round_part p
WHERE p.round = %s ORDER BY p.wing, p.number DESC
"""
TAKE = """
INSERT INTO clinical.round_part (round, wing, device, account, since, taken) VALUES (%s, %s, %s, %s, %s, %s)
"""
WITNESSES = """
SELECT w.account, w.device, w.wing, w.signed_in_at FROM clinical.round_witness w WHERE w.round = %s
ORDER BY w.signed_in_at, w.account
"""
WITNESS = """
INSERT INTO clinical.round_witness (round, account, device, wing, signed_in_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (round, account, wing) DO NOTHING
"""
CLOSE = """
INSERT INTO clinical.round_closing (round, closed_at, closed_by, open_slots) VALUES (%s, %s, %s, %s)
ON CONFLICT (round) DO NOTHING RETURNING round
"""


class Round(NamedTuple):
    """A facility's doses of one session."""

    id: UUID
    facility: str
    day: date
    session: str
    opened_at: datetime
    opened_by: UUID
    closed_at: datetime | None
    closed_by: UUID | None


class Part(NamedTuple):
    """A wing and the tablet that holds it."""

    wing: str
    device: UUID | None
    account: UUID
    since: datetime
    taken: str
    """``free``, ``agreed``, ``silent`` or ``spoken``: how it came to this tablet."""


class Witness(NamedTuple):
    """Somebody who signed in beside. ``wing`` is empty for the whole round."""

    account: UUID
    device: UUID | None
    wing: str
    signed_in_at: datetime


def round_of(
    cursor: psycopg.Cursor[Any], facility: str, day: date, session: str, at: datetime, by: UUID
) -> Round:
    """The round, opened if it is not there yet."""
    found = find(cursor, facility, day, session)
    if found is None:
        cursor.execute(OPEN, (uuid4(), facility, day, session, at, by))
        found = find(cursor, facility, day, session)
    assert found is not None
    return found


def find(cursor: psycopg.Cursor[Any], facility: str, day: date, session: str) -> Round | None:
    """The round, if it is there."""
    row = cursor.execute(ROUND, (facility, day, session)).fetchone()
    return None if row is None else Round(*row)


def holder_of(cursor: psycopg.Cursor[Any], facility: str, day: date, wing: str) -> UUID | None:
    """The tablet that holds a wing; None: none does."""
    row = cursor.execute(HOLDER, (facility, day, wing)).fetchone()
    return None if row is None else row[0]


def parts_of(cursor: psycopg.Cursor[Any], round_: UUID) -> Mapping[str, Part]:
    """Who holds which wing."""
    return {row[0]: Part(*row) for row in cursor.execute(HELD, (round_,)).fetchall()}


def take(cursor: psycopg.Cursor[Any], round_: UUID, part: Part) -> None:
    """A tablet holds a wing from now on."""
    cursor.execute(TAKE, (round_, *part))


def witnesses_of(cursor: psycopg.Cursor[Any], round_: UUID) -> list[Witness]:
    """Who signed in beside."""
    return [Witness(*row) for row in cursor.execute(WITNESSES, (round_,)).fetchall()]


def sign_in_beside(cursor: psycopg.Cursor[Any], round_: UUID, witness: Witness) -> None:
    """Somebody proved beside who they are. Again changes nothing."""
    cursor.execute(WITNESS, (round_, witness.account, witness.device, witness.wing, witness.signed_in_at))


def close(cursor: psycopg.Cursor[Any], round_: UUID, at: datetime, by: UUID, open_slots: int) -> bool:
    """The round is closed, with so many doses still open; False: it was already."""
    return cursor.execute(CLOSE, (round_, at, by, open_slots)).fetchone() is not None
