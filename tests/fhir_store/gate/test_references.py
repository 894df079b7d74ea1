"""References: of a form that says what is meant, to a type that the element may name."""

from collections.abc import Callable
from typing import Any

import pytest
from resources import a_dose, a_patient, an_observation

Gate = Callable[[Any], list[tuple[str, str]]]
SUBJECT = "MedicationAdministration.subject.reference"


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "Group/g",
        "Patient/p1/_history/2",
        "Patient?identifier=urn:x|1",
        "http://other/fhir/Patient/p1",
        "https://other/fhir/Patient/p1/_history/1",
        "http://other/some/thing",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "urn:oid:1.2.3",
    ],
)
def test_a_literal_reference_enters(issues: Gate, reference: str) -> None:
    assert issues(a_dose(subject={"reference": reference})) == []


@pytest.mark.parametrize(
    "reference",
    [
        "Practitioner/p1",
        "Practitioner?identifier=urn:x|1",
        "http://other/fhir/Practitioner/p1",
        "p1",
        "Patient/",
        "Patient/a_b",
        "Patient/p1/x",
        "Patient/p1 ",
        "/Patient/p1",
        "Pacient/p1",
        "patient/p1",
        "Patient/p1/_history",
        "http://a b",
        "../Patient/p1",
    ],
)
def test_one_that_says_something_else_does_not(issues: Gate, reference: str) -> None:
    assert issues(a_dose(subject={"reference": reference})) == [("value", SUBJECT)]


def test_a_reference_may_be_logical_or_only_displayed(issues: Gate) -> None:
    assert issues(a_dose(subject={"identifier": {"system": "urn:x", "value": "1"}})) == []
    assert issues(a_dose(subject={"display": "DEMO"})) == []


def test_an_element_that_refers_to_anything_takes_every_type(issues: Gate) -> None:
    assert issues(an_observation(focus=[{"reference": "VisionPrescription/1"}])) == []
    assert issues(an_observation(focus=[{"reference": "NoSuchType/1"}])) == [
        ("value", "Observation.focus[0].reference")
    ]


def test_only_whose_record_it_is_has_to_be_of_the_right_type(issues: Gate) -> None:
    """Official examples have a pharmacist where only an Organization may be; nothing is lost by keeping that."""
    practitioner = {"reference": "Practitioner/1"}
    assert issues(a_patient(managingOrganization=practitioner)) == []
    assert issues(an_observation(subject=practitioner)) == [("value", "Observation.subject.reference")]


# --- contained resources

MEDICATION = {"resourceType": "Medication", "id": "m", "code": {"text": "DEMO"}}


def dose_of_contained(*contained: Any, reference: str = "#m") -> dict[str, Any]:
    dose = a_dose(contained=list(contained), medicationReference={"reference": reference})
    del dose["medicationCodeableConcept"]
    return dose


def test_a_contained_resource_of_any_r4_type_enters(issues: Gate) -> None:
    assert issues(dose_of_contained(MEDICATION)) == []


def test_a_contained_resource_is_checked_like_any_other(issues: Gate) -> None:
    wrong = {**MEDICATION, "status": "x", "batch": {"expirationDate": "2021-02-30"}}
    assert issues(dose_of_contained(wrong)) == [
        ("code-invalid", "MedicationAdministration.contained[0].status"),
        ("value", "MedicationAdministration.contained[0].batch.expirationDate"),
    ]


@pytest.mark.parametrize(
    "contained", [{"id": "m"}, {"resourceType": "Nothing", "id": "m"}, {"resourceType": 1}]
)
def test_a_contained_resource_of_an_unknown_type_is_not_supported(issues: Gate, contained: Any) -> None:
    assert issues(dose_of_contained(contained)) == [
        ("not-supported", "MedicationAdministration.contained[0]")
    ] or (("not-supported", "MedicationAdministration.contained[0]") in issues(dose_of_contained(contained)))


@pytest.mark.parametrize("contained", [None, "Medication/m", [MEDICATION]])
def test_a_contained_resource_is_an_object(issues: Gate, contained: Any) -> None:
    assert ("structure", "MedicationAdministration.contained[0]") in issues(dose_of_contained(contained))


def test_ref_1_a_local_reference_needs_its_contained_resource(issues: Gate) -> None:
    where = "MedicationAdministration.medication.ofType(Reference).reference"
    assert issues(dose_of_contained(MEDICATION, reference="#x")) == [("invariant", where)]
    dose = dose_of_contained(MEDICATION)
    del dose["contained"]
    assert issues(dose) == [("invariant", where)]


def test_ref_1_does_not_hide_behind_right_local_references(issues: Gate) -> None:
    notes = [{"text": "a", "authorReference": {"reference": "#n"}}] * 50
    nurse = {"resourceType": "Practitioner", "id": "n"}
    dose = a_dose(contained=[nurse], note=notes)
    assert issues(dose) == []
    assert issues({**dose, "status": "x"}) == [("code-invalid", "MedicationAdministration.status")]
    assert issues({**dose, "statusReason": [{"text": 1}]}) == [
        ("structure", "MedicationAdministration.statusReason[0].text")
    ]


def test_a_contained_resource_may_refer_to_another_and_to_the_one_around(issues: Gate) -> None:
    maker = {"resourceType": "Organization", "id": "o", "name": "DEMO"}
    assert issues(dose_of_contained({**MEDICATION, "manufacturer": {"reference": "#o"}}, maker)) == []
    history = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "#"}],
        "recorded": "2021-01-01T00:00:00Z",
    }
    history["agent"] = [{"who": {"display": "DEMO"}}]
    assert issues(a_dose(contained=[history])) == []


@pytest.mark.parametrize(
    "contained",
    [
        {**MEDICATION, "contained": [{"resourceType": "Practitioner", "id": "x"}]},
        {**MEDICATION, "meta": {"versionId": "1"}},
        {**MEDICATION, "meta": {"lastUpdated": "2021-01-01T00:00:00Z"}},
        {**MEDICATION, "meta": {"security": [{"code": "R"}]}},
    ],
    ids=["dom-2", "dom-4 version", "dom-4 time", "dom-5"],
)
def test_dom_2_4_5_what_a_contained_resource_must_not_have(issues: Gate, contained: Any) -> None:
    assert issues(dose_of_contained(contained)) == [("invariant", "MedicationAdministration.contained[0]")]


def test_dom_3_a_contained_resource_is_referred_to(issues: Gate) -> None:
    unused = {**MEDICATION, "id": "unused"}
    assert issues(dose_of_contained(MEDICATION, unused)) == [
        ("invariant", "MedicationAdministration.contained[1]")
    ]
    nameless = {name: value for name, value in MEDICATION.items() if name != "id"}
    assert issues(a_dose(contained=[nameless])) == [("invariant", "MedicationAdministration.contained[0]")]
