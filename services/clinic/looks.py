"""Who looked at a person's record, from the audit log, as the person is told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, text

from clinical.disclosure import Look, Looked
from services.access.audit.event import read
from services.access.audit.log.about import NEWEST, about
from services.access.decision.break_glass import Reason
from services.access.people.purposes import GivenPurpose
from services.access.roles import ROLES
from services.access.roles.rule import Purpose
from services.clinic.words import PURPOSES as GIVEN
from services.clinic.words import REASONS, TYPES
from services.shared.languages import N_

PORTION = 500

LOOKS = frozenset({"read", "search", "export", "disclosure", "break-glass"})
"""Kinds of events in which somebody saw something, or opened it."""

PAGES: Mapping[str, str] = {
    "$record": N_("The record"),
    "$round": N_("The list of the dosing round"),
    "$round-card": N_("A card of the dosing round"),
    "$round-paper": N_("A paper list of the dosing round"),
    "$photos": N_("Photos"),
    "$round-photos": N_("Photos for the dosing round"),
    "$round-conflicts": N_("What of the dosing round is to be looked at"),
    "$emergency-card": N_("The emergency card"),
    "$emergency-access": N_("Who looked in an emergency"),
    "$consent": N_("Consent"),
    "$own-file": N_("The file for the person"),
    "$disclosures": N_("Disclosures without consent"),
    "$identity": N_("Who it is"),
    "$duplicates": N_("Whether two records are of one person"),
    "$merge": N_("Two records side by side"),
    "$stays": N_("Stays"),
    "$court": N_("The list for court"),
    "$worklist": N_("A worklist"),
    "$chart": N_("The page of the person"),
    "$dose-card": N_("The card with the doses"),
    "$hand-over-letter": N_("The letter for whoever goes on with the treatment"),
    "$movements": N_("What custody proposes"),
    "$everything": N_("The whole record"),
}
KINDS: Mapping[str, str] = {
    "export": N_("Taken out as files"),
    "disclosure": N_("Handed to somebody outside"),
    "break-glass": N_("Opened in an emergency"),
}
FOR: Mapping[str, str] = {
    Purpose.TREATMENT: N_("Treatment"),
    Purpose.EMERGENCY: N_("Emergency"),
    Purpose.ADMINISTRATION: N_("Administration"),
    Purpose.OVERSIGHT: N_("Oversight"),
    Purpose.PUBLIC_HEALTH: N_("Public health"),
    Purpose.RESEARCH: N_("Research"),
    **{str(code): words for code, words in GIVEN.items() if code is not GivenPurpose.TREATMENT},
}
NAMES = text("SELECT id::text AS id, display_name FROM access.account WHERE id::text = ANY(:ids)")


@dataclass(frozen=True)
class LookLine:
    """Everything of one kind that somebody looked at on one day. Words wait for their translation."""

    day: date
    name: str | None = field(repr=False)
    role: str
    facility: str
    what: str
    purpose: str
    first: datetime
    last: datetime
    count: int


def looks_of(connection: Connection, cursor: psycopg.Cursor[Any], patient: str, key: bytes) -> list[Look]:
    """Everybody who looked at the record of a person, the latest first.

    Args:
        patient: the literal reference.
        key: that of the audit log's subjects.
    """
    found = [one for one in _events(cursor, patient, key) if one["kind"] in LOOKS]
    accounts = {one["actor"]["name"] for one in found if one["actor"]["kind"] == "account"}
    rows = connection.execute(NAMES, {"ids": sorted(accounts)})
    names: Mapping[str, str] = {one.id: one.display_name for one in rows}
    return [_look(one, names) for one in found]


def _events(cursor: psycopg.Cursor[Any], patient: str, key: bytes) -> Iterator[Mapping[str, Any]]:
    before = NEWEST
    while page := list(about(cursor, patient, key, before=before, limit=PORTION)):
        yield from (read(one.event.body).members for one in page)
        before = page[-1].seq


def _look(event: Mapping[str, Any], names: Mapping[str, str]) -> Look:
    actor = event["actor"]
    role = actor.get("role", "")
    return Look(
        who=f"{actor['kind']}/{actor['name']}",
        name=names.get(actor["name"], actor["name"]),
        role=ROLES[role].title if role in ROLES else role,
        at=datetime.fromisoformat(event["at"]),
        what=_what(event),
        purpose=_purpose(event),
        facility=event.get("facility", ""),
    )


def _what(event: Mapping[str, Any]) -> str:
    if event["kind"] in KINDS:
        return KINDS[event["kind"]]
    interaction, type_ = event.get("interaction", ""), event.get("type", "")
    return PAGES.get(interaction) or TYPES.get(type_, type_)


def _purpose(event: Mapping[str, Any]) -> str:
    """Of an emergency the reason."""
    reason = event.get("reason", "")
    if reason in list(Reason):
        return REASONS[Reason(reason)]
    code = event.get("purpose", "")
    return FOR.get(code, code)


def look_lines(looks: Iterable[Looked], zone: ZoneInfo, facility: Callable[[str], str]) -> list[LookLine]:
    """The same by day, so that a year of doses is a list that can be read. The latest day first."""

    def of(one: Looked) -> tuple[Any, ...]:
        day = one.at.astimezone(zone).date()
        return (day, one.name or "", one.role, one.facility, one.what, one.purpose)

    ordered = sorted(looks, key=lambda one: (*of(one), one.at))
    lines = [_line(list(same), key[0], facility) for key, same in groupby(ordered, key=of)]
    return sorted(lines, key=lambda line: line.last, reverse=True)


def _line(same: list[Looked], day: date, facility: Callable[[str], str]) -> LookLine:
    first, last = same[0], same[-1]
    place = facility(first.facility)
    return LookLine(
        day, first.name, first.role, place, first.what, first.purpose, first.at, last.at, len(same)
    )
