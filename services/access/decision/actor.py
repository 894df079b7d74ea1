"""Who asks: roles with their facilities and time, what for, and what was said in this session."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.access.decision.break_glass import BreakGlass, may_break_glass
from services.access.roles.role import Role
from services.access.roles.rule import Purpose


@dataclass(frozen=True)
class Held:
    """A role as it was granted to somebody."""

    role: Role
    facilities: frozenset[str]
    """Ids of the Organizations for which it was granted."""
    since: datetime
    until: datetime | None = None
    """None: until it is taken away."""
    mandate: bool = False
    """Whether it was granted under a mandate that covers charts (a doctor of the NPM or the CPT)."""

    def counts_at(self, at: datetime) -> bool:
        """Whether it is granted at an instant; its end is no longer in it."""
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def under_mandate(self) -> bool:
        """A mandate without an end is none."""
        return self.mandate and self.until is not None


@dataclass(frozen=True)
class Actor:
    """Somebody, at the instant ``at`` at which they ask."""

    name: str
    roles: tuple[Held, ...]
    at: datetime
    purpose: Purpose
    purpose_given_for: frozenset[str] = frozenset()
    """The patients for whose HIV data a purpose was given in this session."""
    break_glass: BreakGlass | None = None

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The roles that count now."""
        return tuple(one for one in self.roles if one.counts_at(self.at))

    @cached_property
    def opened(self) -> str | None:
        """The patient whose record is open to them by break-glass now."""
        opened = self.break_glass
        if opened is None or not opened.is_open(self.name, self.at):
            return None
        return opened.patient if may_break_glass(one.role for one in self.held) else None
