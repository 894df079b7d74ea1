"""$validate: would this be stored? Nothing is."""

from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_dose, a_patient


def parameters(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(parts)}


def named(resource: dict[str, Any]) -> dict[str, Any]:
    return {"name": "resource", "resource": resource}


@pytest.mark.parametrize("wrap", [lambda resource: resource, lambda resource: parameters(named(resource))])
@pytest.mark.parametrize(
    ("resource", "severity", "expression"),
    [
        (a_patient(), "information", None),
        (a_patient(gender="x"), "error", "Patient.gender"),
        (a_patient(name=[]), "error", "Patient.name"),
        (a_dose(), "error", None),
    ],
)
def test_a_resource_is_judged_alone_or_as_a_parameter(
    fhir: httpx.Client, wrap, resource: dict[str, Any], severity: str, expression: str | None
) -> None:
    answer = fhir.post("/Patient/$validate", json=wrap(resource))
    assert answer.status_code == 200
    issue = answer.json()["issue"][0]
    assert (issue["severity"], issue.get("expression", [None])[0]) == (severity, expression)
    assert ids_in(fhir.get("/Patient")) == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/Patient/$validate?favourite=blue", a_patient(), 400),
        ("/Patient/$validate?mode=perhaps", a_patient(), 400),
        ("/Patient/$validate", parameters(named(a_patient()), {"name": "mode", "valueCode": "perhaps"}), 400),
        ("/Patient/$validate", parameters({"name": "mode", "valueCode": "create"}), 400),
        ("/Patient/$validate", parameters({"name": "resource", "valueString": "x"}), 400),
        (
            "/Patient/$validate",
            parameters(named(a_patient()), {"name": "favourite", "valueString": "x"}),
            400,
        ),
        ("/Patient/$validate", {"resourceType": "Parameters"}, 400),
        ("/Patient/$validate", {"resourceType": "Parameters", "parameter": "x"}, 400),
        ("/Basket/$validate", a_patient(), 404),
        ("/$validate", a_patient(), 404),
    ],
)
def test_what_cannot_be_judged_is_refused(
    fhir: httpx.Client, path: str, body: dict[str, Any], status: int
) -> None:
    issue_of(fhir.post(path, json=body), status)


def test_what_is_stored_can_be_judged(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    assert fhir.get("/Patient/p1/$validate").json()["issue"][0]["severity"] == "information"
    issue_of(fhir.get("/Patient/nobody/$validate"), 404)
