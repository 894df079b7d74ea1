"""read, HEAD, conditional read and vread."""

import httpx
import pytest
from answers import issue_of
from resources import a_patient


@pytest.fixture
def two_versions(fhir: httpx.Client) -> httpx.Client:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    return fhir


def test_head_says_what_get_would_without_the_body(two_versions: httpx.Client) -> None:
    head, get = two_versions.head("/Patient/p1"), two_versions.get("/Patient/p1")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": 'W/"2"'}, 304),
        ({"If-None-Match": '"2"'}, 304),
        ({"If-None-Match": 'W/"1", W/"2"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": 'W/"1"'}, 200),
        ({"If-Modified-Since": "Thu, 31 Dec 2099 23:59:59 GMT"}, 304),
        ({"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 GMT"}, 304),
        ({"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
        # If-None-Match is the finer of the two and decides.
        ({"If-None-Match": 'W/"1"', "If-Modified-Since": "Thu, 31 Dec 2099 23:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 400),
        ({"If-Modified-Since": "Thu, 31 Dec 2099 23:59:59 +9999"}, 400),
    ],
)
def test_a_read_on_condition(two_versions: httpx.Client, headers: dict[str, str], status: int) -> None:
    answer = two_versions.get("/Patient/p1", headers=headers)
    assert answer.status_code == status, answer.text
    if status == 304:
        assert answer.headers["etag"] == 'W/"2"'
        assert answer.content == b""
        assert "content-type" not in answer.headers


def test_the_date_of_a_version_is_known_to_who_has_it(two_versions: httpx.Client) -> None:
    modified = two_versions.get("/Patient/p1").headers["last-modified"]
    assert two_versions.get("/Patient/p1", headers={"If-Modified-Since": modified}).status_code == 304


def test_each_version_is_read_as_it_was(two_versions: httpx.Client) -> None:
    first = two_versions.get("/Patient/p1/_history/1")
    assert "active" not in first.json()
    assert (first.json()["meta"]["versionId"], first.headers["etag"]) == ("1", 'W/"1"')
    assert two_versions.get("/Patient/p1/_history/2").text == two_versions.get("/Patient/p1").text


def test_a_deleted_resource_is_gone_and_its_versions_are_not(two_versions: httpx.Client) -> None:
    two_versions.delete("/Patient/p1")
    gone = two_versions.get("/Patient/p1")
    assert issue_of(gone, 410)["code"] == "deleted"
    assert gone.headers["etag"] == 'W/"3"'
    assert two_versions.head("/Patient/p1").status_code == 410
    assert issue_of(two_versions.get("/Patient/p1/_history/3"), 410)["code"] == "deleted"
    assert two_versions.get("/Patient/p1/_history/2").json()["active"] is True


@pytest.mark.parametrize(
    "path",
    [
        "/Patient/nobody",
        "/Patient/%00",
        "/Patient/a%20b",
        "/Patient/\u0111",
        "/Observation/p1",
        "/Patient/p1/_history/3",
        "/Patient/p1/_history/0",
        "/Patient/p1/_history/-1",
        "/Patient/p1/_history/1.0",
        "/Patient/p1/_history/99999999999999999999",
        "/Patient/p1/_history/%00",
        "/patient/p1",
        "/Basket/p1",
        "/Patient/p1/Basket",
        "/Patient/p1/a/b/c",
        "/Patient/p1/$nothing",
        "/_nothing",
        "/$nothing",
    ],
)
def test_what_is_not_there_is_not_found(two_versions: httpx.Client, path: str) -> None:
    issue_of(two_versions.get(path), 404)


@pytest.mark.parametrize(
    "path", ["/Patient/p1?name=x", "/Patient/p1/_history/1?_count=1", "/Patient/p1?_summary=count"]
)
def test_a_read_takes_no_search_parameters(two_versions: httpx.Client, path: str) -> None:
    issue_of(two_versions.get(path), 400)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/Patient/p1", "DELETE, GET, PATCH, PUT"),
        ("DELETE", "/Patient/p1/_history/1", "GET"),
        ("PUT", "/metadata", "GET"),
        ("OPTIONS", "/Patient", "DELETE, GET, PATCH, POST, PUT"),
    ],
)
def test_a_method_that_is_not_offered_is_refused_with_those_that_are(
    fhir: httpx.Client, method: str, path: str, allowed: str
) -> None:
    refused = fhir.request(method, path)
    issue_of(refused, 405)
    assert refused.headers["allow"] == allowed
