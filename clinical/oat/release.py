"""A release: who may do so let a dose go ahead in spite of a stop, for one slot.

It is kept as a FHIR DetectedIssue: the stop is the issue, the release its mitigation.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import (
    OURS,
    Json,
    code_in,
    day_in,
    extension,
    extensions,
    id_in,
    moment,
    ours,
    part_of,
    parts,
    reference,
    value_of,
    without_none,
    written,
)
from clinical.words import N_


class Releaser(StrEnum):
    """Who can release a stop."""

    NOBODY = "nobody"
    """No dose now; it passes with time, or stays."""
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    """With a reason. A prescriber may as well."""


RELEASER_WORDS = {
    Releaser.NOBODY: N_("Nobody can release this"),
    Releaser.PRESCRIBER: N_("A prescriber can release this"),
    Releaser.NURSE: N_("A nurse can release this with a reason"),
}

MAY_RELEASE = {
    Releaser.NOBODY: frozenset[Releaser](),
    Releaser.PRESCRIBER: frozenset({Releaser.PRESCRIBER}),
    Releaser.NURSE: frozenset({Releaser.PRESCRIBER, Releaser.NURSE}),
}


class WhyHere(StrEnum):
    """The nurse's reason: why somebody stands here of whom the stay says that they are away."""

    NOT_LEFT_YET = "not-left-yet"
    BACK = "back"
    RECORD_WRONG = "record-wrong"


WHY_WORDS = {
    WhyHere.NOT_LEFT_YET: N_("Has not left yet"),
    WhyHere.BACK: N_("Has come back"),
    WhyHere.RECORD_WRONG: N_("The record is wrong"),
}


@dataclass(frozen=True)
class Release:
    """One release.

    Attributes:
        stop: the code of the stop.
        by: as whom.
        at: when.
        day: the civil day of the slot.
        part: the number of the slot on its day.
        who: the id of the Practitioner; None: not said.
        why: the nurse's reason.
        patient: the id of the Patient.
        id: of the DetectedIssue; empty if it is not stored yet.
    """

    stop: str
    by: Releaser
    at: datetime
    day: date
    part: int = 1
    who: str | None = None
    why: WhyHere | None = None
    patient: str = ""
    id: str = ""

    def lets(self, stop: str, releaser: Releaser, at: datetime) -> bool:
        """Whether it releases a stop that ``releaser`` can release, at an instant. A nurse's needs a reason."""
        may = self.by in MAY_RELEASE[releaser] and (self.by is not Releaser.NURSE or self.why is not None)
        return self.stop == stop and may and self.at <= at


def release_of(issue: Json, zone: ZoneInfo) -> Release | None:
    """The release that a DetectedIssue is; None if it is another one, an error, or does not say of which slot."""
    code, patient = (
        code_in(issue.get("code", {}), f"{OURS}oat-stop"),
        id_in(issue.get("patient", {}), "Patient"),
    )
    mitigation: Json = next(iter(issue.get("mitigation", ())), {})
    by, at = code_in(mitigation.get("action", {}), f"{OURS}oat-release"), mitigation.get("date")
    slot = next(extensions(issue, "slot"), {})
    day = part_of(slot, "day", "valueDate")
    if code is None or patient is None or by not in list(Releaser) or at is None or day is None:
        return None
    why = value_of(issue, "why-here", "valueCode")
    return (
        None
        if issue.get("status") == "entered-in-error"
        else Release(
            stop=code,
            by=Releaser(by),
            at=moment(at, zone),
            day=day_in(day, zone),
            part=int(part_of(slot, "part", "valuePositiveInt") or 1),
            who=id_in(mitigation.get("author", {}), "Practitioner"),
            why=WhyHere(why) if why in list(WhyHere) else None,
            patient=patient,
            id=issue.get("id", ""),
        )
    )


def detected_issue_of(release: Release) -> dict[str, Any]:
    """The DetectedIssue of a release."""
    why = [extension("why-here", valueCode=str(release.why))] if release.why else []
    slot = parts(day={"valueDate": release.day.isoformat()}, part={"valuePositiveInt": release.part})
    return without_none(
        {
            "resourceType": "DetectedIssue",
            "id": release.id,
            "extension": [extension("slot", extension=slot), *why],
            "status": "final",
            "code": ours("oat-stop", release.stop),
            "patient": reference("Patient", release.patient),
            "identifiedDateTime": written(release.at),
            "mitigation": [
                without_none(
                    {
                        "action": ours("oat-release", release.by),
                        "date": written(release.at),
                        "author": reference("Practitioner", release.who) if release.who else None,
                    }
                )
            ],
        }
    )
