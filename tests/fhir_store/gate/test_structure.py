"""What an object may hold: known elements, of the right type, as often as they may be there."""

from collections.abc import Callable
from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation

from fhir_store.errors import Refused
from fhir_store.gate import check, served, served_types
from fhir_store.gate.rules import MOST_SOUGHT, MOST_TOLD
from fhir_store.json_text import parse

Gate = Callable[[Any], list[tuple[str, str]]]

DOSE = a_dose(
    identifier=[{"system": "urn:dose", "value": "1"}],
    context={"reference": "Encounter/e"},
    performer=[{"actor": {"reference": "Practitioner/n"}, "function": {"text": "witness"}}],
    request={"reference": "MedicationRequest/o"},
    note=[{"text": "DEMO", "authorString": "n"}],
    extension=[
        {"url": "urn:x", "valueQuantity": {"value": 1}},
        {"url": "urn:y", "extension": [{"url": "z", "valueCode": "a"}]},
    ],
)


@pytest.mark.parametrize("resource", [DOSE, a_dose(), a_patient(), a_stay(), an_observation()])
def test_a_right_resource_enters(issues: Gate, resource: dict[str, Any]) -> None:
    assert issues(resource) == []


@pytest.mark.parametrize("type_", ["Claim", "MedicationUsage", "Resource", "", None, 1, [], {"a": "b"}])
def test_a_type_that_is_not_served_is_not_supported(issues: Gate, type_: Any) -> None:
    assert issues({"resourceType": type_, "id": "a"}) == [("not-supported", "")]
    assert not served(type_)


def test_a_resource_without_a_type_is_not_supported(issues: Gate) -> None:
    assert issues({"id": "a"}) == issues({}) == [("not-supported", "")]
    assert all(served(type_) for type_ in served_types())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": None}, ("structure", "MedicationAdministration.status")),
        ({"status": {}}, ("structure", "MedicationAdministration.status")),
        ({"status": []}, ("structure", "MedicationAdministration.status")),
        ({"status": ["completed"]}, ("structure", "MedicationAdministration.status")),
        ({"status": ""}, ("value", "MedicationAdministration.status")),
        ({"status": "given"}, ("code-invalid", "MedicationAdministration.status")),
        ({"identifier": {"value": "1"}}, ("structure", "MedicationAdministration.identifier")),
        ({"identifier": []}, ("structure", "MedicationAdministration.identifier")),
        ({"identifier": [{}]}, ("structure", "MedicationAdministration.identifier[0]")),
        ({"identifier": [{"value": "1"}, None]}, ("structure", "MedicationAdministration.identifier[1]")),
        ({"identifier": [{"use": "x"}]}, ("code-invalid", "MedicationAdministration.identifier[0].use")),
        ({"subject": {}}, ("structure", "MedicationAdministration.subject")),
        ({"subject": "Patient/1"}, ("structure", "MedicationAdministration.subject")),
        ({"subject": {"id": "a"}}, ("structure", "MedicationAdministration.subject")),
        (
            {"performer": [{"function": {"text": "a"}}]},
            ("required", "MedicationAdministration.performer[0].actor"),
        ),
        (
            {"dosage": {"dose": {"value": "60"}}},
            ("structure", "MedicationAdministration.dosage.dose.value"),
        ),
        ({"dosage": {"dose": {"value": True}}}, ("structure", "MedicationAdministration.dosage.dose.value")),
        (
            {"dosage": {"dose": {"value": 60, "comparator": "<"}}},
            ("structure", "MedicationAdministration.dosage.dose.comparator"),
        ),
        ({"resourcetype": "x"}, ("structure", "MedicationAdministration")),
        (
            {"effectiveDateTime": "2021-02-30"},
            ("value", "MedicationAdministration.effective.ofType(dateTime)"),
        ),
        ({"effectivePeriod": {"start": "2021"}}, ("structure", "MedicationAdministration.effective")),
        ({"effectiveInstant": "2021-01-01T00:00:00Z"}, ("structure", "MedicationAdministration")),
        (
            {"note": [{"text": "a", "authorString": "b", "authorReference": {"reference": "Patient/1"}}]},
            ("structure", "MedicationAdministration.note[0].author"),
        ),
        ({"note": [{"time": "2021"}]}, ("required", "MedicationAdministration.note[0].text")),
        ({"extension": [{"valueString": "a"}]}, ("required", "MedicationAdministration.extension[0].url")),
        ({"extension": [{"url": "urn:x"}]}, ("invariant", "MedicationAdministration.extension[0]")),
        (
            {
                "extension": [
                    {"url": "urn:x", "valueString": "a", "extension": [{"url": "y", "valueString": "b"}]}
                ]
            },
            ("invariant", "MedicationAdministration.extension[0]"),
        ),
        (
            {"extension": [{"url": "urn:x", "valueString": "a", "valueCode": "b"}]},
            ("structure", "MedicationAdministration.extension[0].value"),
        ),
        (
            {"extension": [{"url": "urn:x", "valueDecimal": "1"}]},
            ("structure", "MedicationAdministration.extension[0].value.ofType(decimal)"),
        ),
        ({"meta": {"versionId": "a b"}}, ("value", "MedicationAdministration.meta.versionId")),
        ({"meta": {"lastUpdated": "2021"}}, ("value", "MedicationAdministration.meta.lastUpdated")),
        ({"language": "a_b"}, ("value", "MedicationAdministration.language")),
        ({"id": "a_b"}, ("value", "MedicationAdministration.id")),
        ({"text": {"status": "generated"}}, ("required", "MedicationAdministration.text.div")),
    ],
)
def test_what_is_wrong_is_named_by_code_and_element(
    issues: Gate, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert issues({**DOSE, **change}) == [expected]


@pytest.mark.parametrize(
    ("element", "where"),
    [
        ("status", "MedicationAdministration.status"),
        ("medicationCodeableConcept", "MedicationAdministration.medication"),
        ("subject", "MedicationAdministration.subject"),
        ("effectiveDateTime", "MedicationAdministration.effective"),
    ],
)
def test_a_required_element_is_missed(issues: Gate, element: str, where: str) -> None:
    assert issues({name: value for name, value in DOSE.items() if name != element}) == [("required", where)]


def test_a_content_reference_has_the_rules_of_what_it_refers_to(issues: Gate) -> None:
    part = {
        "code": {"text": "a"},
        "referenceRange": [{"low": {"value": "1"}}, {"age": {"low": {"value": 1}}}],
    }
    assert issues(an_observation(component=[part])) == [
        ("structure", "Observation.component[0].referenceRange[0].low.value"),
        ("invariant", "Observation.component[0].referenceRange[1]"),
    ]


# --- what stands beside a primitive


def why(code: str) -> dict[str, Any]:
    return {"extension": [{"url": "urn:reason", "valueCode": code}]}


@pytest.mark.parametrize(
    "elements",
    [
        {"birthDate": "1990-01-01", "_birthDate": why("a")},
        {"_birthDate": {"id": "x", **why("a")}},
        {"name": [{"given": ["a", None], "_given": [None, why("unknown")]}]},
        {"name": [{"_given": [why("a"), why("b")]}]},
        {"name": [{"given": [None, "b"], "_given": [why("a"), why("b")]}]},
        {"deceasedBoolean": True, "_deceasedBoolean": why("a")},
        {"_deceasedDateTime": why("a")},
        {"contact": [{"name": {"_family": why("a")}}]},
    ],
)
def test_a_primitive_may_have_extensions_beside_it(issues: Gate, elements: dict[str, Any]) -> None:
    assert issues({"resourceType": "Patient", **elements}) == []


def test_an_extension_can_stand_for_a_required_value(issues: Gate) -> None:
    observation = {name: value for name, value in an_observation().items() if name != "status"}
    assert issues({**observation, "_status": why("unknown")}) == []


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"_birthDate": None}, [("structure", "Patient.birthDate")]),
        ({"_birthDate": {}}, [("structure", "Patient.birthDate")]),
        ({"_birthDate": {"id": "x"}}, [("structure", "Patient.birthDate")]),
        ({"_birthDate": [why("a")]}, [("structure", "Patient.birthDate")]),
        ({"_birthDate": {"valueCode": "x"}}, [("structure", "Patient.birthDate")]),
        ({"birthDate": "x", "_birthDate": why("a")}, [("value", "Patient.birthDate")]),
        ({"birthDate": None, "_birthDate": why("a")}, [("structure", "Patient.birthDate")]),
        ({"name": [{"given": ["a", None]}]}, [("structure", "Patient.name[0].given[1]")]),
        ({"name": [{"given": [None], "_given": [None]}]}, [("structure", "Patient.name[0].given[0]")]),
        ({"name": [{"_given": [None]}]}, [("structure", "Patient.name[0].given[0]")]),
        ({"name": [{"_given": []}]}, [("structure", "Patient.name[0].given")]),
        ({"name": [{"_given": why("a")}]}, [("structure", "Patient.name[0].given")]),
        ({"name": [{"given": ["a"], "_given": [None, why("a")]}]}, [("structure", "Patient.name[0].given")]),
        ({"name": [{"given": "a", "_given": [why("a")]}]}, [("structure", "Patient.name[0].given")]),
        (
            {"name": [{"given": [1, None], "_given": [None, why("a")]}]},
            [("structure", "Patient.name[0].given[0]")],
        ),
        ({"name": [{"given": ["a"], "_given": [{"x": 1}]}]}, [("structure", "Patient.name[0].given[0]")]),
        ({"deceasedBoolean": True, "_deceasedDateTime": why("a")}, [("structure", "Patient.deceased")]),
        ({"_name": [why("a")]}, [("structure", "Patient")]),
        ({"__birthDate": why("a")}, [("structure", "Patient")]),
        ({"_": why("a")}, [("structure", "Patient")]),
    ],
)
def test_what_is_wrong_beside_a_primitive_is_told(
    issues: Gate, elements: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert issues({"resourceType": "Patient", **elements}) == expected


def test_gaps_in_a_list_do_not_hide_what_comes_after(issues: Gate) -> None:
    """More gaps than issues are told, each filled: the wrong element behind them is still found."""
    gaps = {"given": [None] * (MOST_SOUGHT + 5), "_given": [why("a")] * (MOST_SOUGHT + 5)}
    assert issues({"resourceType": "Patient", "name": [gaps], "gender": "x"}) == [
        ("code-invalid", "Patient.gender")
    ]


# --- messages


def messages(resource: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        check(parse(resource).value)
    return [issue.message for issue in caught.value.issues]


def test_an_unknown_element_is_named_by_its_place_and_by_what_was_perhaps_meant() -> None:
    assert messages('{"resourceType":"Patient","brithDate":"1990"}') == [
        "Member 2 of this object is no element of Patient in FHIR R4. Perhaps birthDate was meant."
    ]
    assert messages('{"resourceType":"Patient","contact":[{"xyz":1,"name":{"text":"a"}}]}') == [
        "Member 1 of this object is no element of Patient.contact in FHIR R4."
    ]


def test_a_short_list_of_codes_is_told() -> None:
    assert messages('{"resourceType":"Patient","gender":"m"}') == [
        "The code is not in the required value set: female, male, other, unknown."
    ]


SECRET = "AgronHoxha"


@pytest.mark.parametrize(
    "elements",
    [
        f'"{SECRET}":1',
        f'"_{SECRET}":1',
        f'"gender":"{SECRET}"',
        f'"birthDate":"{SECRET}"',
        f'"id":"_{SECRET}"',
        f'"active":"{SECRET}"',
        f'"name":"{SECRET}"',
        f'"name":[{{"given":["{SECRET}",""]}}]',
        f'"managingOrganization":{{"reference":"{SECRET}"}}',
        f'"managingOrganization":{{"reference":"#{SECRET}"}}',
        f'"contained":[{{"resourceType":"{SECRET}"}}]',
        f'"contained":[{{"resourceType":"Patient","id":"{SECRET}"}}]',
        f'"extension":[{{"url":"{SECRET}","valueCode":" {SECRET}"}}]',
        f'"text":{{"status":"generated","div":"{SECRET}"}}',
    ],
)
def test_a_refusal_repeats_nothing_that_was_sent(elements: str) -> None:
    with pytest.raises(Refused) as caught:
        check(parse(f'{{"resourceType":"Patient",{elements}}}').value)
    assert SECRET.lower() not in f"{caught.value!r} {caught.value} {caught.value.issues}".lower()


def test_not_more_issues_are_told_than_can_be_read(issues: Gate) -> None:
    assert len(issues({"resourceType": "Patient", "name": [{"given": [1] * 1000}] * 1000})) == MOST_TOLD
    assert len(issues({"resourceType": "Patient", **{f"x{n}": 1 for n in range(1000)}})) == MOST_TOLD
    many = {"resourceType": "Patient", "name": [{"given": [1] * 3, "use": "x"}] * 4, "active": 1}
    assert len(issues(many)) == 4 * 4 + 1


@pytest.mark.timeout(20)
def test_a_hostile_resource_costs_no_more_than_its_length(issues: Gate) -> None:
    n = 30_000
    references = {"generalPractitioner": [{"reference": f"#{i}"} for i in range(n)]}
    contained = {"contained": [{"resourceType": "Practitioner", "id": str(i)} for i in range(n)]}
    assert issues({"resourceType": "Patient", **references, **contained}) == []
    assert issues({"resourceType": "Patient", **references})[0] == (
        "invariant",
        "Patient.generalPractitioner[0].reference",
    )
    assert issues({"resourceType": "Patient", **contained})[0] == ("invariant", "Patient.contained[0]")
    assert issues({"resourceType": "Patient", "x" * 1_000_000: 1}) == [("structure", "Patient")]
