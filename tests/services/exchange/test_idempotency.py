"""Idempotency-Key: what is sent again is answered again and done once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_dose, a_patient, a_stay, post, transaction
from serving import serving

from services.app import create_app
from services.settings import Settings
from services.shared.database import Database

KEY = {"Idempotency-Key": "round-7"}
BUNDLE = transaction(post(a_patient()), post(a_dose()))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Patient", a_patient()),
        ("/MedicationAdministration", a_dose()),
        ("/Encounter", a_stay()),
        ("/", BUNDLE),
    ],
)
def test_the_same_again_is_answered_the_same_and_done_once(
    fhir: httpx.Client, path: str, body: dict[str, Any]
) -> None:
    first, again = (fhir.post(path, json=body, headers=KEY) for _ in range(2))
    assert first.status_code in (200, 201)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    for name in ("etag", "location", "last-modified"):
        assert again.headers.get(name) == first.headers.get(name)
    kept = body["resourceType"] if path != "/" else "Patient"
    assert len(ids_in(fhir.get(f"/{kept}"))) == 1


@pytest.mark.parametrize("body", [a_patient(), BUNDLE])
def test_an_answer_outlives_the_program(
    fhir: httpx.Client, settings: Settings, database: Database, body: dict[str, Any]
) -> None:
    path = "/" if body is BUNDLE else "/Patient"
    first = fhir.post(path, json=body, headers=KEY)
    with serving(create_app(settings, database)) as address:
        again = httpx.post(f"{address}/fhir{path}", json=body, headers={**fhir.headers, **KEY})
    assert again.text == first.text
    assert len(ids_in(fhir.get("/Patient"))) == 1


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/Patient", a_patient(active=True), {}),
        ("/Patient", a_patient(), {"If-None-Exist": "identifier=1"}),
        ("/MedicationAdministration", a_dose(), {}),
        ("/", BUNDLE, {}),
    ],
)
def test_another_request_under_the_same_key_is_refused(
    fhir: httpx.Client, path: str, body: dict[str, Any], headers: dict[str, str]
) -> None:
    fhir.post("/Patient", json=a_patient(), headers=KEY)
    issue_of(fhir.post(path, json=body, headers={**headers, **KEY}), 422)
    assert len(ids_in(fhir.get("/Patient"))) == 1
    assert ids_in(fhir.get("/MedicationAdministration")) == []


def test_a_key_is_one_clients_own(fhir: httpx.Client, connect) -> None:
    mine = fhir.post("/Patient", json=a_patient(), headers=KEY)
    theirs = connect().post("/Patient", json=a_patient(active=True), headers=KEY)
    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine.json()["id"]


def test_a_refused_request_does_not_use_its_key_up(fhir: httpx.Client) -> None:
    issue_of(fhir.post("/Patient", json=a_patient(gender="x"), headers=KEY), 422)
    assert fhir.post("/Patient", json=a_patient(gender="male"), headers=KEY).status_code == 201


def test_16_at_once_under_one_key_make_one_resource(fhir: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: fhir.post("/Patient", json=a_patient(), headers=KEY), range(16)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    assert len(ids_in(fhir.get("/Patient"))) == 1


def test_a_batch_takes_no_key(fhir: httpx.Client) -> None:
    """It has many outcomes; a key that was ignored would let everything be done twice."""
    assert fhir.post("/", json={**BUNDLE, "type": "batch"}, headers=KEY).status_code == 400
    assert ids_in(fhir.get("/Patient")) == []


def test_a_repeated_update_is_answered_as_before_though_its_version_has_passed(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    headers = {**KEY, "If-Match": 'W/"1"'}
    first, again = (
        fhir.put("/Patient/p1", json=a_patient("p1", active=True), headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code, again.text) == (200, 200, first.text)
    assert fhir.get("/Patient/p1").headers["etag"] == 'W/"2"'
