"""Who looked at this person: the events that a subject is in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from services.access.audit.errors import NotAnEvent
from services.access.audit.event import Opening, SealedEvent, read
from services.access.audit.log.record import subject_index

ABOUT = """
SELECT e.seq, e.recorded_at, e.body, o.places, o.salts, o.subjects
FROM access.audit_event e,
LATERAL (
    SELECT array_agg(place ORDER BY place) AS places, array_agg(salt ORDER BY place) AS salts,
        array_agg(subject ORDER BY place) AS subjects
    FROM access.audit_opening WHERE event = e.seq
) o
WHERE e.seq IN (
    SELECT event FROM access.audit_opening WHERE subject_key = %s AND subject = %s AND event < %s
    ORDER BY event DESC LIMIT %s
)
ORDER BY e.seq DESC
"""

NEWEST = 2**63 - 1


@dataclass(frozen=True)
class Recorded:
    """An event as it is kept."""

    seq: int
    recorded_at: datetime
    event: SealedEvent = field(repr=False)


def about(
    cursor: psycopg.Cursor[Any], subject: str, key: bytes, *, before: int = NEWEST, limit: int = 100
) -> Iterator[Recorded]:
    """Events about a subject, newest first: at most ``limit`` of those with numbers below ``before``."""
    cursor.execute(ABOUT, (subject_index(key, subject), subject, before, limit))
    for seq, recorded_at, body, *openings in cursor.fetchall():
        yield Recorded(seq, recorded_at, sealed_event(bytes(body), *openings))


def sealed_event(
    body: bytes, places: list[int] | None, salts: list[bytes] | None, subjects: list[str] | None
) -> SealedEvent:
    """An event with the openings that are left, each at its place. What does not fit is left for ``check`` to see."""
    count, others = _count(body), list[Opening]()
    kept: list[Opening | None] = [None] * count
    for place, salt, subject in zip(places or (), salts or (), subjects or (), strict=True):
        opening = Opening(bytes(salt), subject)
        if 0 <= place < count and kept[place] is None:
            kept[place] = opening
        else:
            others.append(opening)
    return SealedEvent(body, (*kept, *others))


def _count(body: bytes) -> int:
    try:
        return len(read(body).digests)
    except NotAnEvent:
        return 0
