"""Something to weigh before an order is signed, as FHIR's DetectedIssue has it."""

from dataclasses import dataclass
from enum import StrEnum

from clinical.words import N_, Sentence


class Severity(StrEnum):
    """How bad, in FHIR's words."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    """To know; nothing is asked."""


SEVERITY_WORDS = {
    Severity.HIGH: N_("Serious"),
    Severity.MODERATE: N_("To be weighed"),
    Severity.LOW: N_("To know"),
}


@dataclass(frozen=True)
class Issue:
    """One issue.

    Attributes:
        code: by which it is stored.
        severity: how bad.
        says: what, in a plain sentence.
        evidence: literal references of the records behind it.
        by: the parameters of the protocol behind it, by which a screen tells source and approval.
        source: where it is from, where no parameter says so.
        not_set: the parameters that nobody set, so that the stricter path was taken.
        needs_reason: whether the prescriber has to say why the order is signed all the same.
        needs_second: whether a second prescriber has to sign.
    """

    code: str
    severity: Severity
    says: Sentence
    evidence: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    source: str = ""
    not_set: tuple[str, ...] = ()
    needs_reason: bool = False
    needs_second: bool = False
