"""Condition: diagnoses of HIV and of opioid dependence."""

from services.demo.country.days import text
from services.demo.country.facts import Diagnosis
from services.demo.country.resources.codes import ICD_10, WHO, Json, concept, extension, reference
from services.demo.country.resources.marks import resource

CODES = {
    "hiv": concept((ICD_10, "B24"), (WHO, "HIV.B.DE116")),
    "opioid-dependence": concept((ICD_10, "F11.2")),
}
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def diagnosis(one: Diagnosis) -> Json:
    """The Condition of a diagnosis; what was entered in error has no clinical status."""
    said = [extension("recorded-by", valueReference=reference("Organization", one.facility))]
    if one.condition == "hiv":
        said.append(extension("diagnosed-abroad", valueBoolean=one.abroad))
    clinical = "inactive" if one.refuted else "active"
    return resource(
        "Condition",
        one.id,
        one.recorded_at,
        "hiv-diagnosis" if one.condition == "hiv" else None,
        extension=said,
        clinicalStatus=None if one.void else concept((CLINICAL, clinical)),
        verificationStatus=concept((VERIFICATION, "entered-in-error" if one.void else one.certainty)),
        code=CODES[one.condition],
        subject=reference("Patient", one.patient),
        onsetDateTime=text(one.on),
        abatementDateTime=one.refuted.isoformat() if one.refuted else None,
    )
