"""A scope with a condition reaches what the condition finds, whichever way a client asks; the rest is as if not there."""

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_patient, an_observation, transaction

LABORATORY = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]
}
SURVEY = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]
}
SCOPE = "system/Patient.rs system/Practitioner.rs system/Observation.rs?category=laboratory"


@pytest.fixture
def laboratory(fhir: httpx.Client, connect) -> httpx.Client:
    """A client that may see laboratory results and no other observations."""
    for resource in (
        a_patient("p1"),
        {"resourceType": "Practitioner", "id": "seen"},
        {"resourceType": "Practitioner", "id": "hidden"},
        an_observation(
            "lab", patient="p1", category=[LABORATORY], performer=[{"reference": "Practitioner/seen"}]
        ),
        an_observation(
            "survey",
            patient="p1",
            category=[SURVEY],
            valueString="SECRET",
            performer=[{"reference": "Practitioner/hidden"}],
            derivedFrom=[{"reference": "Observation/lab"}],
        ),
    ):
        fhir.put(f"/{resource['resourceType']}/{resource['id']}", json=resource).raise_for_status()
    client: httpx.Client = connect(scope=SCOPE)
    return client


def _shown(answer: httpx.Response) -> tuple[object, ...]:
    """All that an answer tells, without the random number by which its line in the log is found."""
    own = {"date", "x-request-id"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, len(answer.content), {**answer.json(), "id": ""}, headers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Observation", ["lab"]),
        ("/Observation?_id=lab,survey", ["lab"]),
        ("/Observation?patient=p1", ["lab"]),
        ("/Observation?category=survey", []),
        ("/Patient/p1/Observation", ["lab"]),
        ("/?_type=Observation,Patient", ["p1", "lab"]),
        ("/Patient?_revinclude=Observation:subject", ["p1", "lab"]),
        ("/Patient?_has:Observation:subject:category=survey", []),
        ("/Patient?_has:Observation:subject:category=laboratory", ["p1"]),
        ("/Practitioner?_has:Observation:performer:_id=survey", []),
        ("/Observation?_id=lab&_revinclude=Observation:derived-from", ["lab"]),
        ("/Observation?_has:Observation:derived-from:category=survey", []),
        ("/Patient/p1/$everything?_type=Observation,Patient", ["p1", "lab"]),
        ("/Patient/p1/$everything", ["p1", "seen", "lab"]),
        ("/_history?_count=100", ["seen", "hidden", "p1"]),
    ],
)
def test_only_what_the_condition_finds_is_there(
    laboratory: httpx.Client, path: str, expected: list[str]
) -> None:
    answer = laboratory.get(path)
    assert sorted(ids_in(answer)) == sorted(expected)
    assert "SECRET" not in answer.text


def test_what_it_does_not_find_reads_as_what_is_not_there(laboratory: httpx.Client) -> None:
    assert laboratory.get("/Observation/lab").status_code == 200
    hidden, absent = laboratory.get("/Observation/survey"), laboratory.get("/Observation/none")
    assert _shown(hidden) == _shown(absent)
    issue_of(hidden, 404)


def test_a_condition_of_reading_does_not_tell_by_its_tag_either(
    fhir: httpx.Client, laboratory: httpx.Client
) -> None:
    tag = fhir.get("/Observation/survey").headers["ETag"]
    issue_of(laboratory.get("/Observation/survey", headers={"If-None-Match": tag}), 404)


def test_what_stops_to_satisfy_it_is_gone(fhir: httpx.Client, laboratory: httpx.Client) -> None:
    fhir.put("/Observation/lab", json=an_observation("lab", patient="p1", category=[SURVEY]))
    issue_of(laboratory.get("/Observation/lab"), 404)
    fhir.delete("/Observation/lab")
    issue_of(laboratory.get("/Observation/lab"), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/Observation/lab/_history",
        "/Observation/lab/_history/1",
        "/Observation/survey/_history/1",
        "/Observation/_history",
        "/Observation/survey/$validate",
    ],
)
def test_ways_that_know_no_conditions_are_closed(laboratory: httpx.Client, path: str) -> None:
    issue_of(laboratory.get(path), 403)


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_no_bundle_leads_around_it(laboratory: httpx.Client, kind: str) -> None:
    bundle = {**transaction({"request": {"method": "GET", "url": "Observation"}}), "type": kind}
    answer = laboratory.post("/", json=bundle)
    assert '"lab"' in answer.text
    assert "SECRET" not in answer.text


def test_a_total_counts_what_is_seen(laboratory: httpx.Client) -> None:
    for asked in ("_total=accurate", "_total=estimate", "_summary=count"):
        assert laboratory.get(f"/Observation?{asked}").json()["total"] == 1


def test_several_conditions_are_alternatives(fhir: httpx.Client, laboratory: httpx.Client, connect) -> None:
    both = connect("both", "system/Observation.rs?category=laboratory system/Observation.r?category=survey")
    assert both.get("/Observation/survey").status_code == 200
    # It may read surveys, and search laboratory results only.
    assert ids_in(both.get("/Observation")) == ["lab"]
