"""What belongs to the safety set, and its reduced form."""

from typing import Any

import pytest
from resources import a_dose, a_patient, an_observation

from clinical.labels import Label, labels_of
from clinical.safety_set import Kind, kind_of, reduced
from clinical.safety_set.reduced_form import SUBSETTED

ATC = "http://www.whocc.no/atc"
ICD = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
TLD, METHADONE, DIAZEPAM, PARACETAMOL = "J05AR27", "N07BC02", "N05BA01", "N02BE01"
NURSE = frozenset({Label.ETH, Label.ETHUD, Label.OPIOIDUD, Label.N})
MEDICINES = ("MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement")


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": "its name"}], "text": "its name in words"}


def _of(type_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type_, "id": "x", **elements}


def _seen(labels: frozenset[Label]) -> bool:
    return labels <= NURSE


def _order(code: str, type_: str = "MedicationRequest", **elements: Any) -> dict[str, Any]:
    return _of(type_, medicationCodeableConcept=_concept(ATC, code), status="active", **elements)


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (a_patient("p"), Kind.PERSON),
        (_of("AllergyIntolerance"), Kind.ALLERGY),
        (_of("Flag", code=_concept("urn:throughcare:code-system:hold", "clinical")), Kind.HOLD),
        (_of("Flag", code=_concept("urn:x", "clinical")), None),
        *[(_order(TLD, type_), Kind.MEDICINE) for type_ in MEDICINES],
        *[(_order(DIAZEPAM, type_), Kind.SEDATIVE) for type_ in MEDICINES],
        (a_dose("d"), Kind.SEDATIVE),
        (_of("MedicationRequest", medicationReference={"reference": "Medication/m"}), Kind.MEDICINE),
        (an_observation("o", code=_concept(LOINC, "82810-3")), Kind.PREGNANCY),
        (_of("Condition", code=_concept(ICD, "Z33")), Kind.PREGNANCY),
        (_of("Condition", code=_concept(ICD, "O98.7")), Kind.PREGNANCY),
        (_of("Condition", code=_concept(ICD, "B24")), None),
        (an_observation("o", code=_concept(LOINC, "20447-9")), None),
        (_of("DetectedIssue"), Kind.WARNING),
        (_of("Encounter"), None),
    ],
)
def test_what_belongs_to_it(resource: dict[str, Any], kind: Kind | None) -> None:
    assert kind_of(resource) is kind


def test_a_medicine_that_may_not_be_seen_is_another_medicine_ask_the_prescriber() -> None:
    order = _order(TLD, subject={"reference": "Patient/p", "display": "DEMO"}, authoredOn="2026-03-01")
    assert reduced(order, _seen) == {
        "resourceType": "MedicationRequest",
        "id": "x",
        "meta": {"tag": [SUBSETTED]},
        "status": "active",
        "authoredOn": "2026-03-01",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {
            "coding": [
                {
                    "system": "urn:throughcare:code-system:safety",
                    "code": "other-medicine",
                    "display": "other medicine: ask the prescriber",
                }
            ]
        },
    }


@pytest.mark.parametrize("code", [PARACETAMOL, METHADONE])
def test_a_medicine_that_may_be_seen_is_named_without_what_for(code: str) -> None:
    order = _order(code, reasonCode=[_concept(ICD, "B24")], note=[{"text": "with the evening ones"}])
    shown = reduced(order, _seen)
    assert shown["medicationCodeableConcept"] == {"coding": [{"system": ATC, "code": code}]}
    assert "reasonCode" not in shown
    assert "note" not in shown


def test_a_sedative_is_always_named() -> None:
    shown = reduced(_order("N05AH04"), lambda _: False)
    assert shown["medicationCodeableConcept"] == {"coding": [{"system": ATC, "code": "N05AH04"}]}


def test_a_sedative_is_named_by_what_makes_it_one_alone() -> None:
    order = _order(DIAZEPAM)
    order["medicationCodeableConcept"]["coding"].append({"system": "urn:x", "code": "B24"})
    order["medicationCodeableConcept"]["coding"].append({"system": ICD, "code": "B24"})
    assert reduced(order, _seen)["medicationCodeableConcept"] == {
        "coding": [{"system": ATC, "code": DIAZEPAM}]
    }


@pytest.mark.parametrize(
    "medicine",
    [
        {"medicationCodeableConcept": {"text": "the blue one"}},
        {"medicationReference": {"reference": "Medication/m"}},
    ],
)
def test_a_medicine_without_a_code_is_another_medicine(medicine: dict[str, Any]) -> None:
    shown = reduced(_of("MedicationStatement", **medicine), _seen)
    assert shown["medicationCodeableConcept"]["coding"][0]["code"] == "other-medicine"
    assert "medicationReference" not in shown


def test_an_allergy_to_what_may_not_be_seen_asks_the_prescriber() -> None:
    allergy = _of("AllergyIntolerance", code=_concept(ATC, "J05AF06"), criticality="high")
    shown = reduced(allergy, _seen)
    assert shown["code"]["coding"][0]["code"] == "other-substance"
    assert shown["criticality"] == "high"


def test_pregnancy_is_shown_with_its_value_and_without_what_else_is_coded() -> None:
    status = an_observation(
        "o", code=_concept(LOINC, "82810-3"), valueCodeableConcept=_concept(LOINC, "LA15173-0")
    )
    assert reduced(status, _seen)["valueCodeableConcept"] == {
        "coding": [{"system": LOINC, "code": "LA15173-0"}]
    }
    with_hiv = _of("Condition", code=_concept(ICD, "O98.7"))
    assert reduced(with_hiv, _seen)["code"]["coding"][0]["code"] == "pregnancy"


def test_a_person_is_shown_without_who_keeps_the_record() -> None:
    person = a_patient(
        "p",
        birthDate="1990-01-01",
        identifier=[{"system": "urn:x", "value": "1", "assigner": {"reference": "Organization/hiv-clinic"}}],
        managingOrganization={"reference": "Organization/hiv-clinic"},
    )
    assert reduced(person, _seen) == {
        "resourceType": "Patient",
        "id": "p",
        "meta": {"tag": [SUBSETTED]},
        "name": [{"family": "DEMO"}],
        "birthDate": "1990-01-01",
        "identifier": [{"system": "urn:x", "value": "1"}],
    }


def test_a_warning_says_what_to_do_and_not_why() -> None:
    watch = {"coding": [{"system": "urn:throughcare:code-system:safety", "code": "watch-for-withdrawal"}]}
    warning = _of(
        "DetectedIssue",
        code=_concept("urn:x", "DRG"),
        severity="high",
        identifiedPeriod={"end": "2026-03-14"},
        implicated=[{"reference": "MedicationRequest/tld"}],
        detail="efavirenz lowers methadone",
        evidence=[{"code": [_concept(ATC, "J05AG03")]}],
        mitigation=[
            {"action": {**watch, "text": "because of efavirenz"}},
            {"action": _concept(ATC, "J05AG03")},
        ],
    )
    shown = reduced(warning, _seen)
    assert shown["mitigation"] == [{"action": watch}]
    assert (shown["severity"], shown["identifiedPeriod"]) == ("high", {"end": "2026-03-14"})
    assert set(shown) == {"resourceType", "id", "meta", "code", "severity", "identifiedPeriod", "mitigation"}
    assert Label.HIV in labels_of(warning)
    assert labels_of(shown) <= NURSE


STATUS = {"coding": [{"system": "urn:x", "code": "active"}], "text": "since the positive test"}
EVERYTHING = {
    "contained": [_of("Medication", code=_concept(ATC, TLD))],
    "clinicalStatus": STATUS,
    "extension": [{"url": "urn:x", "valueCoding": {"system": LOINC, "code": "55277-8"}}],
    "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]},
    "note": [{"text": "x"}],
    "reasonCode": [_concept(ICD, "B24")],
    "text": {"status": "generated", "div": "<div>TLD</div>"},
}


@pytest.mark.parametrize(
    "resource",
    [
        *[_order(code, type_, **EVERYTHING) for code in (TLD, METHADONE, PARACETAMOL) for type_ in MEDICINES],
        _of("AllergyIntolerance", code=_concept(ATC, TLD), **EVERYTHING),
        _of("Flag", code=_concept("urn:throughcare:code-system:hold", "clinical"), **EVERYTHING),
        _of("Condition", code=_concept(ICD, "O98.7"), **EVERYTHING),
        a_patient("p", **EVERYTHING),
    ],
)
def test_nothing_in_a_reduced_form_has_a_label_that_may_not_be_seen(resource: dict[str, Any]) -> None:
    assert Label.HIV in labels_of(resource)
    shown = reduced(resource, _seen)
    assert labels_of(shown) <= NURSE
    assert "in words" not in str(shown)
    assert "positive" not in str(shown)
