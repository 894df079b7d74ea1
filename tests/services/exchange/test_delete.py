"""delete and conditional delete."""

import httpx
import pytest
from answers import ids_in, issue_of
from resources import a_patient

NUMBER = [{"system": "urn:prison", "value": "4711"}]
BY_NUMBER = "/Patient?identifier=urn:prison|4711"


def test_a_deletion_is_a_version_and_can_be_repeated(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    first = fhir.delete("/Patient/p1")
    assert (first.status_code, first.content, first.headers["etag"]) == (204, b"", 'W/"2"')
    again = fhir.delete("/Patient/p1")
    assert (again.status_code, again.headers["etag"]) == (204, 'W/"2"')
    assert ids_in(fhir.get("/Patient")) == []


def test_what_never_was_there_stays_not_there(fhir: httpx.Client) -> None:
    answer = fhir.delete("/Patient/nobody")
    assert answer.status_code == 204
    assert not {"etag", "content-length", "content-type"} & set(answer.headers)
    assert fhir.get("/Patient/nobody").status_code == 404


def test_what_is_made_again_goes_on_counting_versions(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    fhir.delete("/Patient/p1")
    again = fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    assert (again.status_code, again.headers["etag"]) == (201, 'W/"3"')
    assert ids_in(fhir.get("/Patient")) == ["p1"]


@pytest.mark.parametrize(("seen", "status"), [('W/"1"', 204), ('W/"2"', 412), ("1", 400)])
def test_a_deletion_heeds_if_match(fhir: httpx.Client, seen: str, status: int) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    assert fhir.delete("/Patient/p1", headers={"If-Match": seen}).status_code == status
    assert fhir.get("/Patient/p1").status_code == (410 if status == 204 else 200)


def test_a_conditional_deletion_deletes_the_one_it_finds(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    fhir.put("/Patient/p2", json=a_patient("p2"))
    for _ in range(2):
        assert fhir.delete(BY_NUMBER).status_code == 204
    assert ids_in(fhir.get("/Patient")) == ["p2"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (BY_NUMBER, 412),
        ("/Patient", 400),
        ("/Patient?_count=1", 400),
        ("/Patient?_include=Patient:organization", 400),
        ("/Patient?_format=json", 400),
        ("/Patient?favourite=blue", 400),
        ("/Patient/p1?identifier=4711", 400),
    ],
)
def test_a_deletion_that_may_mean_several_deletes_nothing(fhir: httpx.Client, path: str, status: int) -> None:
    for id_ in ("p1", "p2"):
        fhir.put(f"/Patient/{id_}", json=a_patient(id_, identifier=NUMBER))
    issue_of(fhir.delete(path), status)
    assert ids_in(fhir.get("/Patient")) == ["p1", "p2"]


def test_a_condition_without_criteria_deletes_not_even_the_only_one(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    for query in ("", "?_count=1", "?_sort=_id", "?_total=none", "?_summary=true"):
        issue_of(fhir.delete(f"/Patient{query}"), 400)
    assert ids_in(fhir.get("/Patient")) == ["p1"]
