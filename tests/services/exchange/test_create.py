"""create and conditional create."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_patient, a_stay

NUMBER = [{"system": "urn:prison", "value": "4711"}]
IF_NONE = {"If-None-Exist": "identifier=urn:prison|4711"}


def test_an_id_in_the_body_of_a_create_is_not_taken(fhir: httpx.Client) -> None:
    created = fhir.post("/Patient", json=a_patient("mine"))
    assert created.status_code == 201
    assert created.json()["id"] != "mine"
    assert fhir.get("/Patient/mine").status_code == 404


def test_what_the_body_says_about_its_version_is_replaced(fhir: httpx.Client) -> None:
    told = {"versionId": "7", "lastUpdated": "2001-01-01T00:00:00Z", "source": "urn:kept"}
    meta = fhir.post("/Patient", json=a_patient(meta=told)).json()["meta"]
    assert (meta["versionId"], meta["source"]) == ("1", "urn:kept")
    assert meta["lastUpdated"] > "2026"


@pytest.mark.parametrize(
    ("returned", "body"),
    [("minimal", None), ("representation", "Patient"), ("OperationOutcome", "OperationOutcome")],
)
@pytest.mark.parametrize("make", [a_patient, a_stay])
def test_the_client_says_what_comes_back(fhir: httpx.Client, returned: str, body: str | None, make) -> None:
    resource = make()
    created = fhir.post(
        f"/{resource['resourceType']}", json=resource, headers={"Prefer": f"return={returned}"}
    )
    assert created.status_code == 201
    expected = {None: None, "Patient": resource["resourceType"], "OperationOutcome": "OperationOutcome"}[body]
    assert (created.json()["resourceType"] if created.content else None) == expected
    assert "location" in created.headers


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/Patient?name=x", {}),
        ("/Patient?_pretty=perhaps", {}),
        ("/Patient", {"Prefer": "return=everything"}),
        ("/Patient", {"Idempotency-Key": ""}),
        ("/Patient", {"Idempotency-Key": "x" * 201}),
        ("/Patient", {"If-None-Exist": ""}),
        ("/Patient", {"If-None-Exist": "_count=1"}),
        ("/Patient", {"If-None-Exist": "_sort=birthdate"}),
        ("/Patient", {"If-None-Exist": "favourite=blue"}),
        ("/Patient", {"If-None-Exist": "identifier=%00"}),
        ("/Patient", {"If-None-Exist": "identifier=%FF"}),
        ("/Patient", {"If-None-Exist": "favourite=blue", "Prefer": "handling=lenient"}),
    ],
)
def test_what_is_not_understood_is_refused_before_anything_is_saved(
    fhir: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    issue_of(fhir.post(path, json=a_patient(), headers=headers), 400)
    assert ids_in(fhir.get("/Patient")) == []


def test_a_conditional_create_finds_what_is_there_and_changes_nothing(fhir: httpx.Client) -> None:
    first = fhir.post("/Patient", json=a_patient(identifier=NUMBER), headers=IF_NONE)
    assert first.status_code == 201
    again = fhir.post("/Patient", json=a_patient(identifier=NUMBER, active=True), headers=IF_NONE)
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"1"')
    assert again.headers["location"] == first.headers["location"]
    assert again.text == first.text


def test_a_conditional_create_that_finds_several_saves_nothing(fhir: httpx.Client) -> None:
    for _ in range(2):
        fhir.post("/Patient", json=a_patient(identifier=NUMBER))
    refused = fhir.post("/Patient", json=a_patient(identifier=NUMBER), headers=IF_NONE)
    assert issue_of(refused, 412)["code"] == "multiple-matches"
    assert len(ids_in(fhir.get("/Patient"))) == 2


def test_what_was_deleted_does_not_count_as_there(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    fhir.delete("/Patient/p1")
    assert fhir.post("/Patient", json=a_patient(identifier=NUMBER), headers=IF_NONE).status_code == 201


def test_32_conditional_creates_of_one_identifier_give_one_resource(fhir: httpx.Client) -> None:
    def create(_: int) -> tuple[int, str]:
        answer = fhir.post("/Patient", json=a_patient(identifier=NUMBER), headers=IF_NONE)
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(create, range(32)))
    assert sorted(status for status, _ in answers) == [200] * 31 + [201]
    assert len({id_ for _, id_ in answers}) == 1
    assert len(ids_in(fhir.get("/Patient"))) == 1


@pytest.mark.parametrize("scope", ["system/Patient.cs", "system/Patient.crs"])
def test_a_client_that_may_search_finds_what_is_there(fhir: httpx.Client, connect, scope: str) -> None:
    fhir.post("/Patient", json=a_patient(identifier=NUMBER))
    again = connect(scope=scope).post("/Patient", json=a_patient(identifier=NUMBER), headers=IF_NONE)
    assert again.status_code == 200


def test_a_client_that_may_not_search_cannot_ask_on_condition(connect) -> None:
    refused = connect(scope="system/Patient.cr").post("/Patient", json=a_patient(), headers=IF_NONE)
    assert issue_of(refused, 403)["code"] == "forbidden"
