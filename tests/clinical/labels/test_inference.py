"""The labels of a resource: stated, by its codes, and following from what it is, holds and refers to."""

from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from clinical.labels import Label, labels_of, places_of
from clinical.labels.label import ACT_CODE, CONFIDENTIALITY

ATC = "http://www.whocc.no/atc"
LOINC = "http://loinc.org"
KIND = "urn:throughcare:code-system:facility-kind"
SERVICE = "urn:throughcare:code-system:facility-service"
OPIOIDS = {Label.ETH, Label.OPIOIDUD}

DIRECTORY: list[dict[str, Any]] = [
    an_organization("hiv-clinic", type=[{"coding": [{"system": KIND, "code": "hiv-clinic"}]}]),
    an_organization("ward", partOf={"reference": "Organization/hiv-clinic"}),
    an_organization("oat-centre", type=[{"coding": [{"system": KIND, "code": "oat-centre"}]}]),
    an_organization("prison", type=[{"coding": [{"system": KIND, "code": "prison"}]}]),
    {
        "resourceType": "HealthcareService",
        "id": "prison-art",
        "type": [{"coding": [{"system": SERVICE, "code": "art"}]}],
        "providedBy": {"reference": "Organization/prison"},
    },
    {
        "resourceType": "Location",
        "id": "room-7",
        "managingOrganization": {"reference": "Organization/ward"},
        "description": "second floor",
    },
    {"resourceType": "Location", "id": "yard", "managingOrganization": {"reference": "Organization/prison"}},
]
PLACES = places_of(DIRECTORY)


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _labelled(code: str, system: str = ACT_CODE) -> dict[str, Any]:
    return {"meta": {"security": [{"system": system, "code": code}]}}


@pytest.mark.parametrize("label", sorted(set(Label) - {Label.N}))
def test_a_stated_label_counts(label: Label) -> None:
    assert label in labels_of(a_patient("p", **_labelled(label.value, label.system)))
    assert label in labels_of(a_patient("p", **_labelled(label, label.system)))


def test_a_stated_part_of_a_label_is_the_label_too() -> None:
    assert labels_of(a_patient("p", **_labelled("OPIOIDUD"))) == OPIOIDS


def test_normal_is_only_what_is_said_to_be_and_is_nothing_else() -> None:
    normal = _labelled("N", CONFIDENTIALITY)
    assert labels_of(an_observation("o", **normal)) == {Label.N}
    assert labels_of(an_observation("o")) == set()
    assert labels_of(a_dose("d", **normal)) == OPIOIDS
    assert labels_of({"resourceType": "Binary", **normal}) == {Label.R}


def test_nothing_inside_makes_the_whole_normal() -> None:
    normal = an_observation("o", **_labelled("N", CONFIDENTIALITY))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": normal}]}
    assert labels_of(bundle) == set()
    assert labels_of({**bundle, **_labelled("N", CONFIDENTIALITY)}) == set()
    assert labels_of(a_patient("p", contained=[normal])) == set()


@pytest.mark.parametrize("stated", [("TABOO", ACT_CODE), ("secret", "urn:somebody")])
def test_a_label_that_nobody_understands_is_restricted(stated: tuple[str, str]) -> None:
    assert labels_of(an_observation("o", **_labelled(*stated))) == {Label.R}


def test_a_label_without_a_code_is_restricted() -> None:
    assert labels_of(an_observation("o", meta={"security": [{"display": "secret"}]})) == {Label.R}


HIV_RESOURCES: dict[str, dict[str, Any]] = {
    "a TLD order": {"resourceType": "MedicationRequest", "medicationCodeableConcept": _coded(ATC, "J05AR27")},
    "any antiretroviral dose": a_dose("d", medicationCodeableConcept=_coded(ATC, "J05AG03")),
    "a dispense by its reason": {
        "resourceType": "MedicationDispense",
        "medicationCodeableConcept": {"text": "x"},
        "reasonCode": [_coded("urn:throughcare:code-system:medication-reason", "prep")],
    },
    "a test, whatever its result": an_observation("o", code=_coded(LOINC, "68961-2")),
    "a viral load": an_observation("o", code=_coded(LOINC, "20447-9")),
    "a CD4": an_observation("o", code=_coded(LOINC, "24467-3")),
    "a result in a component": an_observation("o", component=[{"code": _coded(LOINC, "24467-3")}]),
    "an offer of a test": an_observation(
        "o", code=_coded("urn:throughcare:code-system:observation", "hiv-test-offer")
    ),
    "a diagnosis": {"resourceType": "Condition", "code": _coded("http://hl7.org/fhir/sid/icd-10", "B24")},
    "by its profile alone": an_observation(
        "o", meta={"profile": ["urn:throughcare:profile:viral-load|1.0.0"]}
    ),
    "a consent to testing": {
        "resourceType": "Consent",
        "provision": {"securityLabel": [{"system": ACT_CODE, "code": "HIV"}]},
    },
    "an appointment at the clinic": {
        "resourceType": "Appointment",
        "participant": [{"actor": {"reference": "Location/room-7"}}],
    },
    "an appointment for the service": {
        "resourceType": "Appointment",
        "participant": [{"actor": {"reference": "HealthcareService/prison-art"}}],
    },
    "a kind of service": {"resourceType": "Appointment", "serviceType": [_coded(SERVICE, "art")]},
    "an encounter at a ward of the clinic": {
        "resourceType": "Encounter",
        "serviceProvider": {"reference": "Organization/ward"},
    },
    "a task of the clinic": {"resourceType": "Task", "owner": {"reference": "Organization/hiv-clinic"}},
    "a document of the clinic": {
        "resourceType": "DocumentReference",
        "custodian": {"reference": "Organization/hiv-clinic"},
    },
    "a hepatitis test made by the clinic": an_observation(
        "o", code=_coded(LOINC, "13955-0"), performer=[{"reference": "Organization/hiv-clinic"}]
    ),
    "in what it contains": {
        "resourceType": "MedicationRequest",
        "contained": [{"resourceType": "Medication", "id": "m", "code": _coded(ATC, "J05AR27")}],
        "medicationReference": {"reference": "#m"},
    },
    "in an entry of a Bundle": {
        "resourceType": "Bundle",
        "entry": [
            {"resource": a_patient("p")},
            {"resource": an_observation("o", code=_coded(LOINC, "24467-3"))},
        ],
    },
    "stated in an entry of a Bundle": {
        "resourceType": "Bundle",
        "entry": [{"resource": a_patient("p", **_labelled("HIV"))}],
    },
    "in an extension": a_patient(
        "p", extension=[{"url": "urn:x", "valueCoding": {"system": LOINC, "code": "55277-8"}}]
    ),
}


@pytest.mark.parametrize("resource", HIV_RESOURCES.values(), ids=HIV_RESOURCES)
def test_what_tells_of_hiv_is_labelled(resource: dict[str, Any]) -> None:
    assert Label.HIV in labels_of(resource, PLACES)


OPIOID_RESOURCES: dict[str, dict[str, Any]] = {
    "a methadone dose": a_dose("d"),
    "a buprenorphine order": {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": _coded(ATC, "N07BC01"),
    },
    "morphine by its profile": a_dose(
        "d",
        medicationCodeableConcept=_coded(ATC, "N02AA01"),
        meta={"profile": ["urn:throughcare:profile:oat-dose"]},
    ),
    "morphine for dependence": a_dose(
        "d",
        medicationCodeableConcept=_coded(ATC, "N02AA01"),
        reasonCode=[_coded("http://hl7.org/fhir/sid/icd-10", "F11.2")],
    ),
    "a hold": {
        "resourceType": "Flag",
        "code": _coded("urn:throughcare:code-system:hold", "missed-doses"),
    },
    "a programme": {
        "resourceType": "EpisodeOfCare",
        "type": [_coded("urn:throughcare:code-system:programme", "oat")],
    },
    "an appointment at the centre": {
        "resourceType": "Appointment",
        "participant": [{"actor": {"reference": "Organization/oat-centre"}}],
    },
    "a urine screen": an_observation("o", code=_coded(LOINC, "3773-9")),
}


@pytest.mark.parametrize("resource", OPIOID_RESOURCES.values(), ids=OPIOID_RESOURCES)
def test_what_tells_of_opioids_is_labelled(resource: dict[str, Any]) -> None:
    assert labels_of(resource, PLACES) == OPIOIDS


def _of(type_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type_, **elements}


RESTRICTED: dict[str, dict[str, Any]] = {
    "a file": _of("Binary", contentType="application/pdf", data="JVBERi0="),
    "a document": _of("DocumentReference"),
    "a composition": _of("Composition"),
    "a message": _of("Communication"),
    "who did what": _of("Provenance", target=[{"reference": "Observation/o"}]),
    "a form filled in": _of("QuestionnaireResponse", item=[{"linkId": "1", "answer": [{"valueBoolean": True}]}]),
    "a file inside": _of("Bundle", entry=[{"resource": _of("Binary")}]),
    "a note": an_observation("o", note=[{"text": "seen"}]),
    "a result in words": an_observation("o", valueString="as last time"),
    "a diagnosis without a code": _of("Condition", code={"text": "as before"}),
    "a printed report": _of("DiagnosticReport", presentedForm=[{"contentType": "application/pdf"}]),
    "a conclusion": _of("DiagnosticReport", conclusion="as before"),
    "an appointment's words": _of("Appointment", description="with the specialist"),
    "a portrait": a_patient("p", photo=[{"url": "x"}]),
    "an answer in words": an_observation("o", extension=[{"url": "urn:x", "valueString": "yes"}]),
    "a narrative with more in it": a_patient("p", text={"status": "additional", "div": "<div/>"}),
    "a medicine that is not here": _of("MedicationRequest", medicationReference={"reference": "Medication/m"}),
    "a medicine by its name elsewhere": _of("MedicationRequest", medicationReference={"display": "x"}),
    "dosing in words": _of("MedicationRequest", dosageInstruction=[{"text": "with the other one"}]),
}  # fmt: skip


@pytest.mark.parametrize("resource", RESTRICTED.values(), ids=RESTRICTED)
def test_what_nobody_can_classify_is_restricted(resource: dict[str, Any]) -> None:
    assert labels_of(resource, PLACES) == {Label.R}


DOSE_REASON = "urn:throughcare:code-system:dose-reason"

CUSTODY: dict[str, tuple[dict[str, Any], set[Label]]] = {
    "a stay in prison": (a_stay("s"), {Label.R, Label.V}),
    "an absence from it": (a_stay("s", **{"class": {"system": "urn:throughcare:code-system:encounter-class", "code": "absence-court"}}), {Label.R, Label.V}),
    "imprisonment": (_of("Condition", code=_coded("http://hl7.org/fhir/sid/icd-10", "Z65.1")), {Label.R, Label.V}),
    "a prison": (_of("Organization", type=[_coded(KIND, "prison")]), {Label.V}),
    "what is a hint by its code": (an_observation("o", code=_coded(DOSE_REASON, "court")), {Label.V}),
    "what is a hint by its category": (an_observation("o", category=[_coded("urn:throughcare:code-system:exit-reason", "escape")]), {Label.V}),
    "said by its writer": (an_observation("o", **_labelled("V", CONFIDENTIALITY)), {Label.V}),
}  # fmt: skip


@pytest.mark.parametrize(("resource", "labels"), CUSTODY.values(), ids=CUSTODY)
def test_what_tells_of_custody_as_a_whole_leaves_by_no_agreement(
    resource: dict[str, Any], labels: set[Label]
) -> None:
    assert labels_of(resource, PLACES) == labels


@pytest.mark.parametrize(
    "resource",
    [
        a_dose("d", statusReason=[_coded(DOSE_REASON, "court")]),
        _of("MedicationDispense", type=_coded("urn:throughcare:code-system:dispense-type", "release-supply")),
        an_observation("o", component=[{"code": _coded(DOSE_REASON, "released")}]),
        an_observation("o", contained=[_of("Organization", type=[_coded(KIND, "prison")])]),
        an_observation("o", performer=[{"reference": "Organization/prison"}]),
    ],
)
def test_an_element_that_hints_at_custody_does_not_keep_the_rest(resource: dict[str, Any]) -> None:
    assert Label.V not in labels_of(resource, PLACES)


@pytest.mark.parametrize(
    "belonging",
    [
        _of("Organization", partOf={"reference": "Organization/prison"}),
        _of("Location", managingOrganization={"reference": "Organization/prison"}),
        _of("Location", partOf={"reference": "Location/yard"}),
        _of("HealthcareService", location=[{"reference": "Location/yard"}]),
        _of("PractitionerRole", organization={"reference": "Organization/prison"}),
        _of("PractitionerRole", location=[{"reference": "Location/yard"}]),
    ],
)
def test_what_belongs_to_a_prison_is_one(belonging: dict[str, Any]) -> None:
    assert labels_of(belonging, PLACES) == {Label.V}


ORDINARY: dict[str, dict[str, Any]] = {
    "an injury": _of("Condition", code=_coded("http://hl7.org/fhir/sid/icd-10", "S52.5")),
    "a coded diagnosis with its name": _of(
        "Condition", code={**_coded("http://hl7.org/fhir/sid/icd-10", "I10"), "text": "hypertension"}
    ),
    "a hepatitis C test": an_observation("o", code=_coded(LOINC, "13955-0")),
    "a hepatitis C medicine": a_dose("d", medicationCodeableConcept=_coded(ATC, "J05AP55")),
    "a painkiller": a_dose("d", medicationCodeableConcept=_coded(ATC, "N02BE01")),
    "a medicine that is known": _of(
        "MedicationRequest", medicationReference={"reference": "Medication/paracetamol"}
    ),
    "a person": a_patient("p", name=[{"text": "DEMO"}], address=[{"text": "somewhere"}]),
    "a person at the prison": a_patient("p", managingOrganization={"reference": "Organization/prison"}),
    "a visit at the prison": _of("Encounter", serviceProvider={"reference": "Organization/prison"}),
    "in the yard": _of("Encounter", location=[{"location": {"reference": "Location/yard"}}]),
    "a generated narrative": an_observation("o", text={"status": "generated", "div": "<div/>"}),
    "a form": _of("Questionnaire", title="Reception", description="asked on the first day"),
    "a figure": _of("MeasureReport"),
}


@pytest.mark.parametrize("resource", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_care_has_no_label(resource: dict[str, Any]) -> None:
    known = {**PLACES, "Medication/paracetamol": frozenset[Label]()}
    assert labels_of(resource, known) == set()


def test_a_medicine_that_is_known_passes_its_labels_on() -> None:
    order = _of("MedicationRequest", medicationReference={"reference": "Medication/tld"})
    assert labels_of(order, {"Medication/tld": frozenset({Label.HIV})}) == {Label.HIV}


def test_a_reference_passes_on_every_label_but_normal() -> None:
    task = _of("Task", focus={"reference": "Observation/o"})
    assert labels_of(task, {"Observation/o": frozenset({Label.N})}) == set()
    assert labels_of(task, {"Observation/o": frozenset({Label.OPIOIDUD})}) == OPIOIDS


def test_a_place_is_what_it_is_and_what_it_belongs_to_and_not_what_it_offers() -> None:
    assert dict(PLACES) == {
        "Organization/hiv-clinic": {Label.HIV},
        "Organization/ward": {Label.HIV},
        "Organization/oat-centre": OPIOIDS,
        "Location/room-7": {Label.HIV},
        "Organization/prison": {Label.V},
        "HealthcareService/prison-art": {Label.HIV, Label.V},
        "Location/yard": {Label.V},
    }


def test_places_that_go_in_circles_end() -> None:
    first = an_organization("a", partOf={"reference": "Organization/b"})
    second = an_organization(
        "b",
        partOf={"reference": "Organization/a"},
        type=[_coded(KIND, "hiv-clinic")],
    )
    assert set(places_of([first, second])) == {"Organization/a", "Organization/b"}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"resourceType": "Observation", "meta": "x", "code": 5},
        {"resourceType": ["x"], "meta": {"security": ["x", {}], "profile": [3]}},
        {"resourceType": "Observation", "code": {"coding": [None, {"system": ["x"], "code": "B24"}]}},
        {"resourceType": "Observation", "text": "x", "note": "y", "medicationReference": 4},
    ],
)
def test_what_has_not_passed_the_gate_breaks_nothing(odd: dict[str, Any]) -> None:
    labels_of(odd, PLACES)
