"""Runs the rules of unusual access behind the sequencer, over what has come into the tree since the last time.

Each event is looked at once, in the order of its leaf. What a rule needs of the time before is asked by index and
for the actors of the batch alone: (actor, at) for the minutes before and for the hours of four weeks, (patient,
facility) for who treats whom. Nothing here reads the log of a country.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection

from clinical.custody.care import CARE
from fhir_store.write import raw_cursor
from services.access.audit.errors import NotAnEvent
from services.access.audit.event import members_in
from services.access.audit.log.recent import Recent, Row
from services.access.audit.unusual import RULES
from services.access.audit.unusual.many_people import WITHIN as LONGEST_BURST
from services.access.audit.unusual.off_shift import LOOK_BACK_DAYS
from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen, civil_day
from services.access.decision.break_glass import REASON_WITHIN
from services.access.decision.relationship import AT_MOST
from services.shared.database import Database

MOST_AT_ONCE = 1_000
"""Events that one transaction looks at."""

MOST_BATCHES = 20
"""Batches in one turn: signing must not wait for a log that was never looked at."""

MOST_EVENTS = 500
"""Events that a finding names. What comes after them on that day makes it no more unusual."""

BREAK_GLASS, REFUSAL = "break-glass", "refusal"
OF_SYSTEMS = frozenset({BREAK_GLASS, REFUSAL})
"""All that a rule asks of what a system did: what it reads may be thousands of records a minute."""

SYSTEM = "client/"
ORGANIZATION = "Organization/"

TAKE_TURN = 'SELECT next_index FROM access.unusual_reading WHERE "only" FOR UPDATE'
GO_ON = "UPDATE access.unusual_reading SET next_index = %s"
COLUMNS = """e.seq, e.at, e.kind, e.actor, coalesce(e.facility, ''), e.body, ARRAY(
    SELECT o.subject FROM access.audit_opening o WHERE o.event = e.seq AND o.subject ^@ 'Patient/'
)"""
NEXT = f"""
SELECT {COLUMNS}, l.index FROM access.audit_leaf l JOIN access.audit_event e ON e.seq = l.event
WHERE l.index >= %s ORDER BY l.index LIMIT %s
"""  # noqa: S608 - our own text
OF_ACTOR = f"""
SELECT {COLUMNS} FROM access.audit_event e WHERE e.actor = %s AND e.at BETWEEN %s AND %s AND e.seq <> ALL(%s)
"""  # noqa: S608 - our own text
OF_SYSTEM = f"{OF_ACTOR} AND e.kind IN ('{BREAK_GLASS}', '{REFUSAL}')"
BREAK_GLASS_OF = f"{OF_ACTOR} AND e.kind = '{BREAK_GLASS}'"
HOURS = """
SELECT hour, count(DISTINCT day), (SELECT count(DISTINCT (at AT TIME ZONE %(zone)s)::date) FROM access.audit_event
    WHERE actor = %(actor)s AND at >= %(since)s AND at < %(until)s)
FROM (
    SELECT extract(hour FROM at AT TIME ZONE %(zone)s)::integer AS hour, (at AT TIME ZONE %(zone)s)::date AS day
    FROM access.audit_event WHERE actor = %(actor)s AND at >= %(since)s AND at < %(until)s
) worked GROUP BY hour
"""
GRANTED = """
SELECT DISTINCT facility FROM access.role_grant
WHERE account = %s AND starts_at <= %s AND (ends_at IS NULL OR ends_at > %s)
    AND (revoked_at IS NULL OR revoked_at > %s) AND (confirmed_at IS NOT NULL OR NOT needs_confirmation)
"""
ELSEWHERE = f"""
SELECT p FROM unnest(%s::text[]) AS p WHERE NOT EXISTS (
    SELECT FROM {CARE} r
    WHERE r.patient_id = p AND r.facility_id = ANY(%s) AND r.began <= %s AND (r.ended IS NULL OR r.ended >= %s)
)
"""  # noqa: S608 - our own text
HANDLED = """
SELECT coalesce(array_agg(DISTINCT e), '{}') FROM access.unusual_access u, unnest(u.events) AS e
WHERE u.rule = %s AND u.actor = %s AND u.facility = %s AND u.day = %s AND u.handled_at IS NOT NULL
"""
KEEP = """
INSERT INTO access.unusual_access AS u (rule, actor, facility, day, first_at, last_at, due_at, people, events)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0, %s)
ON CONFLICT (rule, actor, facility, day) WHERE handled_at IS NULL DO UPDATE SET
    last_at = greatest(u.last_at, excluded.last_at),
    events = (SELECT array_agg(DISTINCT e ORDER BY e) FROM unnest(u.events || excluded.events) AS e)
RETURNING number
"""
BOUND = """
UPDATE access.unusual_access u SET events = u.events[1:%s], people = (
    SELECT count(DISTINCT o.subject) FROM access.audit_opening o
    WHERE o.event = ANY(u.events) AND o.subject ^@ 'Patient/'
) WHERE number = %s
"""
OPEN_OF = """
SELECT number, events FROM access.unusual_access
WHERE rule = %s AND actor = %s AND handled_at IS NULL AND first_at BETWEEN %s AND %s
"""
RESOLVE = """
UPDATE access.unusual_access SET result = 'resolved', handled_at = clock_timestamp() WHERE number = %s
"""
KEEP_ONLY = "UPDATE access.unusual_access SET events = %s WHERE number = %s"


def look_all(database: Database, zone: ZoneInfo, recent: Recent | None = None) -> int:
    """Look at what is new in the tree, a bounded number of batches; returns how many events that was.

    ``recent``: what was looked at lately; None: nothing is remembered.
    """
    looked, lately = 0, recent or Recent()
    for _ in range(MOST_BATCHES):
        some = database.run(lambda connection: look(connection, zone, lately))
        looked += some
        if some < MOST_AT_ONCE:
            break
    return looked


def look(connection: Connection, zone: ZoneInfo, recent: Recent, most: int = MOST_AT_ONCE) -> int:
    """Look at the next events of the tree, in the caller's transaction; returns how many."""
    cursor = raw_cursor(connection)
    row = cursor.execute(TAKE_TURN).fetchone()
    assert row is not None
    cursor.execute(NEXT, (row[0], most))
    found = list(cursor)
    if found:
        for actor, batch in _by_actor(_row(one[:-1]) for one in found if _counts(one[3], one[2])):
            _look_at(cursor, zone, recent, actor, batch)
        cursor.execute(GO_ON, (found[-1][-1] + 1,))
    return len(found)


def _counts(actor: str, kind: str) -> bool:
    """Whether a rule asks for it: the operator and nobody are seen by their events alone."""
    return actor.startswith("account/") or (actor.startswith(SYSTEM) and kind in OF_SYSTEMS)


def _by_actor(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    by_actor = defaultdict[str, list[Row]](list)
    for one in rows:
        by_actor[one.actor].append(one)
    yield from sorted(by_actor.items())


def _look_at(
    cursor: psycopg.Cursor[Any], zone: ZoneInfo, recent: Recent, actor: str, batch: Sequence[Row]
) -> None:
    window = _window(cursor, recent, actor, batch)
    new = {one.seen.seq for one in batch}
    for facility, some in groupby(sorted(window, key=_place), key=lambda one: one.facility):
        events = [one.seen for one in some]
        if new.isdisjoint(one.seq for one in events):
            continue
        known = _known(cursor, zone, actor, [one for one in events if one.seq in new])
        for rule in RULES:
            groups = list(rule.find(events, known, zone))
            for group in groups:
                if any(one.seq in new for one in group.events):
                    _keep(cursor, zone, rule, actor, facility, group)
            if rule.resolves_itself:
                _resolve(cursor, rule, actor, events, groups)


def _place(one: Row) -> tuple[str, datetime, int]:
    return one.facility, one.seen.at, one.seen.seq


def _window(cursor: psycopg.Cursor[Any], recent: Recent, actor: str, batch: Sequence[Row]) -> Iterable[Row]:
    """The events of the batch, with those before them that a rule needs."""
    first, last = min(one.seen.at for one in batch), max(one.seen.at for one in batch)
    statement = OF_SYSTEM if actor.startswith(SYSTEM) else OF_ACTOR
    rows = recent.of(actor, first - LONGEST_BURST, last) | {one.seen.seq: one for one in batch}
    cursor.execute(statement, (actor, first - LONGEST_BURST, last, list(rows)))
    # Row by row: to fetch all at once would keep whoever answers requests waiting until it is done.
    rows |= {one.seen.seq: one for one in map(_row, cursor)}
    recent.keep(actor, rows.values())
    if any(one.seen.kind == BREAK_GLASS for one in batch):
        cursor.execute(BREAK_GLASS_OF, (actor, first - REASON_WITHIN, last + REASON_WITHIN, list(rows)))
        rows |= {one.seen.seq: one for one in map(_row, cursor)}
    return rows.values()


def _known(cursor: psycopg.Cursor[Any], zone: ZoneInfo, actor: str, events: Sequence[Seen]) -> Known:
    kind, _, name = actor.partition("/")
    patients = frozenset[str]().union(*(one.patients for one in events))
    if kind != "account" or not patients:
        return Known(is_person=kind == "account")
    first = events[0].at
    hours, days = _hours(cursor, zone, actor, first)
    return Known(True, hours, days, _elsewhere(cursor, zone, name, first, patients))


def _hours(
    cursor: psycopg.Cursor[Any], zone: ZoneInfo, actor: str, at: datetime
) -> tuple[Mapping[int, int], int]:
    """In which hours the actor worked before this day, and on how many days."""
    until = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = until - timedelta(days=LOOK_BACK_DAYS)
    cursor.execute(HOURS, {"zone": zone.key, "actor": actor, "since": since, "until": until})
    rows = cursor.fetchall()
    return {hour: days for hour, days, _ in rows}, rows[0][2] if rows else 0


def _elsewhere(
    cursor: psycopg.Cursor[Any], zone: ZoneInfo, account: str, at: datetime, patients: Collection[str]
) -> frozenset[str]:
    """Those with whom no facility of the account has to do; nobody, if it has a role for the whole installation."""
    cursor.execute(GRANTED, (UUID(account), at, at, at))
    places = [facility for (facility,) in cursor.fetchall()]
    if not places or not all(place and place.startswith(ORGANIZATION) for place in places):
        return frozenset()
    day = civil_day(at, zone)
    ids = [one.removeprefix("Patient/") for one in sorted(patients)]
    organizations = [place.removeprefix(ORGANIZATION) for place in places]
    cursor.execute(ELSEWHERE, (ids, organizations, day, day - AT_MOST))
    return frozenset(f"Patient/{id_}" for (id_,) in cursor.fetchall())


def _keep(
    cursor: psycopg.Cursor[Any], zone: ZoneInfo, rule: UnusualRule, actor: str, facility: str, group: Group
) -> None:
    """Into the worklist: one finding for a day, without what was handled already."""
    day = civil_day(group.events[0].at, zone)
    row = cursor.execute(HANDLED, (rule.code, actor, facility, day)).fetchone()
    assert row is not None
    events = [one.seq for one in group.events if one.seq not in set(row[0])]
    if not events:
        return
    times = group.events[0].at, group.events[-1].at, group.due_at
    kept = cursor.execute(KEEP, (rule.code, actor, facility, day, *times, events)).fetchone()
    assert kept is not None
    cursor.execute(BOUND, (MOST_EVENTS, kept[0]))


def _resolve(
    cursor: psycopg.Cursor[Any],
    rule: UnusualRule,
    actor: str,
    events: Sequence[Seen],
    groups: Sequence[Group],
) -> None:
    """Take out of the open findings what was found once and is not any more."""
    seen = {one.seq for one in events}
    still = {one.seq for group in groups for one in group.events}
    cursor.execute(OPEN_OF, (rule.code, actor, events[0].at, events[-1].at))
    for number, kept in cursor.fetchall():
        left = [seq for seq in kept if seq in still or seq not in seen]
        if not left:
            cursor.execute(RESOLVE, (number,))
        elif left != kept:
            cursor.execute(KEEP_ONLY, (left, number))


def _row(row: Sequence[Any]) -> Row:
    seq, at, kind, actor, facility, body, patients = row
    said = _members(bytes(body))
    seen = Seen(seq, at, kind, frozenset(patients), said.get("purpose"), said.get("reason"))
    return Row(seen, actor, facility)


def _members(body: bytes) -> Mapping[str, Any]:
    """What the event says; nothing, if somebody has tampered with it, which verifying tells."""
    try:
        members = members_in(body)
    except NotAnEvent:
        return {}
    return members if isinstance(members, dict) else {}
