"""What kind of content is taken and given: _format, _pretty, Accept, Content-Type, charset."""

import json

import httpx
import pytest
from answers import issue_of
from fastapi.testclient import TestClient
from resources import a_patient

from services.app import create_app
from services.settings import Settings
from services.shared.database import Database


@pytest.fixture
def patient(fhir: httpx.Client) -> httpx.Client:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    return fhir


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Accept": "application/fhir+json"}, "", 200),
        ({"Accept": "application/json"}, "", 200),
        ({"Accept": "application/fhir+json; fhirVersion=4.0"}, "", 200),
        ({"Accept": "application/fhir+json;charset=utf-8"}, "", 200),
        ({"Accept": "*/*"}, "", 200),
        ({"Accept": "application/*;q=0.5"}, "", 200),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, "", 200),
        ({"Accept": "application/fhir+xml, application/fhir+json;q=0.1"}, "", 200),
        ({"Accept": "application/fhir+json; fhirVersion=3.0"}, "", 406),
        ({"Accept": "application/fhir+xml"}, "", 406),
        ({"Accept": "text/html"}, "", 406),
        ({"Accept": "application/fhir+json;q=0"}, "", 406),
        ({"Accept-Charset": "utf-8"}, "", 200),
        ({"Accept-Charset": "iso-8859-2, *;q=0.1"}, "", 200),
        ({"Accept-Charset": "iso-8859-2"}, "", 406),
        ({}, "_format=json", 200),
        ({}, "_format=application/json", 200),
        ({}, "_format=application/fhir%2Bjson", 200),
        ({}, "_format=application/fhir+json", 200),
        ({"Accept": "text/html"}, "_format=json", 200),
        ({}, "_format=xml", 406),
        ({"Accept": "application/fhir+json"}, "_format=text/turtle", 406),
        ({}, "_pretty=true", 200),
        ({}, "_pretty=false", 200),
        ({}, "_pretty=1", 400),
        ({}, "_format=%FF", 400),
    ],
)
def test_what_the_client_takes(
    patient: httpx.Client, headers: dict[str, str], query: str, status: int
) -> None:
    for path in ("/Patient/p1", "/Patient", "/metadata", "/Patient/p1/_history"):
        answer = patient.get(f"{path}?{query}", headers=headers)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"] == "application/fhir+json"


def test_what_is_not_acceptable_is_not_done_either(patient: httpx.Client) -> None:
    issue_of(patient.put("/Patient/p2", json=a_patient("p2"), headers={"Accept": "text/html"}), 406)
    assert patient.get("/Patient/p2").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/fhir+json", 201),
        ("application/json", 201),
        ("application/fhir+json; charset=utf-8", 201),
        ('application/fhir+json; charset="UTF-8"; fhirVersion=4.0', 201),
        ("application/fhir+json; fhirVersion=3.0", 415),
        ("application/fhir+json; charset=iso-8859-2", 415),
        ("application/fhir+xml", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json-patch+json", 415),
        ("", 415),
    ],
)
def test_what_the_server_takes(fhir: httpx.Client, kind: str, status: int) -> None:
    headers = {"Content-Type": kind}
    body = json.dumps(a_patient("p1"))
    for method, path in (("PUT", "/Patient/p1"), ("POST", "/Patient")):
        answer = fhir.request(method, path, content=body, headers=headers)
        assert answer.status_code == status, answer.text
    bundle = fhir.post("/", content='{"resourceType":"Bundle","type":"transaction"}', headers=headers)
    assert bundle.status_code == (200 if status == 201 else 415)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"\xff", b'{"resourceType":"Patient","active":true,"active":false}'),
        *(b"\xef\xbb\xbf{}", b'{"resourceType":"Patient"}{}', b'{"resourceType":"Patient","active":NaN}'),
        *(
            b'{"resourceType":"Patient","id":"\\u0000"}',
            b'{"a":' * 5000,
            '{"resourceType":"Đ"}'.encode("utf-16"),
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(fhir: httpx.Client, body: bytes) -> None:
    for method, path in (
        ("POST", "/Patient"),
        ("PUT", "/Patient/p1"),
        ("POST", "/"),
        ("POST", "/Patient/$validate"),
    ):
        assert issue_of(fhir.request(method, path, content=body), 400)["code"] in ("structure", "invalid")


def test_a_body_above_the_limit_is_refused(settings: Settings, database: Database, token) -> None:
    app = create_app(settings.model_copy(update={"max_body_mb": 1}), database)
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/fhir+json"}
    body = json.dumps(a_patient(text={"status": "generated", "div": "x" * 1_000_000}))
    assert (
        issue_of(TestClient(app).post("/fhir/Patient", content=body, headers=headers), 413)["code"]
        == "too-long"
    )
