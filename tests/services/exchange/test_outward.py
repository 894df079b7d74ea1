"""A system outside, whichever way it reads: of what others keep, nothing that tells of custody; of its own, every letter."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of, link
from consenting import stand_for_all
from outside import (
    CENTRE,
    NORTH,
    OURS,
    TELLING,
    Json,
    agreement,
    custody_alone,
    directory,
    record,
    treated,
)
from resources import a_dose, a_patient, an_observation, an_organization, post, text_of, transaction

from clinical.consent import Answer, Consent, Decider, Purpose, resource_of
from clinical.labels import Label
from fhir_store.bulk import save_many
from fhir_store.store import Author, Store
from fhir_store.write import Write
from services.exchange.api import catalogue
from services.shared.database import Database
from services.shared.installation import Urls

PERSON = "p1"
JSON_PATCH = {"content-type": "application/json-patch+json"}
GATES = "http://example.org/gates"
GATE_CODES = {
    "resourceType": "CodeSystem", "id": "gates", "url": GATES, "status": "active", "content": "complete",
    "concept": [{"code": "a", "display": "DEMO Gaol North"}, {"code": "b", "display": "Front door"}],
}  # fmt: skip
GATE_SET = {
    "resourceType": "ValueSet", "id": "gates", "url": f"{GATES}/all", "status": "active", "description": "Of DEMO Gaol North",
    "compose": {"include": [{"system": GATES}]},
}  # fmt: skip


def _save(database: Database, store: Store, keeper: str, *resources: Json) -> None:
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    database.run(lambda c: save_many(c, store, writes, Author("house", facility=keeper)))


@pytest.fixture
def filled(database: Database, store: Store, urls: Urls, fhir: httpx.Client) -> httpx.Client:
    """Who sees everything, of a house that keeps one person's record; that person agreed to give the centre all of it."""
    _save(database, store, "gaol-north", *directory(), GATE_CODES, GATE_SET)
    _save(database, store, "gaol-north", *record(PERSON, NORTH), *custody_alone(PERSON, NORTH))
    _save(database, store, "gaol-north", treated(PERSON), agreement(PERSON))
    stand_for_all(urls.owner)
    return fhir


@pytest.fixture
def centre(filled: httpx.Client, connect: Callable[..., httpx.Client]) -> httpx.Client:
    """The system of the centre."""
    return connect("centre's system", role="treatment_centre_system", facility=CENTRE)


Request = tuple[str, str, Any, dict[str, str]]


def _get(path: str, **headers: str) -> Request:
    return "GET", path, None, headers


def _again(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name != "id"}


GETS = [_get(f"{one['resourceType']}/{one['id']}")[1] for one in record(PERSON, NORTH)]
MISSED = f"/MedicationAdministration/missed-{PERSON}"
CHANGE = [{"op": "test", "path": "/statusReason/0/coding/0/code", "value": "court"}]
FOUND = {"If-None-Exist": f"patient={PERSON}&code=urn:x|cows"}

TELLS: dict[str, list[Request]] = {
    "read": [_get(f"/{path}") for path in GETS],
    "vread": [_get(f"/{path}/_history/1") for path in GETS],
    "history-instance": [_get(f"/{path}/_history") for path in GETS],
    "history-type": [_get("/Patient/_history"), _get("/Encounter/_history")],
    "history-system": [_get("/_history?_count=1000")],
    "search-type": [
        _get(f"/{path.partition('/')[0]}?_include=*&_revinclude=*") for path in GETS
    ] + [
        ("POST", "/Observation/_search", None, {"content-type": "application/x-www-form-urlencoded"}),
        _get(f"/Patient/{PERSON}/Observation"),
        _get("/Observation?_summary=data"),
        _get("/Observation?_elements=performer,encounter,note"),
    ],
    "search-system": [_get("/?_count=1000"), ("POST", "/_search", None, {"content-type": "application/x-www-form-urlencoded"})],
    "$everything": [_get(f"/Patient/{PERSON}/$everything?_count=1000")],
    "create": [("POST", "/Observation", _again(an_observation(patient=PERSON)), FOUND)],
    "batch-or-transaction": [
        ("POST", "/", {**transaction(*({"request": {"method": "GET", "url": url}} for url in [*GETS, "Observation?_include=*"])), "type": kind}, {})
        for kind in ("batch", "transaction")
    ] + [
        ("POST", "/", transaction({**post(_again(an_observation(patient=PERSON))), "request": {"method": "POST", "url": "Observation", "ifNoneExist": FOUND["If-None-Exist"]}}), {"Prefer": "return=representation"})
    ],
    "$expand": [_get(f"/ValueSet/$expand?url={GATES}/all"), _get("/ValueSet/gates/$expand")],
    "$validate-code": [
        _get(f"/CodeSystem/$validate-code?url={GATES}&code=a"), _get(f"/ValueSet/gates/$validate-code?system={GATES}&code=a"),
    ],
}  # fmt: skip
"""Each shows, to who sees everything, what is not told outside."""

WRITES = {
    "update": ("PUT", MISSED, a_dose(f"missed-{PERSON}", patient=PERSON), {}),
    "patch": ("PATCH", MISSED, CHANGE, JSON_PATCH),
    "conditional-update": ("PUT", f"/Observation?patient={PERSON}&code=urn:x|cows", _again(an_observation(patient=PERSON)), {}),
    "conditional-patch": ("PATCH", f"/MedicationAdministration?patient={PERSON}&status=not-done", CHANGE, JSON_PATCH),
    "delete": ("DELETE", MISSED, None, {}),
    "conditional-delete": ("DELETE", f"/MedicationAdministration?patient={PERSON}&status=not-done", None, {}),
}  # fmt: skip
"""What others keep is not changed; what is one's own is told (below)."""

SHOWS_NOTHING_STORED = {"capabilities", "smart-configuration"}
VALIDATES = "$validate"


def test_every_interaction_is_asked_here() -> None:
    offered = {one.code for one in catalogue().interactions}
    assert offered == {*TELLS, *WRITES, *SHOWS_NOTHING_STORED, VALIDATES}


def _told(text: str) -> str:
    """Without the addresses of the page, which say what was asked."""
    return text.partition('"entry":')[2] if '"link":' in text else text


@pytest.mark.parametrize("code", TELLS)
def test_no_interaction_tells_of_custody(filled: httpx.Client, centre: httpx.Client, code: str) -> None:
    for method, path, body, headers in TELLS[code]:
        outside, inside = (
            client.request(method, path, json=body, headers=headers) for client in (centre, filled)
        )
        assert (outside.status_code, inside.status_code) == (200, 200), path
        assert [word for word in TELLING if word in _told(outside.text)] == [], path
        if "$" not in code:
            assert "REDACTED" in outside.text, path
    everything = "".join(
        _told(filled.request(method, path, json=body, headers=headers).text)
        for method, path, body, headers in TELLS[code]
    )
    assert any(word in everything for word in TELLING), "it would tell whoever is not outside"


@pytest.mark.parametrize("code", WRITES)
def test_what_others_keep_is_changed_by_no_interaction(
    filled: httpx.Client, centre: httpx.Client, code: str
) -> None:
    method, path, body, headers = WRITES[code]
    answer = centre.request(method, path, json=body, headers=headers)
    issue_of(answer, 403 if "patch" in code else 409)
    assert filled.get(MISSED).headers["ETag"] == 'W/"1"'


def test_what_is_stored_is_validated_as_it_is_told(centre: httpx.Client) -> None:
    for path in GETS:
        answer = centre.get(f"/{path}/$validate")
        assert answer.json()["issue"][0]["severity"] == "information", path
    issue_of(centre.get(f"/Encounter/stay-{PERSON}-0/$validate"), 404)


@pytest.mark.parametrize("value", ["court", "released", "anything"])
def test_no_patch_asks_for_what_others_keep(centre: httpx.Client, value: str) -> None:
    """Whether the test holds or not, and whether the element is there or not."""
    change = [{"op": "test", "path": "/statusReason/0/coding/0/code", "value": value}]
    here, nowhere = (
        centre.patch(path, json=change, headers=JSON_PATCH)
        for path in (MISSED, f"/MedicationAdministration/dose-{PERSON}")
    )
    assert issue_of(here, 403) == issue_of(nowhere, 403)
    paths = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
        {"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": f"MedicationAdministration.statusReason.where(coding.code = '{value}')"}]}]}  # fmt: skip
    assert issue_of(centre.patch(MISSED, json=paths), 403) == issue_of(here, 403)


# --- its own


def _own(**elements: Any) -> Json:
    """What a centre writes of somebody who told it everything."""
    return an_observation(
        patient=PERSON,
        performer=[{"reference": "Organization/gaol-north"}, {"reference": f"Organization/{CENTRE}"}],
        note=[{"text": "was in DEMO Gaol North, GAOL-4711"}],
        identifier=[{"system": "urn:own", "value": "1"}],
        **elements,
    )


def test_its_own_is_told_as_it_is_stored_so_that_nothing_is_lost_by_writing_it_back(
    filled: httpx.Client, centre: httpx.Client
) -> None:
    made = centre.post("/Observation", json=_own())
    assert made.status_code == 201
    name = f"/Observation/{made.json()['id']}"
    stored = filled.get(name).text
    assert made.text == stored == centre.get(name).text == centre.get(f"{name}/_history/1").text
    assert stored in centre.get("/Observation?identifier=urn:own|1").text
    assert stored in centre.get(f"{name}/_history").text
    changed = {**json.loads(stored), "status": "amended"}
    assert centre.put(name, json=changed).status_code == 200
    patched = centre.patch(
        name, json=[{"op": "replace", "path": "/status", "value": "corrected"}], headers=JSON_PATCH
    )
    assert patched.status_code == 200
    assert patched.text == filled.get(name).text
    assert {**_own(), "status": "corrected"}.items() <= filled.get(name).json().items()
    answer = centre.post("/", json=transaction(post(_own())), headers={"Prefer": "return=representation"})
    assert answer.json()["entry"][0]["resource"]["note"] == _own()["note"]


def test_what_it_keeps_now_and_another_kept_before_is_told_of_then_as_of_any_other(
    database: Database, store: Store, centre: httpx.Client
) -> None:
    inside = {
        **treated(PERSON),
        "id": "moved",
        "managingOrganization": {"reference": "Organization/gaol-north"},
    }
    mine = {**inside, "managingOrganization": {"reference": f"Organization/{CENTRE}"}}
    _save(database, store, "gaol-north", inside)
    _save(database, store, "gaol-north", mine)
    assert "gaol" not in centre.get("/EpisodeOfCare/moved/_history/1").text
    versions = centre.get("/EpisodeOfCare/moved/_history").json()["entry"]
    assert [one["resource"].get("managingOrganization") for one in versions] == [
        {"reference": f"Organization/{CENTRE}"}, None,
    ]  # fmt: skip
    assert "REDACTED" not in centre.get("/EpisodeOfCare/moved").text


# --- what was agreed


def _agreed(*labels: Label) -> Json:
    said = Consent(
        f"Patient/{PERSON}", Purpose.HAND_OVER, Answer.GRANTED, datetime(2026, 2, 1, tzinfo=UTC), decided_by=((Decider.PATIENT, f"Patient/{PERSON}"),),
        recipients=frozenset({f"Organization/{CENTRE}"}), labels=frozenset(labels),
    )  # fmt: skip
    return {**resource_of(said), "id": "later"}


def test_of_whom_only_a_part_was_agreed_that_part_says_whose_it_is(
    database: Database, store: Store, centre: httpx.Client, urls: Urls
) -> None:
    """Though the Patient itself is not told."""
    _save(database, store, "gaol-north", _agreed(Label.ETH))
    stand_for_all(urls.owner)
    issue_of(centre.get(f"/Patient/{PERSON}"), 404)
    dose = centre.get(f"/MedicationAdministration/dose-{PERSON}").json()
    assert dose["subject"] == {"reference": f"Patient/{PERSON}"}
    assert ids_in(centre.get(f"/MedicationDispense?patient={PERSON}")) == []


def test_what_is_sent_again_is_not_told_again_of_others(
    database: Database, store: Store, filled: httpx.Client, centre: httpx.Client
) -> None:
    """Who agreed may have taken it back since."""
    key = {"Idempotency-Key": "k", "Prefer": "return=representation"}
    there = {**post(_again(an_observation(patient=PERSON))), "request": {"method": "POST", "url": "Observation", "ifNoneExist": FOUND["If-None-Exist"]}}  # fmt: skip
    alone = ("/Observation", _again(an_observation(patient=PERSON)), {**FOUND, **key})
    together = ("/", transaction(there, {"request": {"method": "GET", "url": f"Patient/{PERSON}"}}), {**key, "Idempotency-Key": "t"})  # fmt: skip
    for path, body, headers in (alone, together):
        first, again = (centre.post(path, json=body, headers=headers) for _ in range(2))
        assert "Demop1" in first.text or f"seen-{PERSON}" in first.text
        assert (again.status_code, again.headers.get("Location")) == (200, first.headers.get("Location"))
        assert "subject" not in again.text
        assert "Demop1" not in again.text
    own = [
        centre.post("/Observation", json=_own(), headers={"Idempotency-Key": "own"}).text for _ in range(2)
    ]
    assert own[0] == own[1] != ""


# --- what is not there


def test_pages_and_totals_are_of_what_is_told(database: Database, store: Store, centre: httpx.Client) -> None:
    """Who did it is the prison, so that it was done is not there; one in between was done by somebody else."""
    by = {"recorded": "2026-02-01T00:00:00Z", "target": [{"reference": f"Patient/{PERSON}"}]}
    agents = ["Organization/gaol-north"] * 4 + ["Practitioner/surgeon", "Organization/gaol-south", "Practitioner/surgeon"] + ["Organization/gaol-south"] * 60  # fmt: skip
    _save(
        database, store, "gaol-north",
        *({"resourceType": "Provenance", "id": f"v{n:02}", **by, "agent": [{"who": {"reference": who}}]} for n, who in enumerate(agents)),
    )  # fmt: skip
    for asked in ("_total=accurate", "_summary=count", "_count=0", "_total=estimate"):
        assert centre.get(f"/Provenance?{asked}").json()["total"] == 2
    for paged in ("/Provenance?_count=1", "/Provenance/_history?_count=1"):
        first = centre.get(paged)
        second = centre.get(link(first, "next") or "")
        assert sorted([*ids_in(first), *ids_in(second)]) == ["v04", "v06"]
        assert link(second, "next") is None
    assert link(centre.get("/Provenance?_count=2"), "next") is None
    pages = list(_pages(centre, f"/Patient/{PERSON}/$everything?_type=Provenance&_count=1"))
    assert [ids_in(page) for page in pages] == [["v04"], ["v06"]]
    for path in ("/Provenance/v00", "/Provenance/v00/_history", "/Provenance/v00/_history/1", "/Provenance/v00/$validate"):  # fmt: skip
        issue_of(centre.get(path), 404)
    made = centre.post(
        "/Provenance", json=_again({"resourceType": "Provenance", **by, "agent": [{"who": {"reference": f"Organization/{CENTRE}"}}]}),
        headers={"If-None-Exist": "recorded=2026-02-01T00:00:00Z&_id=v00"},
    )  # fmt: skip
    assert made.status_code == 201, "what is not there does not stand in the way"


def _pages(client: httpx.Client, path: str) -> Iterator[httpx.Response]:
    following: str | None = path
    while following:
        answer = client.get(following)
        yield answer
        following = link(answer, "next")


def test_prisons_what_belongs_to_them_and_who_works_there_are_not_there(centre: httpx.Client) -> None:
    assert ids_in(centre.get("/Organization")) == [CENTRE, "hospital"]
    assert ids_in(centre.get("/Practitioner?_total=accurate")) == ["surgeon", "writer"]
    for type_ in ("Location", "HealthcareService", "PractitionerRole"):
        assert centre.get(f"/{type_}?_total=accurate").json()["total"] == 0
    for name in ("Organization/gaol-north", "Location/wing-north", "Practitioner/warden-north", "PractitionerRole/role-north"):  # fmt: skip
        issue_of(centre.get(f"/{name}"), 404)


def test_a_prison_that_is_new_or_has_another_name_is_known_with_the_next_request(
    database: Database, store: Store, centre: httpx.Client
) -> None:
    told = an_observation("told", patient=PERSON, category=[{"text": "in Stonehill and Saltmarsh"}])
    _save(database, store, "gaol-north", told)
    assert "Stonehill and Saltmarsh" in centre.get("/Observation/told").text
    prison = an_organization("new", name="Stonehill", type=[{"coding": [{"system": f"{OURS}facility-kind", "code": "prison"}]}])  # fmt: skip
    _save(database, store, "gaol-north", prison)
    assert "Stonehill" not in centre.get("/Observation/told").text
    _save(database, store, "gaol-north", {**prison, "name": "Another"})
    assert "Stonehill" not in centre.get("/Observation/told").text, "what it was called tells as well"
    _save(database, store, "gaol-north", {**prison, "type": [{"text": "clinic"}]})
    assert "Stonehill and Saltmarsh" in centre.get("/Observation/told").text, "it was no prison after all"


def test_terminology_of_custody_is_not_there(
    filled: httpx.Client, database: Database, store: Store, centre: httpx.Client
) -> None:
    url = f"{OURS}encounter-class"
    codes = {"resourceType": "CodeSystem", "id": "classes", "url": url, "status": "active", "content": "complete", "concept": [{"code": "custody"}]}  # fmt: skip
    listed = {"resourceType": "ValueSet", "id": "classes", "url": f"{url}/all", "status": "active", "compose": {"include": [{"system": url}]}}  # fmt: skip
    _save(database, store, "gaol-north", codes, listed)
    for path in (f"/CodeSystem/$validate-code?url={url}&code=custody", f"/ValueSet/$expand?url={url}/all"):
        assert filled.get(path).status_code == 200
        issue_of(centre.get(path), 404)
    issue_of(centre.get("/CodeSystem/classes/$validate-code?code=custody"), 404)


# --- asking


@pytest.mark.parametrize(
    "asked",
    ["performer=Organization/gaol-north", "value-string=seen", "performer:missing=true", "_has:Task:owner:_id=x", "_sort=performer"],
)  # fmt: skip
def test_a_lenient_search_leaves_out_what_may_not_be_asked(centre: httpx.Client, asked: str) -> None:
    issue_of(centre.get(f"/Observation?{asked}"), 400)
    answer = centre.get(f"/Observation?_id=seen-{PERSON}&{asked}", headers={"Prefer": "handling=lenient"})
    assert answer.json()["entry"][0]["resource"]["id"] == f"seen-{PERSON}"
    assert asked.partition("=")[0] not in (link(answer, "self") or "")


@pytest.mark.parametrize("condition", ["identifier=GAOL-4711", "organization=Organization/gaol-north", "identifier=urn:throughcare:demo:prison-number|GAOL-4711"])  # fmt: skip
def test_no_condition_asks_for_it_either(centre: httpx.Client, condition: str) -> None:
    headers = {"If-None-Exist": condition}
    answers = [
        centre.post("/Patient", json=a_patient(), headers=headers),
        centre.put(f"/Patient?{condition}", json=a_patient()),
        centre.patch(f"/Patient?{condition}", json=CHANGE, headers=JSON_PATCH),
        centre.post("/", json=transaction({**post(a_patient()), "request": {"method": "POST", "url": "Patient", "ifNoneExist": condition}})),
        centre.post("/", json=transaction(post(_again(an_observation(subject={"reference": f"Patient?{condition}"}))))),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [400] * len(answers)


def test_a_number_of_a_prison_is_nobodys(filled: httpx.Client, centre: httpx.Client) -> None:
    """Whatever the system under which it is kept, and however it is asked for."""
    other = a_patient(
        "p2", identifier=[{"type": {"coding": [{"code": "PRN"}]}, "system": "urn:n", "value": "77"}]
    )
    filled.put("/Patient/p2", json=other).raise_for_status()
    assert ids_in(filled.get("/Patient?identifier=urn:n|77")) == ["p2"]
    for asked in ("Patient?identifier=urn:n|77", "Patient?identifier=urn:n|77,urn:n|78", "Observation?patient.identifier=urn:n|77"):  # fmt: skip
        assert centre.get(f"/{asked}&_total=accurate").json()["total"] == 0
    assert ids_in(centre.get("/Patient?identifier=urn:national|N-p1,urn:n|77")) == [PERSON]


def test_a_code_that_names_a_prison_finds_nothing(filled: httpx.Client, centre: httpx.Client) -> None:
    named = an_observation("named", patient=PERSON, category=[{"coding": [{"system": "urn:local", "code": "demo gaol north"}]}])  # fmt: skip
    filled.put("/Observation/named", json=named).raise_for_status()
    asked = "category=urn:local|demo gaol north"
    assert ids_in(filled.get(f"/Observation?{asked}")) == ["named"]
    assert ids_in(centre.get(f"/Observation?{asked}")) == []
    assert "named" in ids_in(centre.get(f"/Observation?category:not={asked.partition('=')[2]}"))
    assert "gaol" not in centre.get("/Observation/named").text


def test_who_is_not_outside_asks_and_reads_as_before(filled: httpx.Client) -> None:
    assert ids_in(filled.get("/Observation?performer=Organization/gaol-north")) == [f"seen-{PERSON}"]
    assert "REDACTED" not in filled.get(f"/Observation/seen-{PERSON}").text
    assert filled.put(f"/Patient/{PERSON}", json=a_patient(PERSON)).status_code == 409
