"""Resources that are not stored but sent: Parameters, OperationOutcome; and all findings without an exception."""

import json
from typing import Any

import pytest
from resources import a_patient, an_observation

from fhir_store.errors import Refused
from fhir_store.gate import check, check_any, issues_of
from fhir_store.gate.rules import MOST_TOLD
from fhir_store.json_text import parse

Json = dict[str, Any]


def parameters(**parameter: Any) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", **parameter}]}


def carrying(resource: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]}


def found(resource: Json) -> list[tuple[str, str]]:
    return [(one.code, one.expression) for one in issues_of(parse(json.dumps(resource)).value)]


def test_a_type_that_is_not_served_can_be_checked_but_not_stored() -> None:
    right = parse(json.dumps(parameters(resource=a_patient("p")))).value
    check_any(right)
    with pytest.raises(Refused) as caught:
        check(right)
    assert [one.code for one in caught.value.issues] == ["not-supported"]
    with pytest.raises(Refused):
        check_any(parse(json.dumps(parameters(resource=a_patient(gender="m")))).value)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (a_patient(), []),
        (a_patient(gender="m"), [("code-invalid", "Patient.gender")]),
        (
            parameters(resource=a_patient(gender="m")),
            [("code-invalid", "Parameters.parameter[0].resource.gender")],
        ),
        ({"resourceType": "OperationOutcome"}, [("required", "OperationOutcome.issue")]),
        ({"resourceType": "Resource"}, [("not-supported", "")]),
        ({"resourceType": "MedicationUsage"}, [("not-supported", "")]),
        ({"resourceType": 1}, [("not-supported", "")]),
        ({}, [("not-supported", "")]),
    ],
)
def test_the_findings_about_a_resource_of_any_type(resource: Json, expected: list[tuple[str, str]]) -> None:
    assert found(resource) == expected


def test_as_many_findings_are_told_as_are_asked_for() -> None:
    wrong = {"resourceType": "Patient", "name": [{"given": [1] * 10}] * 10}
    value = parse(json.dumps(wrong)).value
    assert len(issues_of(value)) == MOST_TOLD
    assert len(issues_of(value, 3)) == 3
    assert len(issues_of(value, 1000)) == 10 * 10


CLAIM = {"resourceType": "Claim", "id": "c", "status": "bogus"}


def test_a_contained_resource_has_the_full_rules_of_its_type_whether_or_not_it_is_served() -> None:
    holder = a_patient(contained=[CLAIM], extension=[{"url": "urn:x", "valueReference": {"reference": "#c"}}])
    places = {expression for _, expression in found(holder)}
    assert {"Patient.contained[0].status", "Patient.contained[0].patient"} <= places


@pytest.mark.parametrize("type_", ["collection", "searchset"])
def test_what_a_bundle_carries_has_the_full_rules_of_its_type(type_: str) -> None:
    places = {expression for _, expression in found({**carrying(CLAIM), "type": type_})}
    assert {"Bundle.entry[0].resource.status", "Bundle.entry[0].resource.patient"} <= places
    kept = an_observation(
        performer=[{"reference": "#n"}], contained=[{"resourceType": "Practitioner", "id": "n"}]
    )
    assert found(carrying(kept)) == []
    # With what holds of a resource as a whole: a reference to what it contains.
    lost = an_observation(performer=[{"reference": "#nobody"}])
    assert found(carrying(lost)) == [("invariant", "Bundle.entry[0].resource.performer[0].reference")]
    assert found(carrying(carrying(lost)))[0][1].startswith("Bundle.entry[0].resource.entry[0].resource.")
