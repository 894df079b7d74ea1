"""update, update-as-create and conditional update."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_patient

NUMBER = [{"system": "urn:prison", "value": "4711"}]
BY_NUMBER = "/Patient?identifier=urn:prison|4711"


def test_an_update_under_a_new_id_creates(fhir: httpx.Client) -> None:
    created = fhir.put("/Patient/p1", json=a_patient("p1"))
    assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
    assert created.headers["location"].endswith("/Patient/p1/_history/1")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": 'W/"1"'}, 200),
        ({"If-Match": '"1"'}, 200),
        ({"If-Match": 'W/"2"'}, 412),
        ({"If-Match": 'W/"0"'}, 412),
        ({"If-Match": "1"}, 400),
        ({"If-Match": "*"}, 400),
        ({"If-Match": 'W/"x"'}, 400),
        ({"If-None-Match": "*"}, 412),
        ({"If-None-Match": 'W/"1"'}, 400),
    ],
)
def test_an_update_on_condition(fhir: httpx.Client, headers: dict[str, str], status: int) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    answer = fhir.put("/Patient/p1", json=a_patient("p1", active=True), headers=headers)
    assert answer.status_code == status, answer.text
    assert ("active" in fhir.get("/Patient/p1").json()) is (status == 200)


def test_if_none_match_lets_one_of_32_create(fhir: httpx.Client) -> None:
    def put(_: int) -> int:
        return fhir.put("/Patient/p1", json=a_patient("p1"), headers={"If-None-Match": "*"}).status_code

    with ThreadPoolExecutor(32) as pool:
        assert sorted(pool.map(put, range(32))) == [201] + [412] * 31


def test_32_updates_with_one_etag_have_one_winner(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))

    def put(_: int) -> int:
        return fhir.put("/Patient/p1", json=a_patient("p1"), headers={"If-Match": 'W/"1"'}).status_code

    with ThreadPoolExecutor(32) as pool:
        assert sorted(pool.map(put, range(32))) == [200] + [412] * 31


@pytest.mark.parametrize(
    ("scope", "status"), [("system/*.cruds", 409), ("system/*.cruds system/steward", 200)]
)
def test_only_a_steward_may_overwrite_what_another_client_first_wrote(
    fhir: httpx.Client, connect, scope: str, status: int
) -> None:
    fhir.put("/Patient/1", json=a_patient("1"))
    other = connect(scope=scope)
    assert other.put("/Patient/1", json=a_patient("1", active=True)).status_code == status
    patch = [{"op": "add", "path": "/gender", "value": "male"}]
    headers = {"Content-Type": "application/json-patch+json"}
    assert other.patch("/Patient/1", json=patch, headers=headers).status_code == status
    assert other.delete("/Patient/1").status_code == (204 if status == 200 else status)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Patient/p1", a_patient("p2")),
        ("/Patient/p1", a_patient()),
        ("/Patient/p1", {"resourceType": "Observation", "id": "p1"}),
        ("/Patient/p1?name=x", a_patient("p1")),
        ("/Patient", a_patient("p1")),
        ("/Patient?_count=1", a_patient("p1")),
        ("/Patient?favourite=blue", a_patient("p1")),
    ],
)
def test_an_update_that_is_not_clear_is_refused(fhir: httpx.Client, path: str, body: dict) -> None:
    issue_of(fhir.put(path, json=body), 400)
    assert ids_in(fhir.get("/Patient")) == []


def test_a_conditional_update_without_a_match_creates(fhir: httpx.Client) -> None:
    created = fhir.put(BY_NUMBER, json=a_patient(identifier=NUMBER))
    assert created.status_code == 201
    named = fhir.put("/Patient?identifier=other", json=a_patient("p9", identifier=[{"value": "other"}]))
    assert (named.status_code, named.json()["id"]) == (201, "p9")


def test_a_conditional_update_of_one_match_makes_its_next_version(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    for body in (a_patient(identifier=NUMBER, active=True), a_patient("p1", identifier=NUMBER, active=False)):
        assert fhir.put(BY_NUMBER, json=body).status_code == 200
    assert fhir.get("/Patient/p1").headers["etag"] == 'W/"3"'


@pytest.mark.parametrize(
    ("there", "body", "headers", "status"),
    [
        (["p1", "p2"], a_patient(identifier=NUMBER), {}, 412),
        (["p1"], a_patient("p2", identifier=NUMBER), {}, 400),
        (["p1"], a_patient(identifier=NUMBER), {"If-Match": 'W/"2"'}, 412),
        (["p1"], a_patient(identifier=NUMBER), {"If-None-Match": "*"}, 412),
        ([], a_patient(identifier=NUMBER), {"If-Match": 'W/"1"'}, 412),
    ],
)
def test_a_conditional_update_is_refused_and_changes_nothing(
    fhir: httpx.Client, there: list[str], body: dict, headers: dict[str, str], status: int
) -> None:
    for id_ in there:
        fhir.put(f"/Patient/{id_}", json=a_patient(id_, identifier=NUMBER))
    issue_of(fhir.put(BY_NUMBER, json=body, headers=headers), status)
    assert ids_in(fhir.get("/Patient")) == there
    assert all(fhir.get(f"/Patient/{id_}").headers["etag"] == 'W/"1"' for id_ in there)


def test_what_the_condition_does_not_find_is_not_overwritten_by_its_id(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    issue_of(fhir.put(BY_NUMBER, json=a_patient("p1", identifier=NUMBER)), 412)
    assert fhir.get("/Patient/p1").json()["active"] is True


def test_32_conditional_updates_of_one_identifier_give_one_resource(fhir: httpx.Client) -> None:
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: fhir.put(BY_NUMBER, json=a_patient(identifier=NUMBER)), range(32)))
    assert sorted(one.status_code for one in answers) == [200] * 31 + [201]
    assert len({one.json()["id"] for one in answers}) == 1
