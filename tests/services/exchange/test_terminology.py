"""$expand, $validate-code and ``:in``: over HTTP, with value sets that are stored and those of R4 itself."""

from typing import Any

import httpx
import pytest
from resources import an_observation

SYSTEM = "urn:demo:colours"
SET = "urn:demo:value-set:warm"
GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"


@pytest.fixture
def colours(fhir: httpx.Client) -> httpx.Client:
    concepts = [{"code": code, "display": code.title()} for code in ("red", "orange", "blue")]
    system = {"url": SYSTEM, "status": "active", "content": "complete", "concept": concepts}
    warm = {"include": [{"system": SYSTEM, "concept": [{"code": "red"}, {"code": "orange"}]}]}
    fhir.put("/CodeSystem/colours", json={"resourceType": "CodeSystem", "id": "colours", **system})
    value_set = {"resourceType": "ValueSet", "id": "warm", "url": SET, "status": "active", "compose": warm}
    assert fhir.put("/ValueSet/warm", json=value_set).status_code == 201
    return fhir


def _codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["expansion"].get("contains", [])]


@pytest.mark.parametrize(
    "path",
    [f"/ValueSet/$expand?url={SET}", "/ValueSet/warm/$expand", f"/ValueSet/$expand?url={SET}&filter=ora"],
)
def test_a_stored_value_set_is_listed(colours: httpx.Client, path: str) -> None:
    listed = _codes(colours.get(path))
    assert listed == (["orange"] if path.endswith("filter=ora") else ["red", "orange"])


def test_a_value_set_may_be_sent(colours: httpx.Client) -> None:
    sent = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [{"system": SYSTEM}]}}
    body = {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "resource": sent}]}
    assert _codes(colours.post("/ValueSet/$expand", json=body)) == ["red", "orange", "blue"]


def test_those_of_r4_are_there_without_being_stored(fhir: httpx.Client) -> None:
    assert set(_codes(fhir.get(f"/ValueSet/$expand?url={GENDER}"))) == {"male", "female", "other", "unknown"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ValueSet/$expand?url=urn:demo:nothing", 404),
        ("/ValueSet/$expand", 400),
        (f"/ValueSet/$expand?url={SET}&nonsense=1", 400),
        (f"/ValueSet/$validate-code?url={SET}", 400),
        ("/Patient/$expand?url=urn:x", 404),
    ],
)
def test_what_cannot_be_answered_is_an_error(colours: httpx.Client, path: str, status: int) -> None:
    answer = colours.get(path)
    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


def _result(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return next(p["valueBoolean"] for p in answer.json()["parameter"] if p["name"] == "result")


@pytest.mark.parametrize(("code", "belongs"), [("red", True), ("blue", False), ("mauve", False)])
def test_a_code_belongs_or_does_not(colours: httpx.Client, code: str, belongs: bool) -> None:
    query = f"url={SET}&code={code}&system={SYSTEM}"
    assert _result(colours.get(f"/ValueSet/$validate-code?{query}")) is belongs
    coding = {"system": SYSTEM, "code": code}
    parameters = [{"name": "url", "valueUri": SET}, {"name": "coding", "valueCoding": coding}]
    body = {"resourceType": "Parameters", "parameter": parameters}
    assert _result(colours.post("/ValueSet/$validate-code", json=body)) is belongs


def test_a_code_system_is_asked_the_same_way(colours: httpx.Client) -> None:
    assert _result(colours.get(f"/CodeSystem/$validate-code?url={SYSTEM}&code=blue"))
    assert not _result(colours.get("/CodeSystem/colours/$validate-code?code=mauve"))


@pytest.mark.parametrize("value_set", [SET, "ValueSet/warm"])
def test_a_search_finds_the_codes_of_a_value_set(colours: httpx.Client, value_set: str) -> None:
    for code in ("red", "blue"):
        resource = an_observation(code, code={"coding": [{"system": SYSTEM, "code": code}]})
        colours.put(f"/Observation/{code}", json=resource)
    for modifier, expected in (("in", "red"), ("not-in", "blue")):
        found = colours.get(f"/Observation?code:{modifier}={value_set}").json()["entry"]
        assert [one["resource"]["id"] for one in found] == [expected]
    assert colours.get("/Observation?code:in=urn:demo:nothing").status_code == 400
