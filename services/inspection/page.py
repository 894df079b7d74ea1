"""The page: what the registers say of a period, by facility."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from services.access.auditor.names import facility_name
from services.access.people.holdings import Mandate
from services.access.people.journal import facility_id
from services.inspection.reader import Inspector
from services.inspection.registers import REGISTERS
from services.inspection.registers.register import Line, Period, Register
from services.shared.languages import N_
from services.shared.languages import gettext as _

DEFAULT_DAYS, LONGEST_DAYS = 90, 366

NO_PERIOD = N_("Choose two days, the first not after the last, at most a year apart.")
NOT_RECORDED = N_("No reason recorded")
OTHER_REASON = N_("Another reason: %(code)s")
IN_NO_PRISON = N_("In no prison at the time")


class NoPeriod(Exception):
    """What was typed is no period."""


@dataclass(frozen=True)
class Row:
    """A line of a register in words."""

    facility: str
    reason: str
    number: int


@dataclass(frozen=True)
class Shown:
    """A register of the period."""

    register: Register
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        """All of its lines."""
        return sum(row.number for row in self.rows)


@dataclass(frozen=True)
class ShownMandate:
    """A mandate that is in effect."""

    number: str
    facility: str
    until: datetime


@dataclass(frozen=True)
class InspectionPage:
    """The page."""

    since: str
    until: str
    shown: tuple[Shown, ...]
    facilities: tuple[str, ...]
    """The names of those that the inspector sees; empty: the whole country."""
    mandates: tuple[ShownMandate, ...]
    said: str
    """Why no period is shown; empty if one is."""


def period_of(since: str, until: str, now: datetime, zone: ZoneInfo) -> Period:
    """The days that were typed; without them the last 90. Raises NoPeriod."""
    today = now.astimezone(zone).date()
    try:
        last = date.fromisoformat(until) if until else today
        first = date.fromisoformat(since) if since else last - timedelta(days=DEFAULT_DAYS - 1)
    except (ValueError, OverflowError):
        raise NoPeriod from None
    if (
        not (date(2000, 1, 1) <= first <= last <= today + timedelta(days=1))
        or (last - first).days >= LONGEST_DAYS
    ):
        raise NoPeriod
    return Period(first, last, zone)


def page_of(cursor: psycopg.Cursor[Any], who: Inspector, period: Period) -> InspectionPage:
    """What the registers say, of the facilities that this inspector sees."""
    shown = tuple(Shown(one, _rows(cursor, one, who, period)) for one in REGISTERS)
    return _page(cursor, who, str(period.first), str(period.last), shown, "")


def page_without(cursor: psycopg.Cursor[Any], who: Inspector, since: str, until: str) -> InspectionPage:
    """The page with what was typed, and why it shows nothing."""
    return _page(cursor, who, since, until, (), _(NO_PERIOD))


def _page(
    cursor: psycopg.Cursor[Any],
    who: Inspector,
    since: str,
    until: str,
    shown: tuple[Shown, ...],
    said: str,
) -> InspectionPage:
    names = sorted(facility_name(cursor, who.context.keyring, one) for one in who.facilities or ())
    mandates = tuple(_mandate(cursor, who, one) for one in sorted(who.who.person.mandates))
    return InspectionPage(since, until, shown, tuple(names), mandates, said)


def _mandate(cursor: psycopg.Cursor[Any], who: Inspector, one: Mandate) -> ShownMandate:
    return ShownMandate(
        one.number, facility_name(cursor, who.context.keyring, facility_id(one.facility)), one.until
    )


def _rows(cursor: psycopg.Cursor[Any], register: Register, who: Inspector, period: Period) -> tuple[Row, ...]:
    lines = visible(register.count(cursor, period, who.context), who.facilities)
    names = {one.facility: _named(cursor, who, one.facility) for one in lines}
    rows = (Row(names[one.facility], _reason(register, one.reason), one.number) for one in lines)
    return tuple(sorted(rows, key=lambda row: (row.facility, -row.number, row.reason)))


def visible(lines: Iterable[Line], facilities: frozenset[str] | None) -> Sequence[Line]:
    """The lines of own facilities; who was in no prison is seen by those who see the whole country."""
    return [one for one in lines if facilities is None or one.facility in facilities]


def _named(cursor: psycopg.Cursor[Any], who: Inspector, facility: str | None) -> str:
    return _(IN_NO_PRISON) if facility is None else facility_name(cursor, who.context.keyring, facility)


def _reason(register: Register, code: str) -> str:
    if code in register.reasons:
        return _(register.reasons[code])
    if not code:
        return _(NOT_RECORDED) if register.reasons else ""
    return _(OTHER_REASON) % {"code": code}
