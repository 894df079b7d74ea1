"""What an auditor has filled in, as a search of the log."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from fhir_store.errors import StoreError
from fhir_store.search import Context, matching_keys, parse_query
from services.access.audit.log.found import LONGEST_OPEN, Place, Wanted
from services.access.audit.words import KINDS
from services.access.people.login_names import folded
from services.shared.languages import N_

REFERENCE = re.compile(r"(?:Patient/)?([A-Za-z0-9.-]{1,64})")
MOST_PATIENTS = 20
"""Records that one number may be on: one human may have several."""

ACCOUNT = "SELECT id::text FROM access.account WHERE login = %s"
CLIENT = "SELECT name FROM access.client WHERE name = %s"

UNKNOWN_WHO = N_("There is no account with this login name and no system of this name. Check it.")
UNKNOWN_DAY = N_("This is no day. Choose both days, the first not after the last.")
TOO_LONG = N_("For more than 7 days at once, say also which person, account, facility or kind it is about.")
ELSEWHERE = N_("You are auditor of other facilities. Choose one of them.")


class NotUnderstood(Exception):
    """What was filled in is no search; the message, still to be translated, says what to do."""


@dataclass(frozen=True)
class Typed:
    """What was filled in, to be shown in the form again."""

    person: str = field(default="", repr=False)
    who: str = field(default="", repr=False)
    facility: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    before: str = ""


def wanted(
    cursor: psycopg.Cursor[Any],
    typed: Typed,
    context: Context,
    now: datetime,
    facilities: frozenset[str] | None,
) -> Wanted:
    """The search. Raises NotUnderstood."""
    since, until = _days(typed, context.zone, now)
    if facilities is not None and typed.facility and typed.facility not in facilities:
        raise NotUnderstood(ELSEWHERE)
    found = Wanted(
        since,
        until,
        about=_about(cursor, typed.person.strip(), context),
        who=_who(cursor, typed.who.strip()),
        facility=typed.facility or None,
        kind=typed.kind if typed.kind in KINDS else None,
        facilities=facilities,
        before=_place(typed.before),
    )
    if found.is_open and until - since > LONGEST_OPEN + timedelta(hours=1):  # a day may have 25 hours
        raise NotUnderstood(TOO_LONG)
    return found


def written(place: Place | None) -> str:
    """A place as the form carries it to the next page."""
    return f"{place.at.astimezone(UTC).isoformat()} {place.seq}" if place else ""


def _place(text: str) -> Place | None:
    at, _, seq = text.partition(" ")
    try:
        place = Place(datetime.fromisoformat(at), int(seq))
    except ValueError:
        return None
    return place if place.at.tzinfo else None


def _days(typed: Typed, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the first civil day to the end of the last; without any, today and yesterday."""
    today = now.astimezone(zone).date()
    try:
        last = date.fromisoformat(typed.until) if typed.until else today
        first = date.fromisoformat(typed.since) if typed.since else last - timedelta(days=1)
    except ValueError:
        raise NotUnderstood(UNKNOWN_DAY) from None
    if first > last or last.year > today.year + 1 or first.year < 2000:
        raise NotUnderstood(UNKNOWN_DAY)
    return _begins(first, zone), _begins(last + timedelta(days=1), zone)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _about(cursor: psycopg.Cursor[Any], text: str, context: Context) -> tuple[str, ...] | None:
    """The records of a person: by a number that is on them, such as the prison's, else by its reference.

    Whether there is such a record is not told: whose access is looked for may have been erased long ago.
    """
    if not text:
        return None
    found = _with_number(cursor, text, context)
    if not found and (reference := REFERENCE.fullmatch(text)):
        found = [reference[1]]
    return tuple(f"Patient/{id_}" for id_ in found)


def _with_number(cursor: psycopg.Cursor[Any], number: str, context: Context) -> list[str]:
    try:
        escaped = re.sub(r"([\\,|$])", r"\\\1", number)
        query = parse_query("Patient", [("identifier", escaped)], context=context)
        return [one.id for one in matching_keys(cursor, query, MOST_PATIENTS)]
    except StoreError:
        return []


def _who(cursor: psycopg.Cursor[Any], text: str) -> str | None:
    """An account by its login name, or a system by its name. Raises NotUnderstood."""
    if not text:
        return None
    for statement, kind, name in ((ACCOUNT, "account", folded(text)), (CLIENT, "client", text)):
        row = cursor.execute(statement, (name,)).fetchone()
        if row is not None:
            return f"{kind}/{row[0]}"
    raise NotUnderstood(UNKNOWN_WHO)
