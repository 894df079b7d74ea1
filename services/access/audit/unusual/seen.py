"""What the rules of unusual access see of the log, and what they are told besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Seen:
    """An event as the rules see it."""

    seq: int
    at: datetime
    kind: str
    patients: frozenset[str] = field(default=frozenset(), repr=False)
    """References of those it is about, unless they were erased."""
    purpose: str | None = None
    reason: str | None = None
    """Of a break-glass: its code."""


@dataclass(frozen=True)
class Known:
    """What is known of whoever did it, in the days before."""

    is_person: bool
    """Whether it is an account, and no system."""
    days_by_hour: Mapping[int, int] = field(default_factory=dict)
    """For each hour of the facility's civil day, on how many days there was an event in it."""
    days: int = 0
    """On how many days there was any."""
    treated_elsewhere: frozenset[str] = field(default=frozenset(), repr=False)
    """Of the patients in the events, those with whom no facility of the account has anything to do."""


@dataclass(frozen=True)
class Group:
    """Events that are unusual together, and the instant from which somebody should look at them."""

    events: tuple[Seen, ...]
    due_at: datetime

    @property
    def patients(self) -> frozenset[str]:
        """Everyone whom they are about."""
        return frozenset[str]().union(*(one.patients for one in self.events))


def civil_day(at: datetime, zone: ZoneInfo) -> date:
    """The day in the facility's zone."""
    return at.astimezone(zone).date()
