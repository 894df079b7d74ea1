"""A system outside that gets all that people agreed to give it cannot tell who was in custody, nor where, nor whether at all.

Stores that hold the same people, of whom the same was agreed, and differ in custody alone: another prison, number, reason,
legal status, more stays; or none. Every answer is the same, byte for byte.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlencode

import httpx
from answers import link
from consenting import stand_for_all
from outside import (
    CENTRE,
    FREE,
    HOSPITAL,
    NORTH,
    SOUTH,
    TELLING,
    Custody,
    Json,
    agreement,
    custody_alone,
    directory,
    record,
    treated,
)
from resources import a_patient, an_observation, post, text_of, transaction

from fhir_store.bulk import save_many
from fhir_store.store import Author, Store
from fhir_store.write import Write
from services.shared.database import Database
from services.shared.installation import Urls

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = ("p1", "p2", "p3")

CURSOR = re.compile(r"_cursor=[\w-]+")
MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|2026-\d\d-\d\dT[\d:.]+Z")
"""What is new in each answer to a write: an id that was drawn, an instant."""
OWN_OF_EACH_ANSWER = {"date", "x-request-id"}
JSON_PATCH = {"content-type": "application/json-patch+json"}

SAME, ALONE = "same", "alone"


def _writes(custody: dict[str, Custody | None]) -> Iterator[tuple[str, Json]]:
    yield from ((SAME, one) for one in directory())
    for person in PEOPLE:
        kept = custody[person]
        yield from ((SAME, one) for one in chain(record(person, kept), [treated(person), agreement(person)]))
        yield from ((ALONE, one) for one in custody_alone(person, kept) if kept) if kept else ()
        # Every record has a second version; the first was of the time before.
        yield from ((SAME, {**one, "language": "en"}) for one in record(person, kept))


def _fill(database: Database, store: Store, urls: Urls, custody: dict[str, Custody | None]) -> None:
    moments = iter(BEGAN + timedelta(minutes=n) for n in range(10**6))
    for kind, one in _writes(custody):
        at = next(moments) if kind == SAME else BEGAN
        keeper = CENTRE if one["id"].startswith("programme") else HOSPITAL
        write = Write(text_of(one), id=one["id"], recorded_at=at)
        author = Author("a", facility=keeper, keeps_times=True)
        database.run(lambda c, write=write, author=author: save_many(c, store, [write], author))
    stand_for_all(urls.owner)


TYPES = sorted(
    {one["resourceType"] for one in [*record("p1", NORTH), *custody_alone("p1", NORTH), *directory()]}
)
IDS = [
    f"{one['resourceType']}/{one['id']}"
    for one in [*record("p1", NORTH), *custody_alone("p1", SOUTH), *directory(), treated("p1"), agreement("p1")]
]  # fmt: skip

ASKED: list[tuple[str, dict[str, str]]] = [
    ("Patient", {"identifier": "urn:national|N-p1"}),
    ("Patient", {"identifier": "urn:number|GAOL-4711"}),
    ("Patient", {"identifier": "urn:number|GAOL-4711,urn:national|N-p2", "_total": "accurate"}),
    ("Patient", {"family": "Demo", "birthdate": "1980-05-17", "_total": "accurate"}),
    ("Observation", {"patient": "p1"}),
    ("Observation", {"subject": "Patient/p1", "code": "urn:x|cows"}),
    ("Observation", {"patient.identifier": "urn:number|GAOL-4711"}),
    ("Observation", {"subject:Patient.identifier": "urn:national|N-p1", "_include": "*"}),
    ("Observation", {"identifier": "urn:lab|9"}),
    ("Patient", {"_has:MedicationAdministration:patient:status": "not-done"}),
    ("Patient", {"_has:Condition:patient:code": "http://hl7.org/fhir/sid/icd-10|"}),
    ("Patient", {"_has:Encounter:patient:_id": "stay-p1-0"}),
    ("Encounter", {"_lastUpdated": "gt2026-01-01", "_sort": "-date", "_include": "*"}),
    ("Encounter", {"patient": "p1", "class": "AMB", "_revinclude": "*"}),
    ("MedicationAdministration", {"patient": "p1", "status": "not-done", "_elements": "statusReason,performer"}),
    ("MedicationAdministration", {"_sort": "-effective-time", "_count": "2", "_summary": "true"}),
    ("Patient", {"_id": "p1,p2,p3", "_revinclude": "*", "_total": "accurate"}),
    ("Organization", {"_revinclude": "*", "_total": "accurate"}),
    ("Practitioner", {"_total": "accurate", "_revinclude": "*"}),
    ("Provenance", {"patient": "p1", "_total": "accurate"}),
    ("Provenance", {"_summary": "count"}),
    ("Appointment", {"date": "ge2026-01-01", "_count": "1"}),
    ("Condition", {"code:not": "urn:x|y", "_total": "estimate"}),
]  # fmt: skip
"""What may be asked."""

REFUSED: list[tuple[str, dict[str, str]]] = [
    ("Patient", {"identifier": "GAOL-4711"}),
    ("Patient", {"identifier": "urn:throughcare:demo:prison-number|GAOL-4711"}),
    ("Patient", {"identifier": "urn:throughcare:demo:prison-number|"}),
    ("Patient", {"identifier:of-type": "http://terminology.hl7.org/CodeSystem/v2-0203|PRN|GAOL-4711"}),
    ("Patient", {"identifier:missing": "true"}),
    ("Patient", {"organization": "Organization/gaol-north"}),
    ("Patient", {"organization.name": "DEMO Gaol"}),
    ("Patient", {"organization:missing": "true"}),
    ("Patient", {"phone": "555-north"}),
    ("Patient", {"address": "1 north"}),
    ("Patient", {"name": "Demo"}),
    ("Patient", {"_has:Observation:performer:_id": "seen-p1"}),
    ("Patient", {"_has:Encounter:patient:service-provider": "Organization/gaol-north"}),
    ("Patient", {"_has:Encounter:patient:class": "custody"}),
    ("Encounter", {"service-provider": "Organization/gaol-north"}),
    ("Encounter", {"part-of": "Encounter/stay-p1-0"}),
    ("Encounter", {"class": "urn:throughcare:code-system:encounter-class|custody"}),
    ("Encounter", {"class:not": "custody"}),
    ("Encounter", {"type:text": "reception"}),
    ("Observation", {"performer": "Organization/gaol-north"}),
    ("Observation", {"performer:Organization.name": "DEMO Gaol North"}),
    ("Observation", {"performer:identifier": "urn:x|1"}),
    ("Observation", {"subject": "wing-north"}),
    ("Observation", {"subject": "Location/wing-north"}),
    ("Observation", {"subject.identifier": "urn:national|N-p1"}),
    ("Observation", {"value-string": "seen in DEMO Gaol North"}),
    ("Observation", {"_tag": "urn:throughcare:code-system:exit-reason|escape"}),
    ("Observation", {"_source": "urn:gaol-server"}),
    ("Observation", {"_profile": "urn:throughcare:profile:custody-call"}),
    ("Observation", {"code:in": "http://example.org/vs"}),
    ("Observation", {"_sort": "performer"}),
    ("Observation", {"_sort": "value-string"}),
    ("MedicationAdministration", {"reason-not-given": "urn:throughcare:code-system:dose-reason|court"}),
    ("MedicationAdministration", {"reason-not-given:missing": "false"}),
    ("MedicationAdministration", {"context": "Encounter/stay-p1-0"}),
    ("MedicationAdministration", {"status": "court"}),
    ("MedicationDispense", {"type": "urn:throughcare:code-system:dispense-type|release-supply"}),
    ("Organization", {"name": "DEMO"}),
    ("Organization", {"type": "urn:throughcare:code-system:facility-kind|prison"}),
    ("Task", {"owner": "Organization/gaol-north"}),
    ("List", {"item": "Encounter/stay-p1-0"}),
    ("Observation", {"_list": "list-p1"}),
    ("DocumentReference", {"description": "seen"}),
]  # fmt: skip
"""What would tell."""

Question = tuple[str, str, Any, dict[str, str]]


def _reading() -> Iterator[Question]:
    for name in [*IDS, "Encounter/stay-p2-2", "Provenance/by-p2"]:
        for path in ("", "/_history", "/_history/1", "/_history/2", "/$validate", "?_summary=true"):
            yield "GET", f"/{name}{path}", None, {}
        yield "GET", f"/{name}", None, {"If-None-Match": 'W/"2"'}
    for type_ in TYPES:
        for asked in (
            {"_total": "accurate"},
            {"_summary": "count"},
            {"_count": "1"},
            {"_sort": "-_lastUpdated"},
        ):
            yield "GET", f"/{type_}?{urlencode(asked)}", None, {}
        yield "GET", f"/{type_}/_history?_count=3", None, {}
        yield "GET", f"/Patient/p1/{type_}?_total=accurate", None, {}
    for type_, asked in ASKED:
        yield "GET", f"/{type_}?{urlencode(asked)}", None, {}
    yield "GET", "/?_total=accurate&_count=7", None, {}
    yield "GET", "/_history?_count=7", None, {}
    yield "GET", "/Patient/p1/$everything?_count=3", None, {}
    yield "GET", "/Patient/p2/$everything", None, {}
    gets = [{"request": {"method": "GET", "url": path.lstrip("/")}} for path in ("/Observation/seen-p1", "/Patient?_id=p1", "/Encounter/stay-p1-0")]  # fmt: skip
    for kind in ("batch", "transaction"):
        yield "POST", "/", {**transaction(*gets[: 3 if kind == "batch" else 2]), "type": kind}, {}


def _refused() -> Iterator[Question]:
    for type_, asked in REFUSED:
        yield "GET", f"/{type_}?{urlencode(asked)}", None, {}


def _writing() -> Iterator[Question]:
    mine = {name: value for name, value in an_observation(patient="p1").items() if name != "id"}
    for criteria in ("identifier=urn:lab|9", "identifier=urn:new|1", "patient=p1&code=urn:x|other", "performer=Organization/gaol-north"):  # fmt: skip
        yield "POST", "/Observation", mine, {"If-None-Exist": criteria}
        yield "PUT", f"/Observation?{criteria}", mine, {}
        yield "PATCH", f"/Observation?{criteria}", [{"op": "test", "path": "/status", "value": "x"}], JSON_PATCH  # fmt: skip
        yield "DELETE", f"/Observation?{criteria}", None, {}
    yield "POST", "/Patient", a_patient(), {"If-None-Exist": "identifier=urn:number|GAOL-4711"}
    yield "POST", "/Patient", a_patient(), {"If-None-Exist": "identifier=urn:national|N-p1"}
    for path, value in (("/statusReason/0/coding/0/code", "court"), ("/performer/0/actor/reference", "Organization/gaol-north"), ("/status", "not-done")):  # fmt: skip
        yield "PATCH", "/MedicationAdministration/missed-p1", [{"op": "test", "path": path, "value": value}], JSON_PATCH  # fmt: skip
    fhirpath = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
        {"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": "MedicationAdministration.statusReason[0]"}]}]}  # fmt: skip
    yield "PATCH", "/MedicationAdministration/missed-p1", fhirpath, {}
    yield "PATCH", "/EpisodeOfCare/programme-p1", [{"op": "test", "path": "/status", "value": "active"}], JSON_PATCH  # fmt: skip
    yield "PUT", "/Observation/seen-p1", an_observation("seen-p1", patient="p1"), {"If-Match": 'W/"2"'}
    yield "PUT", "/Encounter/stay-p1-0", {"resourceType": "Encounter", "id": "stay-p1-0", "status": "planned", "class": {"code": "AMB"}}, {}  # fmt: skip
    yield "DELETE", "/Encounter/stay-p1-0", None, {}
    there = post(mine)
    there["request"]["ifNoneExist"] = "patient=p1&status=final"
    yield "POST", "/", transaction(there), {"Prefer": "return=representation", "Idempotency-Key": "k"}
    yield "POST", "/", transaction(there), {"Prefer": "return=representation", "Idempotency-Key": "k"}
    naming = post({**mine, "performer": [{"reference": "Organization?identifier=urn:x|1"}]})
    yield "POST", "/", transaction(naming), {}


def _answers(client: httpx.Client, questions: Iterator[Question]) -> Iterator[tuple[Any, ...]]:
    for method, path, body, headers in questions:
        answer = client.request(method, path, json=body, headers=headers)
        yield _told(answer, f"{method} {path}")
        while method == "GET" and (following := _next(answer)):
            answer = client.get(following)
            yield _told(answer, f"{method} {path}, next")


def _next(answer: httpx.Response) -> str | None:
    is_page = answer.status_code == 200 and "link" in answer.json()
    return link(answer, "next") if is_page else None


def _told(answer: httpx.Response, asked: str) -> tuple[Any, ...]:
    """All that an answer tells, but when it was given, its number in the log, and what was drawn for it alone."""
    headers = {
        name: MADE.sub("X", value) for name, value in answer.headers.items() if name not in OWN_OF_EACH_ANSWER
    }
    if answer.request.method != "GET":
        headers.pop("last-modified", None)
    text = answer.text.replace(answer.headers["x-request-id"], "")
    text = CURSOR.sub(lambda cursor: "X" * len(cursor[0]), text)
    return asked, answer.status_code, headers, text if answer.request.method == "GET" else MADE.sub("X", text)


WORLDS: dict[str, dict[str, Custody | None]] = {
    "in the north": dict.fromkeys(PEOPLE, NORTH),
    "elsewhere": {"p1": SOUTH, "p2": SOUTH, "p3": FREE},
    "never": dict.fromkeys(PEOPLE, FREE),
}


def test_nobody_outside_can_tell_who_was_in_custody(
    database: Database, store: Store, connect: Any, make_empty: Any, kept_server: Any, urls: Urls
) -> None:
    told = {}
    for name, custody in WORLDS.items():
        make_empty()
        kept_server[0].state.exchange.store.numbering.__init__()
        _fill(database, store, urls, custody)
        client = connect(f"centre {name}", role="treatment_centre_system", facility=CENTRE)
        told[name] = list(_answers(client, chain(_reading(), _refused(), _writing())))
    first, *others = told.values()
    for answers in others:
        assert [one[0] for one in answers] == [one[0] for one in first]
        differing = [
            _difference(one, other) for one, other in zip(first, answers, strict=True) if one != other
        ]
        assert differing == []
    _nothing_tells(chain.from_iterable(told.values()))
    _all_is_told(first)
    _what_would_tell_is_refused(first)


def _difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where two answers part, short enough to be read."""
    at = next((n for n, pair in enumerate(zip_longest(one[3], other[3])) if pair[0] != pair[1]), 0)
    return one[0], one[1], other[1], one[3][max(0, at - 60) : at + 60], other[3][max(0, at - 60) : at + 60]


def _nothing_tells(answers: Iterable[tuple[Any, ...]]) -> None:
    for asked, status, _, text in answers:
        if asked.startswith("GET") and status != 400:
            # An address that was asked stands in the link of a page.
            entries = text.partition('"entry":')[2] if '"link"' in text else text
            assert [word for word in TELLING if word in entries] == [], asked


def _all_is_told(answers: list[tuple[Any, ...]]) -> None:
    """What was done for each person is there, whoever did it."""
    texts = {asked: text for asked, status, _, text in answers if status == 200}
    for person in PEOPLE:
        for one in record(person, FREE):
            assert f'"id":"{one["id"]}"' in texts[f"GET /{one['resourceType']}?_total=accurate"]
    assert json.loads(texts["GET /MedicationAdministration/missed-p1"])["status"] == "not-done"
    assert '"Practitioner/surgeon"' in texts["GET /MedicationAdministration/dose-p1"]
    assert '"N-p1"' in texts["GET /Patient/p1"]


def _what_would_tell_is_refused(answers: list[tuple[Any, ...]]) -> None:
    refused = {f"GET /{type_}?{urlencode(asked)}" for type_, asked in REFUSED}
    statuses = {asked: status for asked, status, _, _ in answers if asked in refused}
    assert statuses == dict.fromkeys(refused, 400)


def test_what_differs_is_there(database: Database, store: Store, urls: Urls, fhir: httpx.Client) -> None:
    told = []
    for custody in (NORTH, SOUTH):
        _fill(database, store, urls, dict.fromkeys(PEOPLE, custody))
        told.append(fhir.get("/MedicationAdministration/missed-p1").text)
    assert '"court"' in told[0]
    assert '"lockdown"' in told[1]
