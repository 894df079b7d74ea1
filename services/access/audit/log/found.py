"""Events by person, by who did it, by facility, by kind and by time: newest first, a page at a time.

Each search goes by an index of the log: a person by that of subjects, an account or client by (actor, at) and that of
subjects, a facility by (facility, at), a kind by (kind, at). Without any of these it reads the events of the days
asked for, so those are few (``LONGEST_OPEN``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from services.access.audit.event import SealedEvent
from services.access.audit.log.about import sealed_event
from services.access.audit.log.record import subject_index

LONGEST_OPEN = timedelta(days=7)
"""So long a time may be asked for of a whole country, where nothing else narrows it. Proposed."""

PAGE = 50

EVENTS = """
SELECT e.seq, e.recorded_at, e.at, e.kind, e.actor, e.facility, e.body, o.places, o.salts, o.subjects
FROM access.audit_event e,
LATERAL (
    SELECT array_agg(place ORDER BY place) AS places, array_agg(salt ORDER BY place) AS salts,
        array_agg(subject ORDER BY place) AS subjects
    FROM access.audit_opening WHERE event = e.seq
) o
"""
NEWEST_FIRST = "ORDER BY at DESC, seq DESC LIMIT %s"
BY_SUBJECT = """
SELECT event FROM access.audit_opening WHERE subject_key = ANY(%s) AND subject = ANY(%s)
"""


class Place(NamedTuple):
    """A place among the events, newest first."""

    at: datetime
    seq: int


@dataclass(frozen=True)
class Wanted:
    """What is looked for. ``about`` are subjects of whom any will do; ``who`` did it, or had it done to them.

    ``facilities`` are those beyond which nothing is seen; None: everything is.
    """

    since: datetime
    until: datetime
    about: tuple[str, ...] | None = field(default=None, repr=False)
    who: str | None = None
    facility: str | None = None
    kind: str | None = None
    facilities: frozenset[str] | None = None
    before: Place | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing but the time narrows it."""
        return all(one is None for one in (self.about, self.who, self.facility, self.kind))

    @property
    def filters(self) -> list[str]:
        """The names of what narrows it besides the time."""
        names = ("about", "who", "facility", "kind")
        return [name for name in names if getattr(self, name) is not None]


@dataclass(frozen=True)
class Event:
    """An event as it is kept, with what it is searched by."""

    seq: int
    recorded_at: datetime
    at: datetime
    kind: str
    actor: str
    facility: str | None
    sealed: SealedEvent = field(repr=False)


@dataclass(frozen=True)
class Page:
    """Events, newest first; ``after`` is where the next page begins, None on the last one."""

    events: tuple[Event, ...]
    after: Place | None


def page_of(cursor: psycopg.Cursor[Any], wanted: Wanted, key: bytes, size: int = PAGE) -> Page:
    """The next page of what is wanted; ``key`` is that of the index of subjects."""
    found = _found(cursor, wanted, key, size + 1)
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return Page(tuple(shown), Place(last.at, last.seq) if last else None)


def events_with(cursor: psycopg.Cursor[Any], numbers: Sequence[int]) -> list[Event]:
    """The events of these numbers, newest first."""
    cursor.execute(f"{EVENTS} WHERE e.seq = ANY(%s) ORDER BY e.at DESC, e.seq DESC", (list(numbers),))
    return [_event(row) for row in cursor.fetchall()]


def _found(cursor: psycopg.Cursor[Any], wanted: Wanted, key: bytes, size: int) -> list[Event]:
    """Each way to the events is a statement of its own, so that each goes by its index and stops at its end."""
    ways = _ways(wanted, key)
    numbers = " UNION ".join(
        f"(SELECT seq, at FROM access.audit_event WHERE {way} {NEWEST_FIRST})"  # noqa: S608 - our own text
        for way, _ in ways
    )
    arguments = [argument for _, some in ways for argument in (*some, size)]
    cursor.execute(
        f"WITH f AS (SELECT seq, at FROM ({numbers}) AS ways {NEWEST_FIRST}) {EVENTS} WHERE e.seq IN (SELECT seq FROM f) "  # noqa: S608
        "ORDER BY e.at DESC, e.seq DESC",
        (*arguments, size),
    )
    return [_event(row) for row in cursor.fetchall()]


def _ways(wanted: Wanted, key: bytes) -> list[tuple[str, list[Any]]]:
    """Conditions, with their arguments, of which any is to hold."""
    conditions, arguments = _conditions(wanted)
    if wanted.about is not None:
        conditions.append(f"seq IN ({BY_SUBJECT})")
        arguments += _subjects(wanted.about, key)
    if wanted.who is None:
        return [(" AND ".join(conditions), arguments)]
    return [
        (" AND ".join([*conditions, "actor = %s"]), [*arguments, wanted.who]),
        (
            " AND ".join([*conditions, f"seq IN ({BY_SUBJECT})"]),
            [*arguments, *_subjects([wanted.who], key)],
        ),
    ]


def _conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    said: list[tuple[str, Any]] = [("at >= %s", wanted.since), ("at < %s", wanted.until)]
    if wanted.before is not None:
        # The first alone is what an index can begin from.
        said += [("at <= %s", wanted.before.at), ("(at, seq) < (%s, %s)", wanted.before)]
    if wanted.facility is not None:
        said.append(("facility = %s", wanted.facility))
    if wanted.kind is not None:
        said.append(("kind = %s", wanted.kind))
    if wanted.facilities is not None:
        said.append(("facility = ANY(%s)", sorted(wanted.facilities)))
    arguments = [one for _, value in said for one in (value if isinstance(value, Place) else [value])]
    return [condition for condition, _ in said], arguments


def _subjects(subjects: Sequence[str], key: bytes) -> list[Any]:
    return [[subject_index(key, one) for one in subjects], list(subjects)]


def _event(row: Sequence[Any]) -> Event:
    seq, recorded_at, at, kind, actor, facility, body, *openings = row
    return Event(seq, recorded_at, at, kind, actor, facility, sealed_event(bytes(body), *openings))


def next_page(wanted: Wanted, place: Place) -> Wanted:
    """The same, from a place on."""
    return replace(wanted, before=place)
