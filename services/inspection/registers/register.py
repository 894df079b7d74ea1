"""What a register is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg

from fhir_store.search import Context


class Period(NamedTuple):
    """Civil days in the facilities' zone, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return _begins(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return _begins(self.last + timedelta(days=1), self.zone)


class Line(NamedTuple):
    """So many at a facility, by reason."""

    facility: str | None
    """The prison in which the person was then; None: in none."""
    reason: str
    """A code; empty if none was recorded, or none is asked for."""
    number: int


Count = Callable[[psycopg.Cursor[Any], Period, Context], Iterable[Line]]


@dataclass(frozen=True)
class Register:
    """One register. Its texts are in English, as the page translates them."""

    code: str
    title: str
    words: str
    """What is counted."""
    source: str
    """From which resources and elements."""
    reasons: Mapping[str, str]
    """The codes of reasons in words; empty where none are asked for."""
    count: Count


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
