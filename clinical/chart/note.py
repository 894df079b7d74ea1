"""A note of a clinician as FHIR R4: an Observation of our code whose value is what was written.

It is added and never taken away: a correction is a new version, ``corrected``, and what stood there before stays readable.
An Observation, because whoever treats and may read what nobody can classify reads those: a note may tell of anything.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import OURS, Json, code_in, id_in, moment, ours, reference, written

SYSTEM, NOTE = f"{OURS}observation", "note"

LONGEST = 4_000
"""In characters. Proposed by Throughcare, no source."""


@dataclass(frozen=True)
class Note:
    """One note.

    Attributes:
        id: of the Observation.
        text: as it was written.
        at: when it was written; of a corrected one when it was corrected.
        author: the id of the Practitioner.
        corrected: whether it stands in place of an earlier version.
    """

    id: str
    patient: str
    text: str = field(repr=False)
    at: datetime
    author: str
    corrected: bool = False


def note_of(observation: Json, zone: ZoneInfo) -> Note | None:
    """The note that an Observation is; None if it is something else, or was an error."""
    patient, said = id_in(observation.get("subject", {}), "Patient"), observation.get("effectiveDateTime")
    is_note = code_in(observation.get("code", {}), SYSTEM) == NOTE and "valueString" in observation
    if not is_note or patient is None or said is None or observation.get("status") == "entered-in-error":
        return None
    performers = (id_in(one, "Practitioner") for one in observation.get("performer", ()))
    return Note(
        id=observation.get("id", ""),
        patient=patient,
        text=str(observation["valueString"]),
        at=moment(str(said), zone),
        author=next((one for one in performers if one), ""),
        corrected=observation.get("status") == "corrected",
    )


def observation_of(note: Note) -> dict[str, Any]:
    """The Observation."""
    return {
        "resourceType": "Observation",
        "id": note.id,
        "status": "corrected" if note.corrected else "final",
        "code": ours("observation", NOTE),
        "subject": reference("Patient", note.patient),
        "effectiveDateTime": written(note.at),
        "performer": [reference("Practitioner", note.author)],
        "valueString": note.text,
    }
