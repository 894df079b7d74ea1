"""Break-glass: a clinician opens one record without a treatment relationship, for a reason, and it is reviewed.

It opens the relationship for reading and nothing else: a nurse sees no label that a nurse does not see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.access.roles.role import Role

LASTS = timedelta(hours=2)
"""How long a record stays open. Proposed."""

REASON_WITHIN = timedelta(hours=12)
"""By when the reason is due where the shift's own end is not known. Proposed: a long shift."""

NEVER = frozenset({"custody_officer", "administrator"})
"""Whoever holds one of these never breaks the glass, whatever else they hold."""


class Reason(StrEnum):
    """Why a record was opened, as a code: a free text would end up telling of the patient. Proposed."""

    UNCONSCIOUS = "unconscious"
    """Unconscious, or cannot speak."""
    OVERDOSE = "overdose"
    """Overdose or sedation."""
    WITHDRAWAL = "withdrawal"
    ACUTE = "acute"
    """Other acute illness or injury."""
    DANGER = "danger"
    """Danger to themselves or others."""
    OTHER = "other"
    """To be told to whoever reviews it."""


class Verdict(StrEnum):
    """What whoever reviews it says. Proposed."""

    JUSTIFIED = "justified"
    TO_BE_TALKED_ABOUT = "to-be-talked-about"
    """Judged once more when it was talked about."""
    NOT_JUSTIFIED = "not-justified"


@dataclass(frozen=True)
class BreakGlass:
    """One record opened by somebody. The emergency card opens first, so the reason may come later."""

    opened_by: str
    patient: str
    opened_at: datetime
    reason: Reason | None = None
    closed_at: datetime | None = None
    """When whoever opened it was done, if that was said."""

    def is_open(self, name: str, at: datetime, lasts: timedelta = LASTS) -> bool:
        """Whether it is open to somebody at an instant; the end is no longer in it."""
        if self.closed_at is not None and at >= self.closed_at:
            return False
        return name == self.opened_by and self.opened_at <= at < self.opened_at + lasts

    def reason_is_overdue(self, at: datetime, shift_ends: datetime | None = None) -> bool:
        """Whether the reason should have been given: by the end of the shift in which it was opened."""
        return self.reason is None and at >= (shift_ends or self.opened_at + REASON_WITHIN)


def may_break_glass(roles: Iterable[Role]) -> bool:
    """Whether a holder of these roles may open a record so: who treats, and neither guards nor administers."""
    held = list(roles)
    return any(role.is_clinical for role in held) and not any(role.code in NEVER for role in held)


def may_review(reviewer: str, opened: BreakGlass) -> bool:
    """Whether somebody who reviews emergency access may review this one: nobody their own."""
    return reviewer != opened.opened_by
