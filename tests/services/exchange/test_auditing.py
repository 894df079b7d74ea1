"""What is logged of the FHIR API: everything that is shown, before it is; everything that is written, with it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from answers import issue_of
from audit_events import Logged, fresh_events, plain, rows
from resources import a_dose, a_patient, an_observation, post, put, transaction

from services.access.audit.kinds import keyed
from services.access.audit.log.strangers import MOST, WITHIN_S, Strangers
from services.exchange.api import catalogue
from services.shared.installation import Urls

SHUT = "REVOKE INSERT ON access.audit_opening FROM throughcare_server"
OPEN = "GRANT INSERT ON access.audit_opening TO throughcare_server"


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    return fresh_events(urls.owner)


@pytest.fixture
def shut_log(urls: Urls) -> Iterator[Callable[[], None]]:
    """Make the log one that nobody can write, until the end of the test."""
    with psycopg.connect(plain(urls.owner), autocommit=True) as connection:
        yield lambda: connection.execute(SHUT) and None
        connection.execute(OPEN)


@pytest.fixture
def with_records(fhir: httpx.Client, log: Callable[[], list[Logged]]) -> httpx.Client:
    """Two people and a dose of one of them, with what was logged of it read already."""
    for resource in (a_patient("p1"), a_patient("p2"), a_dose("the-dose", patient="p1")):
        assert fhir.put(f"/{resource['resourceType']}/{resource['id']}", json=resource).status_code == 201
    log()
    return fhir


def test_a_read_is_logged_with_who_what_and_of_whom(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    answer = with_records.get("/MedicationAdministration/the-dose")
    (event,) = log()
    assert (event["kind"], event["interaction"], event["type"]) == (
        "read",
        "read",
        "MedicationAdministration",
    )
    assert event["actor"] == {"kind": "client", "name": "centre"}
    assert event["request"] == answer.headers["x-request-id"]
    assert event["address"] == "127.0.0.1"
    assert event["subjects"] == ["Patient/p1", "MedicationAdministration/the-dose"]
    assert event["about"] == ["patient", "resource"]


READS = {
    "read": "/MedicationAdministration/the-dose",
    "vread": "/MedicationAdministration/the-dose/_history/1",
    "history-instance": "/MedicationAdministration/the-dose/_history",
    "history-type": "/MedicationAdministration/_history",
    "history-system": "/_history",
    "search-type": "/MedicationAdministration",
    "search-system": "/?_type=MedicationAdministration",
    "$everything": "/Patient/p1/$everything",
    "$validate": "/MedicationAdministration/the-dose/$validate",
}
WRITES = {
    "create", "update", "conditional-update", "patch", "conditional-patch", "delete", "conditional-delete",
    "batch-or-transaction",
}  # fmt: skip
SHOWS_NOBODY = {"capabilities", "smart-configuration", "$expand", "$validate-code"}


def test_every_way_to_ask_is_one_that_is_logged_or_shows_nobody() -> None:
    assert {one.code for one in catalogue().interactions} == {*READS, *WRITES, *SHOWS_NOBODY}


@pytest.mark.parametrize(("code", "address"), READS.items(), ids=list(READS))
def test_whatever_shows_a_record_is_logged_before_it_does(
    with_records: httpx.Client,
    log: Callable[[], list[Logged]],
    shut_log: Callable[[], None],
    code: str,
    address: str,
) -> None:
    assert with_records.get(address).status_code == 200
    (event,) = log()
    assert (event["interaction"], event["results"] > 0) in {(code, True), ("search-type", True)}
    assert "Patient/p1" in event["subjects"]
    shut_log()
    refused = with_records.get(address)
    assert issue_of(refused, 503)["code"] == "transient"
    assert "the-dose" not in refused.text


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", "/Observation", an_observation(patient="p1")),
        ("POST", "/Encounter", {"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"}, "subject": {"reference": "Patient/p1"}}),
        ("PUT", "/Patient/p1", a_patient("p1", active=False)),
        ("DELETE", "/MedicationAdministration/the-dose", None),
        ("POST", "", transaction(post(an_observation(patient="p1")), put(a_patient("p1", active=False)))),
    ],
    ids=["create", "create with a projection", "update", "delete", "transaction"],
)  # fmt: skip
def test_what_cannot_be_logged_is_not_written(
    with_records: httpx.Client,
    log: Callable[[], list[Logged]],
    shut_log: Callable[[], None],
    urls: Urls,
    method: str,
    address: str,
    body: Any,
) -> None:
    versions = "SELECT count(*) FROM fhir_store.resource_version"
    before = rows(urls.owner, versions)
    shut_log()
    assert with_records.request(method, address, json=body).status_code >= 500
    assert (rows(urls.owner, versions), log()) == (before, [])
    with psycopg.connect(plain(urls.owner), autocommit=True) as connection:
        connection.execute(OPEN)
    assert with_records.request(method, address, json=body).status_code < 300
    events = log()
    assert {event["kind"] for event in events} == {"write"}
    assert all("Patient/p1" in event["subjects"] for event in events)


def test_a_write_is_logged_by_type_and_kind_with_what_was_written(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    answer = with_records.post("", json=transaction(post(an_observation(patient="p2")), put(a_patient("p2"))))
    assert answer.status_code == 200, answer.text
    created, updated = log()
    assert (created["interaction"], created["type"], created["subjects"][0]) == (
        "create",
        "Observation",
        "Patient/p2",
    )
    assert (updated["interaction"], updated["subjects"]) == ("update", ["Patient/p2", "Patient/p2"])


def test_who_a_record_was_about_before_is_logged_too(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    with_records.put("/MedicationAdministration/the-dose", json=a_dose("the-dose", patient="p2"))
    (event,) = log()
    assert event["subjects"] == ["Patient/p1", "Patient/p2", "MedicationAdministration/the-dose"]


def test_what_was_searched_for_is_logged_as_a_hash_and_whom_it_found(
    with_records: httpx.Client, log: Callable[[], list[Logged]], kept_server: Any
) -> None:
    form = {"identifier": "http://example.org/id|12345", "_count": "5"}
    with_records.post(
        "/Patient/_search", data=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    (event,) = log()
    key = kept_server[0].state.audit.keys.search
    assert {"name": "identifier", "value": keyed(key, "identifier", form["identifier"])} in event["criteria"]
    assert "12345" not in json.dumps(event)
    assert (event["results"], event["subjects"]) == (0, [])
    with_records.get("/MedicationAdministration", params={"patient": "p1"})
    (event,) = log()
    assert (event["results"], event["subjects"]) == (1, ["Patient/p1"])


@pytest.mark.parametrize("named", ["p2", "Patient/p2", "http://localhost/fhir/Patient/p2"])
def test_a_search_that_finds_nothing_is_about_whom_it_asked_for(
    with_records: httpx.Client, log: Callable[[], list[Logged]], named: str
) -> None:
    assert with_records.get("/Observation", params={"patient": named}).status_code == 200
    assert log()[0]["subjects"] == ["Patient/p2"]
    assert with_records.get("/Patient/p2/Observation").status_code == 200
    assert log()[0]["subjects"] == ["Patient/p2"]


def test_a_count_is_logged_with_the_number(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    with_records.get("/Patient", params={"_summary": "count"})
    (event,) = log()
    assert (event["results"], event["subjects"]) == (2, [])


def test_what_is_refused_is_logged_and_hidden_is_logged_like_not_there(
    with_records: httpx.Client, log: Callable[[], list[Logged]], connect: Callable[..., httpx.Client]
) -> None:
    narrow = connect("narrow", "system/Patient.rs")
    assert narrow.get("/MedicationAdministration/the-dose").status_code == 403
    (event,) = log()
    assert (event["kind"], event["why"], event["actor"]["name"]) == ("refusal", "forbidden", "narrow")
    assert event["subjects"] == ["MedicationAdministration/the-dose"]
    nurse = connect("nurse", "system/*.rs", role="nurse", facility="elsewhere")
    assert [nurse.get(f"/Patient/{id_}").status_code for id_ in ("p1", "nobody")] == [404, 404]
    hidden, absent = log()
    assert (hidden["subjects"], absent["subjects"]) == (["Patient/p1"], ["Patient/nobody"])
    shape = {name: value for name, value in hidden.items() if name not in ("at", "request", "subjects")}
    assert shape == {name: value for name, value in absent.items() if name in shape}


def test_a_refused_write_is_logged_though_nothing_is_written(
    with_records: httpx.Client, log: Callable[[], list[Logged]], connect: Callable[..., httpx.Client]
) -> None:
    other = connect("other", "system/*.cruds")
    assert other.put("/Patient/p1", json=a_patient("p1")).status_code == 409
    (event,) = log()
    assert (event["why"], event["subjects"]) == ("owned-by-another", ["Patient/p1"])


def test_entries_of_a_batch_are_logged_each_and_refusals_among_them(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    entries = [
        {"request": {"method": "GET", "url": "Patient/p1"}},
        {"request": {"method": "GET", "url": "Patient/nobody"}},
        {"request": {"method": "DELETE", "url": "MedicationAdministration/the-dose"}},
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    assert with_records.post("", json=bundle).status_code == 200
    assert [(one["kind"], one["subjects"][0]) for one in log()] == [
        ("write", "Patient/p1"),
        ("read", "Patient/p1"),
        ("refusal", "Patient/nobody"),
    ]


def test_what_a_transaction_reads_or_finds_there_is_logged(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    found = {
        "resource": a_patient(identifier=[{"system": "s", "value": "v"}]),
        "request": {"method": "POST", "url": "Patient", "ifNoneExist": "_id=p1"},
    }
    read = {"request": {"method": "GET", "url": "MedicationAdministration/the-dose"}}
    assert with_records.post("", json=transaction(found, read)).status_code == 200
    assert [one["subjects"] for one in log()] == [
        ["Patient/p1", "Patient/p1"],
        ["Patient/p1", "MedicationAdministration/the-dose"],
    ]


def test_an_answer_that_is_given_again_is_logged_again(
    with_records: httpx.Client, log: Callable[[], list[Logged]]
) -> None:
    for _ in range(2):
        with_records.post("/Observation", json=an_observation(patient="p2"), headers={"Idempotency-Key": "k"})
    first, again = log()
    assert (first["kind"], again["kind"]) == ("write", "read")
    assert (again["interaction"], again["subjects"]) == ("create", ["Patient/p2"])


def test_who_could_not_be_told_is_logged_but_not_without_end(
    served: str, log: Callable[[], list[Logged]]
) -> None:
    for _ in range(3):
        assert httpx.get(f"{served}/fhir/Patient/p1").status_code == 401
    events = log()
    assert {(one["actor"]["kind"], one["why"]) for one in events} == {("nobody", "login")}
    now = 0.0
    strangers = Strangers(lambda: now)
    assert sum(strangers.may_be_logged() for _ in range(2 * MOST)) == MOST
    now += WITHIN_S
    assert strangers.may_be_logged()


def test_what_shows_nobody_logs_nothing(served: str, log: Callable[[], list[Logged]]) -> None:
    assert httpx.get(f"{served}/fhir/metadata").status_code == 200
    assert log() == []
