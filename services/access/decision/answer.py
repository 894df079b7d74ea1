"""What a decision says."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Whether it may be done."""

    PERMITTED = "permitted"
    DENIED = "denied"
    """They may know that it is there, and may not do this (403)."""
    HIDDEN = "hidden"
    """Answered exactly as what is not there (404, an empty page)."""


class Obligation(StrEnum):
    """What whoever carries out a decision has to do."""

    ASK_PURPOSE = "ask purpose"
    """Ask what for, once in this session for this patient, before any of it is shown."""
    SAFETY_SET_ONLY = "safety set only"
    """Show the reduced form (``clinical.safety_set.reduced``) and nothing else."""
    RECORD_BREAK_GLASS = "record break-glass"
    """Write into the audit that it was shown by break-glass, and have it reviewed."""


@dataclass(frozen=True)
class Decision:
    """The outcome, and what it obliges to."""

    outcome: Outcome
    obligations: frozenset[Obligation] = frozenset()

    @property
    def permitted(self) -> bool:
        """Whether it may be done, with its obligations."""
        return self.outcome is Outcome.PERMITTED


HIDDEN = Decision(Outcome.HIDDEN)
DENIED = Decision(Outcome.DENIED)
