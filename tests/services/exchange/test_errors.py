"""Every refusal of the FHIR API is an OperationOutcome that repeats nothing of the request, and neither does the log."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from log_capture import Log
from psycopg import OperationalError
from resources import a_dose, a_patient, transaction

from services import app as services_app
from services.exchange.api import catalogue
from services.exchange.catalogue import Catalogue
from services.exchange.interaction import Answer, Asked, Interaction
from services.settings import Settings
from services.shared.database import Database
from services.shared.logs import configure_logging

MARKER = "Marker4711Djuric"
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BY_MARKER = f"Patient?identifier={MARKER}"


def mistake(asked: Asked) -> Answer:
    """Fail as a mistake of ours does."""
    raise ValueError(f"{MARKER} was given 60 mg")


def database_gone(asked: Asked) -> Answer:
    """Fail as a lost database does."""
    raise OperationalError(MARKER)


@pytest.fixture
def client(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, database: Database, token: Callable[..., str]
) -> Iterator[TestClient]:
    """A client that says a marker in every header, of an API that also fails in two ways of its own."""
    failing = (
        Interaction("$mistake", "GET", "$mistake", mistake),
        Interaction("$gone", "GET", "$gone", database_gone),
    )
    monkeypatch.setattr(services_app, "catalogue", lambda: Catalogue((*catalogue().interactions, *failing)))
    headers = {
        "Authorization": f"Bearer {token()}",
        "Content-Type": "application/fhir+json",
        **dict.fromkeys(("X-Request-Id", "User-Agent", "Referer", "X-Name"), MARKER),
        "Cookie": f"lang={MARKER}",
    }
    with TestClient(
        services_app.create_app(settings, database), base_url="http://t/fhir", headers=headers
    ) as made:
        made.put("/Patient/p1", json=a_patient("p1"))
        yield made


@pytest.fixture
def log(client: TestClient) -> Iterator[Log]:
    """The log of the application, at its most talkative."""
    written = Log()
    configure_logging("DEBUG", written.stream)
    yield written
    configure_logging("INFO")


Sent = tuple[str, str, dict[str, Any]]


def entry(method: str, url: str, resource: Any = None, **more: Any) -> dict[str, Any]:
    body = {} if resource is None else {"resource": resource}
    return {**body, "request": {"method": method, "url": url, **more}}


def in_transaction(*entries: dict[str, Any]) -> Sent:
    return "POST", "/", {"json": transaction(*entries)}


ADDRESSES: list[tuple[int, Sent]] = [
    (404, ("GET", f"/{MARKER}", {})),
    (404, ("GET", f"/{MARKER}/1", {})),
    (404, ("GET", f"/Patient/{MARKER}", {})),
    (404, ("GET", f"/Patient/p1/{MARKER}", {})),
    (404, ("GET", f"/Patient/p1/_history/{MARKER}", {})),
    (404, ("GET", f"/Patient/${MARKER}", {})),
    (404, ("GET", f"/Patient/{MARKER}/_history", {})),
    (404, ("GET", f"/Patient/{MARKER}/$everything", {})),
    (405, ("POST", f"/Patient/{MARKER}", {})),
    (405, (MARKER.upper(), "/Patient", {})),
    (400, ("GET", f"/Patient/p1?{MARKER}={MARKER}", {})),
    (400, ("GET", f"/Patient?{MARKER}={MARKER}", {})),
    (400, ("GET", f"/Patient?identifier:{MARKER}=x", {})),
    (400, ("GET", f"/Patient?birthdate={MARKER}", {})),
    (400, ("GET", f"/Patient?general-practitioner.{MARKER}=x", {})),
    (400, ("GET", f"/Patient?_has:{MARKER}:x:y=1", {})),
    (400, ("GET", f"/Patient?_sort={MARKER}", {})),
    (400, ("GET", f"/Patient?_include={MARKER}", {})),
    (400, ("GET", f"/Patient?_include=Patient:{MARKER}", {})),
    (400, ("GET", f"/Patient?_count={MARKER}", {})),
    (400, ("GET", f"/Patient?_summary={MARKER}", {})),
    (400, ("GET", f"/Patient?_total={MARKER}", {})),
    (400, ("GET", f"/Patient?_cursor={MARKER}", {})),
    (400, ("GET", f"/Patient?identifier={MARKER}%00", {})),
    (400, ("GET", f"/Patient?identifier={MARKER}%FF", {})),
    (400, ("GET", f"/?_type={MARKER}", {})),
    (400, ("GET", f"/Patient?_pretty={MARKER}", {})),
    (406, ("GET", f"/Patient?_format={MARKER}", {})),
    (400, ("GET", f"/Patient/_history?_since={MARKER}", {})),
    (400, ("GET", f"/Patient/_history?_at={MARKER}", {})),
    (400, ("GET", f"/Patient/_history?{MARKER}=1", {})),
    (400, ("GET", f"/Patient/p1/$everything?start={MARKER}", {})),
    (400, ("GET", f"/Patient/p1/$everything?_type={MARKER}", {})),
    (400, ("GET", f"/Patient/p1/$everything?{MARKER}=1", {})),
    (400, ("POST", f"/Patient/$validate?mode={MARKER}", {"json": a_patient()})),
    (400, ("DELETE", f"/Patient?{MARKER}=1", {})),
    (400, ("POST", f"/Patient?{MARKER}=1", {"json": a_patient()})),
    (400, ("PUT", f"/Patient/{MARKER}", {"json": a_patient("p1")})),
    (400, ("POST", "/Patient/_search", {"content": f"{MARKER}={MARKER}", "headers": FORM})),
    (400, ("POST", "/Patient/_search", {"content": f"birthdate={MARKER}", "headers": FORM})),
    (500, ("GET", f"/$mistake?name={MARKER}", {})),
    (503, ("GET", f"/$gone?name={MARKER}", {})),
]

HEADERS: list[tuple[int, Sent]] = [
    (401, ("GET", "/Patient/p1", {"headers": {"Authorization": MARKER}})),
    (401, ("GET", "/Patient/p1", {"headers": {"Authorization": f"Bearer {MARKER}"}})),
    (406, ("GET", "/Patient/p1", {"headers": {"Accept": MARKER}})),
    (406, ("GET", "/Patient/p1", {"headers": {"Accept-Charset": MARKER}})),
    (400, ("GET", "/Patient/p1", {"headers": {"If-Modified-Since": MARKER}})),
    (400, ("GET", "/Patient/p1", {"headers": {"Prefer": f"return={MARKER}"}})),
    (400, ("PUT", "/Patient/p1", {"json": a_patient("p1"), "headers": {"If-Match": MARKER}})),
    (400, ("PUT", "/Patient/p1", {"json": a_patient("p1"), "headers": {"If-None-Match": MARKER}})),
    (400, ("POST", "/Patient", {"json": a_patient(), "headers": {"If-None-Exist": MARKER}})),
    (400, ("POST", "/Patient", {"json": a_patient(), "headers": {"If-None-Exist": f"{MARKER}={MARKER}"}})),
    (400, ("POST", "/Patient", {"json": a_patient(), "headers": {"If-None-Exist": f"birthdate={MARKER}"}})),
    (400, ("POST", "/Patient", {"json": a_patient(), "headers": {"Idempotency-Key": MARKER * 20}})),
    (415, ("POST", "/Patient", {"json": a_patient(), "headers": {"Content-Type": MARKER}})),
    (415, ("PATCH", "/Patient/p1", {"json": [], "headers": {"Content-Type": MARKER}})),
]

BODIES: list[tuple[int, Sent]] = [
    (400, ("POST", "/Patient", {"content": MARKER})),
    (400, ("POST", "/Patient", {"content": f'{{"{MARKER}": '})),
    (400, ("POST", "/Patient", {"content": f'{{"{MARKER}": 1, "{MARKER}": 2}}'})),
    (400, ("POST", "/Patient", {"content": MARKER.encode("utf-16")})),
    (400, ("POST", "/Patient", {"json": {"resourceType": MARKER}})),
    (422, ("POST", "/Patient", {"json": a_patient(**{MARKER: MARKER})})),
    (422, ("POST", "/Patient", {"json": a_patient(gender=MARKER)})),
    (422, ("POST", "/Patient", {"json": a_patient(birthDate=MARKER)})),
    (422, ("POST", "/Patient", {"json": a_patient(active=MARKER)})),
    (422, ("POST", "/Patient", {"json": a_patient(name=[{MARKER: MARKER}])})),
    (422, ("POST", "/Patient", {"json": a_patient(managingOrganization={"reference": MARKER})})),
    (422, ("POST", "/Patient", {"json": a_patient(contained=[{"resourceType": MARKER, "id": MARKER}])})),
    (422, ("POST", "/Patient", {"json": a_patient(extension=[{"url": MARKER, f"value{MARKER}": MARKER}])})),
    (400, ("PUT", "/Patient/p1", {"json": a_patient(MARKER)})),
    (400, ("POST", "/Patient/$validate", {"json": [MARKER]})),
    (400, ("POST", "/", {"json": {"resourceType": "Bundle", "type": MARKER}})),
    (422, ("POST", "/", {"json": {"resourceType": MARKER}})),
    (422, ("POST", "/", {"json": {"resourceType": "Bundle", "type": "batch", MARKER: MARKER}})),
    (422, in_transaction({MARKER: MARKER})),
    (422, in_transaction(entry("GET", "Patient", **{MARKER: MARKER}))),
    (400, in_transaction(entry(MARKER, "Patient"))),
    (404, in_transaction(entry("GET", MARKER))),
    (404, in_transaction(entry("GET", f"Patient/{MARKER}"))),
    (400, in_transaction(entry("GET", f"Patient?{MARKER}={MARKER}"))),
    (400, in_transaction(entry("POST", "Patient", a_patient(), ifNoneExist=f"{MARKER}=1"))),
    (400, in_transaction(entry("PUT", "Patient/p1", a_patient("p1"), ifMatch=MARKER))),
    (422, in_transaction(entry("POST", "Patient", a_patient(gender=MARKER)))),
    (
        400,
        in_transaction(
            entry("POST", "MedicationAdministration", a_dose(subject={"reference": f"urn:{MARKER}"}))
        ),
    ),
    (
        400,
        in_transaction(entry("POST", "MedicationAdministration", a_dose(subject={"reference": BY_MARKER}))),
    ),
    (400, in_transaction(entry("PATCH", "Patient/p1", {"resourceType": "Binary", "data": f"*{MARKER}"}))),
]


def patched(*operations: Any) -> Sent:
    return "PATCH", "/Patient/p1", {"json": list(operations), "headers": JSON_PATCH}


PATCHES: list[tuple[int, Sent]] = [
    (422, patched({"op": MARKER, "path": "/gender"})),
    (422, patched({"op": "remove", "path": f"/{MARKER}"})),
    (422, patched({"op": "remove", "path": MARKER})),
    (422, patched({"op": "test", "path": "/name", "value": MARKER})),
    (422, patched({"op": "add", "path": f"/{MARKER}", "value": MARKER})),
    (422, patched({"op": "add", "path": "/gender", "value": MARKER, MARKER: MARKER})),
    (422, patched(MARKER)),
    (400, ("PATCH", "/Patient/p1", {"json": {"resourceType": MARKER}})),
    (404, ("PATCH", f"/Patient?identifier={MARKER}", {"json": [], "headers": JSON_PATCH})),
]


def _send(client: TestClient, sent: Sent) -> httpx.Response:
    method, path, more = sent
    return client.request(method, path, **more)


@pytest.mark.parametrize("kind", ["ADDRESSES", "HEADERS", "BODIES", "PATCHES"])
def test_a_refusal_is_an_outcome_and_repeats_nothing(
    client: TestClient, log: Log, subtests: pytest.Subtests, kind: str
) -> None:
    for place, (status, sent) in enumerate(globals()[kind]):
        with subtests.test(f"{kind} {place}"):
            log.forget()
            answer = _send(client, sent)
            assert answer.status_code == status, (sent, answer.text)
            _assert_outcome(answer)
            _assert_nothing_repeated(answer, log)


def _assert_outcome(answer: httpx.Response) -> None:
    """http://hl7.org/fhir/R4/operationoutcome.html"""
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert set(told) == {"resourceType", "id", "issue"}
    assert (told["resourceType"], told["id"]) == ("OperationOutcome", answer.headers["x-request-id"])
    for issue in told["issue"]:
        assert set(issue) <= {"severity", "code", "diagnostics", "expression"}
        assert issue["severity"] == "error"
        assert issue["diagnostics"]
    if answer.status_code == 422 and told["issue"][0]["code"] != "structure":
        assert any("expression" in issue for issue in told["issue"]), told


def _assert_nothing_repeated(answer: httpx.Response, log: Log) -> None:
    sent_back = (answer.text + json.dumps(dict(answer.headers))).casefold()
    assert MARKER.casefold() not in sent_back
    assert MARKER.casefold() not in log.text.casefold()
    assert "Traceback" not in answer.text + log.text
    assert [line["status"] for line in log.events("request")] == [answer.status_code]


def test_an_entry_of_a_batch_that_fails_repeats_nothing(client: TestClient, log: Log) -> None:
    entries = [
        entry("GET", "$mistake"),
        *(one for _, sent in BODIES if sent[1] == "/" for one in _entries(sent)),
    ]
    answer = client.post("/", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer.status_code == 200, answer.text
    assert MARKER not in json.dumps([one["response"].get("outcome") for one in answer.json()["entry"]])
    assert MARKER.casefold() not in log.text.casefold()
    first, *others = (one["response"] for one in answer.json()["entry"])
    assert first["status"] == "500 Internal Server Error"
    assert {one["status"][0] for one in others} <= {"4", "2"}
    assert log.events("an entry of a batch failed")


def _entries(sent: Sent) -> list[dict[str, Any]]:
    listed = sent[2]["json"].get("entry", [])
    return [one for one in listed if MARKER not in one and MARKER not in one.get("request", {})]


def test_a_mistake_of_ours_is_logged_with_its_place(client: TestClient, log: Log) -> None:
    client.get("/$mistake")
    (line,) = log.events("a request failed")
    assert line["error"] == "ValueError"
    assert any("test_errors.py" in frame and "mistake" in frame for frame in line["frames"])
    assert log.events("request")[0]["route"] == "/fhir/$mistake"
