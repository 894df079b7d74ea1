"""What a person holds: roles, each at a facility or for the whole installation. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.access.roles import ROLES

ADMINISTRATOR = "administrator"
MEDICAL_LEAD = "medical_lead"
AUDITOR = "auditor"
INSPECTOR = "inspector"


class Holding(NamedTuple):
    """A role somewhere."""

    role: str
    facility: str | None
    """Reference to the facility, such as ``Location/north``; None: the whole installation."""


class Mandate(NamedTuple):
    """What opens the charts of one facility to an inspector, such as a doctor of the NPM or the CPT, until its end."""

    number: str
    facility: str
    until: datetime


@dataclass(frozen=True)
class Person:
    """An account, and what was granted to it."""

    id: UUID
    holds_now: frozenset[Holding]
    """In effect at this instant."""
    promised: frozenset[Holding] = frozenset()
    """Besides those, what begins later or waits to be confirmed."""
    mandates: frozenset[Mandate] = frozenset()
    """Under which the role of an inspector is in effect at this instant."""

    def holds(self, role: str) -> bool:
        """Whether the person has the role anywhere at this instant."""
        return any(holding.role == role for holding in self.holds_now)

    def holds_at(self, role: str, facility: str | None) -> bool:
        """Whether the person has the role at the facility; with None, for the whole installation."""
        return Holding(role, None) in self.holds_now or Holding(role, facility) in self.holds_now

    def mandate_until(self, holding: Holding) -> datetime | None:
        """Until when a holding covers charts, as ``decision.actor.Held`` asks for it; None: it does not."""
        ends = [one.until for one in self.mandates if holding == Holding(INSPECTOR, one.facility)]
        return max(ends, default=None)

    @property
    def roles_ahead(self) -> frozenset[str]:
        """Every role that the person has or is to have."""
        return frozenset(holding.role for holding in self.holds_now | self.promised)

    @property
    def clinical_facilities(self) -> frozenset[str | None]:
        """Where the person has, or is to have, a clinical role."""
        return frozenset(
            holding.facility for holding in self.holds_now | self.promised if is_clinical(holding.role)
        )


def is_clinical(role: str) -> bool:
    """Whether the role sees records of patients as one who treats them."""
    return role in ROLES and ROLES[role].is_clinical
