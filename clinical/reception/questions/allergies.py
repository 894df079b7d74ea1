"""Allergies, each a record of its own, so that whoever gives a medicine sees it."""

from typing import Any

from clinical.oat.shapes import ATC, OURS, Json, reference, written
from clinical.reception.question import Choice, Kind, Known, Part, Question, Recorded
from clinical.words import N_

CODE = "allergies"
LISTED: dict[str, tuple[str, str, str]] = {
    "penicillin": (ATC, "J01C", "penicillin"),
    "painkillers": (ATC, "M01A", "aspirin, ibuprofen and the like"),
    "opioids": (ATC, "N02A", "opioid painkillers"),
    "latex": (f"{OURS}substance", "latex", "latex"),
}
"""Choice, then system, code and English name of the substance."""

OTHER = "another"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


def records(known: Known) -> Recorded:
    """Each that was said. That there is none is no record: it stands in the form."""
    answer = known.answers.get(CODE)
    for choice, (system, code, display) in LISTED.items():
        coding = {"coding": [{"system": system, "code": code, "display": display}]}
        yield f"allergy-{choice}", _allergy(known, coding) if answer and answer.says(choice) else None
    text = answer.text if answer else ""
    yield f"allergy-{OTHER}", _allergy(known, {"text": text}) if text else None


def _allergy(known: Known, code: Json) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "unconfirmed"}]},
        "code": dict(code),
        "patient": reference("Patient", known.patient),
        "recordedDate": written(known.at),
        "recorder": reference("Practitioner", known.by),
        "asserter": reference("Patient", known.patient),
    }


QUESTIONS = (
    Question(
        code=CODE,
        place=130,
        part=Part.REST,
        ask=N_("Allergies?"),
        kind=Kind.MANY,
        choices=(
            Choice("penicillin", N_("Penicillin")),
            Choice("painkillers", N_("Aspirin, ibuprofen and the like")),
            Choice("opioids", N_("An opioid: a rash or swelling, not only sick or sleepy")),
            Choice("latex", N_("Latex")),
            Choice("none", N_("None known"), alone=True),
        ),
        other=N_("Another substance"),
        keys=(*(f"allergy-{one}" for one in LISTED), f"allergy-{OTHER}"),
        records=records,
    ),
)
