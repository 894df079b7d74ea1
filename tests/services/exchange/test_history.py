"""history of a resource, a type and the whole store."""

import httpx
import pytest
from answers import issue_of, link
from resources import a_dose, a_patient


def versions(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Method, id and version of each entry."""
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    assert bundle["type"] == "history"
    return [
        (
            entry["request"]["method"],
            entry["fullUrl"].rpartition("/")[2],
            entry["response"]["etag"].removeprefix('W/"').removesuffix('"'),
        )
        for entry in bundle.get("entry", [])
    ]


@pytest.fixture
def past(fhir: httpx.Client) -> httpx.Client:
    """p1 made, changed, deleted and made again; p2 and a dose made between."""
    fhir.put("/Patient/p1", json=a_patient("p1"))
    fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    fhir.put("/Patient/p2", json=a_patient("p2"))
    fhir.put("/MedicationAdministration/d1", json=a_dose("d1"))
    fhir.delete("/Patient/p1")
    fhir.put("/Patient/p1", json=a_patient("p1"))
    return fhir


P1 = [("POST", "p1", "4"), ("DELETE", "p1", "3"), ("PUT", "p1", "2"), ("POST", "p1", "1")]
PATIENTS = [*P1[:2], ("POST", "p2", "1"), *P1[2:]]
ALL = [*P1[:2], ("POST", "d1", "1"), ("POST", "p2", "1"), *P1[2:]]


@pytest.mark.parametrize(
    ("path", "expected"), [("/Patient/p1/_history", P1), ("/Patient/_history", PATIENTS), ("/_history", ALL)]
)
def test_a_history_is_newest_first_with_deletions(past: httpx.Client, path: str, expected: list) -> None:
    assert versions(past.get(path)) == expected


def test_an_entry_says_what_was_done_and_holds_what_was_stored(past: httpx.Client) -> None:
    answer = past.get("/Patient/p1/_history")
    again, deleted, changed, _ = answer.json()["entry"]
    assert "resource" not in deleted
    assert deleted["request"] == {"method": "DELETE", "url": "Patient/p1"}
    assert changed["request"] == {"method": "PUT", "url": "Patient/p1"}
    assert changed["response"]["lastModified"] == changed["resource"]["meta"]["lastUpdated"]
    assert again["fullUrl"] == f"{str(past.base_url).rstrip('/')}/Patient/p1"
    assert past.get("/Patient/p1/_history/2").text in answer.text


@pytest.mark.parametrize(
    ("path", "expected"), [("/Patient/p1/_history", P1), ("/Patient/_history", PATIENTS), ("/_history", ALL)]
)
def test_pages_of_a_history_stay_right_while_others_write(
    past: httpx.Client, path: str, expected: list
) -> None:
    answer = past.get(f"{path}?_count=2")
    seen = versions(answer)
    while (url := link(answer, "next")) is not None:
        past.put("/Patient/p1", json=a_patient("p1", active=False))
        answer = past.get(url)
        seen += versions(answer)
        assert link(answer, "self") == url or "_cursor" in str(link(answer, "self"))
    assert seen == expected


def test_a_history_since_and_at_a_time(past: httpx.Client) -> None:
    moments = [one["response"]["lastModified"] for one in past.get("/_history").json()["entry"]]
    newest, deleted, dose = moments[0], moments[1], moments[2]
    assert (
        versions(past.get("/_history", params={"_since": deleted}))
        == ALL[: moments.count(deleted) + moments.index(deleted)]
    )
    assert versions(past.get("/_history", params={"_since": "2999-01-01"})) == []
    assert len(versions(past.get("/_history", params={"_since": newest[:10]}))) == len(ALL)
    at_dose = versions(past.get("/Patient/_history", params={"_at": dose}))
    assert ("PUT", "p1", "2") in at_dose
    assert ("POST", "p1", "4") not in at_dose or newest == dose
    assert versions(past.get("/_history", params={"_at": "2001-01-01"})) == []


def test_the_history_of_what_never_was_is_not_found(fhir: httpx.Client) -> None:
    issue_of(fhir.get("/Patient/nobody/_history"), 404)
    assert versions(fhir.get("/Patient/_history")) == []
    assert versions(fhir.get("/_history")) == []


@pytest.mark.parametrize(
    "query",
    [
        "_since=yesterday",
        "_at=2026-02-30",
        "_count=-1",
        "_count=many",
        "_sort=_id",
        "name=x",
        "_cursor=nonsense",
        "_count=1&_count=2",
    ],
)
@pytest.mark.parametrize("path", ["/Patient/p1/_history", "/_history"])
def test_what_a_history_does_not_take_is_refused(past: httpx.Client, path: str, query: str) -> None:
    issue_of(past.get(f"{path}?{query}"), 400)


@pytest.mark.parametrize(
    "since", ["0001-01-01", "9999-12-31", "9999", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"]
)
def test_the_ends_of_time_can_be_asked_for(past: httpx.Client, since: str) -> None:
    for name in ("_since", "_at"):
        assert past.get(f"/_history?{name}={since}").status_code == 200


def test_a_page_link_opens_nothing_else_and_for_nobody_else(past: httpx.Client, connect) -> None:
    following = link(past.get("/Patient/_history?_count=1"), "next")
    assert following is not None
    cursor = following.partition("_cursor=")[2]
    for path in ("/_history", "/Patient/p1/_history", "/Patient", "/Patient/p1/$everything", "/"):
        issue_of(past.get(f"{path}?_cursor={cursor}"), 400)
    issue_of(connect().get(following), 400)
