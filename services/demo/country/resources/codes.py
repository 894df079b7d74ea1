"""The code systems of the shapes, and codings in them."""

from typing import Any

Json = dict[str, Any]

OURS = "urn:throughcare:code-system:"
EXTENSION = "urn:throughcare:extension:"
WHO = "http://smart.who.int/hiv/CodeSystem/HIVConcepts"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
UCUM = "http://unitsofmeasure.org"
LABORATORY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}

MEDICINES = {
    "N07BC02": "methadone",
    "N07BC01": "buprenorphine",
    "J05AR27": "lamivudine, tenofovir disoproxil and dolutegravir",
    "J05AR20": "emtricitabine, tenofovir alafenamide and bictegravir",
    "J05AR03": "tenofovir disoproxil and emtricitabine",
}


def concept(*codings: tuple[str, str]) -> Json:
    """A CodeableConcept of codings, each (system, code)."""
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def ours(name: str, code: str) -> Json:
    """A CodeableConcept in a code system of ours."""
    return concept((OURS + name, code))


def medicine(atc: str) -> Json:
    """A medicine by its ATC code."""
    return {"coding": [{"system": ATC, "code": atc, "display": MEDICINES[atc]}]}


def quantity(value: float, unit: str) -> Json:
    """An amount in a UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def reference(type_: str, id_: str) -> Json:
    """A reference to a resource of the same source."""
    return {"reference": f"{type_}/{id_}"}


def extension(name: str, **value: Any) -> Json:
    """An extension of ours with one value."""
    return {"url": EXTENSION + name, **value}
