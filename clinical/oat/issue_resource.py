"""An issue as FHIR's DetectedIssue, with the reason for which the order was signed all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinical.oat.issue import Issue
from clinical.oat.shapes import ours, reference, without_none, written


@dataclass(frozen=True)
class Signed:
    """Who signed in spite of it.

    Attributes:
        at: when.
        prescriber: the id of the Practitioner.
        reason: in the prescriber's words; empty: none was asked for.
        second: the id of the second prescriber; None: none was asked for.
    """

    at: datetime
    prescriber: str
    reason: str = ""
    second: str | None = None


def detected_issue_of(issue: Issue, patient: str, order: str, signed: Signed) -> Mapping[str, Any]:
    """The DetectedIssue of an order of that id.

    ``detail`` is the English sentence as it was shown, and the codes say it again for whoever counts.
    """
    return without_none(
        {
            "resourceType": "DetectedIssue",
            "status": "final",
            "code": ours("oat-issue", issue.code),
            "severity": str(issue.severity),
            "patient": reference("Patient", patient),
            "identifiedDateTime": written(signed.at),
            "implicated": [reference("MedicationRequest", order)],
            "evidence": [{"detail": [{"reference": one}]} for one in issue.evidence],
            "detail": str(issue.says),
            "mitigation": [_mitigation(who, signed) for who in (signed.prescriber, signed.second) if who],
        }
    )


def _mitigation(who: str, signed: Signed) -> dict[str, Any]:
    """Signed in spite of it; the reason stands as the text of the action."""
    action = {**ours("oat-issue-action", "signed"), **({"text": signed.reason} if signed.reason else {})}
    return {"action": action, "date": written(signed.at), "author": reference("Practitioner", who)}
