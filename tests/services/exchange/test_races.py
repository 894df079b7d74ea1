"""Clients that do the same at the same moment: one wins, nothing is doubled, nobody is told that the server broke."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from resources import a_dose, a_patient, an_observation, post, put, text_of, transaction
from sqlalchemy import text

from fhir_store import conditional, locks, write
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, raw_cursor, save
from services.shared.database import ATTEMPTS, Database

SYSTEM = "urn:oid:1.2.3"
CLIENTS = 32

Ask = Callable[[int], httpx.Response]


def _at_once(count: int, ask: Ask) -> list[httpx.Response]:
    """The answers to so many requests, which are sent at the same moment."""
    barrier = Barrier(count)

    def one(number: int) -> httpx.Response:
        barrier.wait()
        return ask(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def _statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def _numbered(value: str = "1", **elements: Any) -> dict[str, Any]:
    return a_patient(identifier=[{"system": SYSTEM, "value": value}], **elements)


def _on_condition(resource: dict[str, Any], criteria: str) -> dict[str, Any]:
    return {
        **post(resource),
        "request": {"method": "POST", "url": resource["resourceType"], "ifNoneExist": criteria},
    }


def _found(fhir: httpx.Client, criteria: str) -> list[str]:
    bundle = fhir.get(f"/Patient?{criteria}&_count=1000").json()
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


IDENTIFIER = f"identifier={SYSTEM}|1"
VALUE_ONLY = "identifier=1"
OTHER_CRITERIA = "family=DEMO&birthdate=1980-02-03"


@pytest.fixture
def pausing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first few pause between looking and writing, long enough for others to look too if nothing stops them."""
    for module, name in ((conditional, "matches"), (write, "_lock")):
        monkeypatch.setattr(module, name, _and_pause(getattr(module, name)))


def _and_pause(look: Callable[..., Any]) -> Callable[..., Any]:
    pauses = iter([0.2] * 4)

    def look_and_pause(*asked: Any) -> Any:
        found = look(*asked)
        time.sleep(next(pauses, 0))
        return found

    return look_and_pause


# --- conditional creates


@pytest.mark.usefixtures("pausing")
@pytest.mark.parametrize("criteria", [IDENTIFIER, VALUE_ONLY, OTHER_CRITERIA])
def test_of_32_conditional_creates_one_creates_and_31_find_it(fhir: httpx.Client, criteria: str) -> None:
    patient = _numbered(birthDate="1980-02-03")
    answers = _at_once(
        CLIENTS, lambda _: fhir.post("/Patient", json=patient, headers={"If-None-Exist": criteria})
    )
    assert _statuses(answers) == {201: 1, 200: CLIENTS - 1}
    assert {answer.json()["id"] for answer in answers} == set(_found(fhir, criteria))
    assert len(_found(fhir, criteria)) == 1


@pytest.mark.usefixtures("pausing")
def test_two_ways_to_ask_for_one_identifier_are_one_condition(fhir: httpx.Client) -> None:
    ways = (IDENTIFIER, VALUE_ONLY, f"identifier={quote(f'{SYSTEM}|1')}", f"{IDENTIFIER}&family=DEMO")
    answers = _at_once(
        CLIENTS,
        lambda n: fhir.post("/Patient", json=_numbered(), headers={"If-None-Exist": ways[n % len(ways)]}),
    )
    assert _statuses(answers) == {201: 1, 200: CLIENTS - 1}


@pytest.mark.usefixtures("pausing")
def test_the_order_of_the_criteria_does_not_matter(fhir: httpx.Client) -> None:
    ways = (OTHER_CRITERIA, "&".join(reversed(OTHER_CRITERIA.split("&"))))
    patient = a_patient(birthDate="1980-02-03")
    answers = _at_once(
        CLIENTS,
        lambda n: fhir.post("/Patient", json=patient, headers={"If-None-Exist": ways[n % len(ways)]}),
    )
    assert _statuses(answers) == {201: 1, 200: CLIENTS - 1}


@pytest.mark.usefixtures("pausing")
@pytest.mark.parametrize("turn", range(3))
def test_conditional_creates_never_double_what_a_plain_one_races_in(fhir: httpx.Client, turn: int) -> None:
    """The plain one may come behind the conditional one and then there are two, but no conditional one adds more."""

    def ask(number: int) -> httpx.Response:
        condition = {} if number == CLIENTS // 2 else {"If-None-Exist": IDENTIFIER}
        return fhir.post("/Patient", json=_numbered(), headers=condition)

    answers = _at_once(CLIENTS, ask)
    plain = answers.pop(CLIENTS // 2)
    assert plain.status_code == 201
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert len(made) <= 1
    assert set(_found(fhir, IDENTIFIER)) == {plain.json()["id"], *made}
    # Who came when there were two already was told so.
    assert _statuses(answers).keys() <= {200, 201, 412}


def test_a_conditional_create_waits_for_a_plain_write_of_its_identifier(
    fhir: httpx.Client, database: Database, store: Store
) -> None:
    """The plain write has begun and is not committed: nobody sees it, and nobody may pass it."""
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as slow:
            save(slow, store, [Write(text_of(_numbered()), id="slow")], Author("a"))
            asking = pool.submit(
                fhir.post, "/Patient", json=_numbered(), headers={"If-None-Exist": IDENTIFIER}
            )
            _is_waiting(database)
        assert (asking.result().status_code, asking.result().json()["id"]) == (200, "slow")


def test_a_plain_create_waits_for_a_conditional_write_of_its_identifier(
    fhir: httpx.Client, database: Database
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as asking:
            locks.take(raw_cursor(asking), [locks.identifier_lock("Patient", "1")])
            plain = pool.submit(fhir.post, "/Patient", json=_numbered())
            _is_waiting(database)
            assert _found(fhir, IDENTIFIER) == []
        assert plain.result().status_code == 201


def _is_waiting(database: Database) -> None:
    """Return once some transaction waits for an advisory lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(500):
        with database.reading() as connection:
            if connection.execute(waiting).scalar():
                return
            connection.execute(text("SELECT pg_sleep(0.02)"))
    raise AssertionError("nobody waits")


@pytest.mark.usefixtures("pausing")
@pytest.mark.parametrize("criteria", [IDENTIFIER, OTHER_CRITERIA])
def test_of_32_transactions_with_one_condition_one_creates(fhir: httpx.Client, criteria: str) -> None:
    patient = _numbered(birthDate="1980-02-03")
    answers = _at_once(
        CLIENTS, lambda _: fhir.post("", json=transaction(_on_condition(patient, criteria), post(a_dose())))
    )
    assert _statuses(answers) == {200: CLIENTS}
    responses = [answer.json()["entry"][0]["response"] for answer in answers]
    assert Counter(one["status"] for one in responses) == {"201 Created": 1, "200 OK": CLIENTS - 1}
    assert len({one["location"] for one in responses}) == 1
    assert len(_found(fhir, criteria)) == 1


@pytest.mark.usefixtures("pausing")
def test_transactions_and_single_requests_share_the_condition(fhir: httpx.Client) -> None:
    def ask(number: int) -> httpx.Response:
        if number % 2:
            return fhir.post("", json=transaction(_on_condition(_numbered(), IDENTIFIER)))
        return fhir.post("/Patient", json=_numbered(), headers={"If-None-Exist": IDENTIFIER})

    answers = _at_once(CLIENTS, ask)
    assert _statuses(answers).keys() <= {200, 201}
    assert len(_found(fhir, IDENTIFIER)) == 1


# --- conditional updates, patches, deletes


@pytest.mark.usefixtures("pausing")
@pytest.mark.parametrize("criteria", [IDENTIFIER, OTHER_CRITERIA])
def test_32_conditional_updates_make_one_resource_with_32_versions(fhir: httpx.Client, criteria: str) -> None:
    patient = _numbered(birthDate="1980-02-03")
    answers = _at_once(CLIENTS, lambda _: fhir.put(f"/Patient?{criteria}", json=patient))
    assert _statuses(answers) == {201: 1, 200: CLIENTS - 1}
    assert sorted(_version(answer) for answer in answers) == list(range(1, CLIENTS + 1))
    assert len(_found(fhir, criteria)) == 1


@pytest.mark.parametrize("address", [f"/Patient?{IDENTIFIER}", "/Patient/p1"])
def test_32_patches_are_all_made(fhir: httpx.Client, address: str) -> None:
    fhir.put("/Patient/p1", json=_numbered(id="p1", name=[{"family": "first"}]))

    def ask(number: int) -> httpx.Response:
        change = [{"op": "add", "path": "/name/-", "value": {"family": str(number)}}]
        return fhir.patch(address, json=change, headers={"Content-Type": "application/json-patch+json"})

    assert _statuses(_at_once(CLIENTS, ask)) == {200: CLIENTS}
    names = [name["family"] for name in fhir.get("/Patient/p1").json()["name"]]
    assert sorted(names) == sorted(["first", *map(str, range(CLIENTS))])


@pytest.mark.usefixtures("pausing")
def test_conditional_deletes_and_creates_leave_at_most_one(fhir: httpx.Client) -> None:
    def ask(number: int) -> httpx.Response:
        if number % 4 == 0:
            return fhir.delete(f"/Patient?{IDENTIFIER}")
        return fhir.post("/Patient", json=_numbered(), headers={"If-None-Exist": IDENTIFIER})

    answers = _at_once(CLIENTS, ask)
    assert _statuses(answers).keys() <= {200, 201, 204}
    assert len(_found(fhir, IDENTIFIER)) <= 1


# --- updates of one resource


def _version(answer: httpx.Response) -> int:
    return int(answer.headers["etag"].removeprefix('W/"').removesuffix('"'))


@pytest.mark.usefixtures("pausing")
def test_of_32_updates_with_one_etag_one_wins(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    answers = _at_once(
        CLIENTS, lambda _: fhir.put("/Patient/p1", json=a_patient("p1"), headers={"If-Match": 'W/"1"'})
    )
    assert _statuses(answers) == {200: 1, 412: CLIENTS - 1}
    assert _version(fhir.get("/Patient/p1")) == 2


@pytest.mark.usefixtures("pausing")
def test_32_updates_without_an_etag_are_32_versions(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    answers = _at_once(CLIENTS, lambda _: fhir.put("/Patient/p1", json=a_patient("p1")))
    assert _statuses(answers) == {200: CLIENTS}
    assert sorted(_version(answer) for answer in answers) == list(range(2, CLIENTS + 2))


@pytest.mark.usefixtures("pausing")
def test_32_updates_that_create_are_32_versions_of_one(fhir: httpx.Client) -> None:
    answers = _at_once(CLIENTS, lambda _: fhir.put("/Patient/new", json=a_patient("new")))
    assert _statuses(answers) == {201: 1, 200: CLIENTS - 1}
    assert sorted(_version(answer) for answer in answers) == list(range(1, CLIENTS + 1))


@pytest.mark.usefixtures("pausing")
def test_of_32_updates_that_may_only_create_one_does(fhir: httpx.Client) -> None:
    answers = _at_once(
        CLIENTS, lambda _: fhir.put("/Patient/new", json=a_patient("new"), headers={"If-None-Match": "*"})
    )
    assert _statuses(answers) == {201: 1, 412: CLIENTS - 1}


# --- transactions that meet each other the other way round


def test_transactions_that_write_the_same_the_other_way_round_both_succeed(fhir: httpx.Client) -> None:
    ids = [f"p{n}" for n in range(1, 9)]
    fhir.post("", json=transaction(*(put(a_patient(id_)) for id_ in ids)))

    def ask(number: int) -> httpx.Response:
        order = ids if number % 2 else ids[::-1]
        return fhir.post("", json=transaction(*(put(a_patient(id_)) for id_ in order)))

    answers = _at_once(8, ask)
    assert _statuses(answers) == {200: 8}
    assert {_version(fhir.get(f"/Patient/{id_}")) for id_ in ids} == {9}


def test_transactions_with_conditions_and_plain_writes_in_any_order_all_succeed(fhir: httpx.Client) -> None:
    """A holds what B's condition asks for and asks for what B writes: one of them loses, and is run again."""
    fhir.post("", json=transaction(put(_numbered("1", id="p1")), put(_numbered("2", id="p2"))))

    def ask(number: int) -> httpx.Response:
        mine, other = ("1", "2") if number % 2 else ("2", "1")
        plain = put(_numbered(mine, id=f"p{mine}"))
        conditional = {
            "resource": _numbered(other),
            "request": {"method": "PUT", "url": f"Patient?identifier={SYSTEM}|{other}"},
        }
        return fhir.post("", json=transaction(plain, conditional))

    answers = _at_once(8, ask)
    assert _statuses(answers).keys() <= {200, 409}
    done = _statuses(answers)[200]
    assert done >= 1
    assert {_version(fhir.get(f"/Patient/p{n}")) for n in (1, 2)} == {1 + done}


def test_a_transaction_that_deadlocks_is_run_again(
    fhir: httpx.Client, database: Database, store: Store
) -> None:
    """Both hold what the other wants, for certain; PostgreSQL ends one of them, and it is run again."""
    fhir.put("/Patient/p1", json=a_patient("p1"))
    held, tried = Event(), []

    def work(connection: Any) -> None:
        """Locks the identifier and then p1; the transaction over HTTP locks p1 and then the identifier."""
        tried.append(1)
        locks.take(raw_cursor(connection), [locks.identifier_lock("Patient", "1")])
        held.set()
        if len(tried) == 1:
            _is_waiting(database)
        save(connection, store, [Write(text_of(a_patient("p1")), id="p1")], Author("a", steward=True))

    with ThreadPoolExecutor(2) as pool:
        ours = pool.submit(database.run, work)
        assert held.wait(10)
        theirs = pool.submit(fhir.post, "", json=transaction(put(_numbered("1", id="p1"))))
        ours.result()
        assert theirs.result().status_code == 200
    assert _version(fhir.get("/Patient/p1")) == 3


def test_who_loses_every_time_is_told_409_with_an_outcome(
    fhir: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def always_lost(connection: Any, *_: object) -> None:
        tried.append(1)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$"))

    monkeypatch.setattr("services.exchange.update.save_and_follow", always_lost)
    answer = fhir.put("/Patient/p1", json=a_patient("p1"))
    assert (answer.status_code, answer.json()["resourceType"]) == (409, "OperationOutcome")
    assert len(tried) == ATTEMPTS


def test_a_crowd_of_all_kinds_of_writes_is_never_told_that_the_server_broke(fhir: httpx.Client) -> None:
    def ask(number: int) -> httpx.Response:
        value, other = str(number % 3), str((number + 1) % 3)
        two = [{"system": SYSTEM, "value": value}, {"system": SYSTEM, "value": other}]
        patient = a_patient(identifier=two)
        match number % 5:
            case 0:
                return fhir.post("/Patient", json=patient, headers={"If-None-Exist": f"identifier={other}"})
            case 1:
                return fhir.post("/Patient", json=patient)
            case 2:
                return fhir.put(f"/Patient?identifier={value}", json=patient)
            case 3:
                both = (_on_condition(patient, f"identifier={one}") for one in (other, value))
                return fhir.post("", json=transaction(*both))
        return fhir.post("", json=transaction(post(patient), put({**patient, "id": "p1"})))

    answers = _at_once(60, ask)
    assert _statuses(answers).keys() <= {200, 201, 409, 412}


# --- Idempotency-Key


@pytest.mark.parametrize("path", ["/Patient", ""])
def test_one_idempotency_key_sent_16_times_at_once_creates_one(fhir: httpx.Client, path: str) -> None:
    body = a_patient() if path else transaction(post(a_patient()), post(a_dose()))
    answers = _at_once(16, lambda _: fhir.post(path, json=body, headers={"Idempotency-Key": "k"}))
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert len(_found(fhir, "family=DEMO")) == 1


# --- reading page by page while others write


OLD = 200
WRITTEN = 1_000


def _pages(fhir: httpx.Client, first: str) -> Iterator[list[dict[str, Any]]]:
    url: str | None = first
    while url:
        bundle = fhir.get(url).json()
        yield bundle.get("entry", [])
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)


@contextmanager
def _others_writing(database: Database, store: Store, old: list[str]) -> Iterator[list[Future[None]]]:
    """1,000 changes by four writers: new resources, updates of old ones, and deletions of new ones."""

    def change(number: int) -> None:
        id_ = f"new{number}"
        changes = [Write(text_of(an_observation(id_)), id=id_)]
        updated = old[number % len(old)]
        changes.append(Write(text_of(an_observation(updated, status="amended")), id=updated))
        database.run(lambda c: save(c, store, changes, Author("centre")))
        if number % 2:
            database.run(lambda c: save(c, store, [Deletion("Observation", id_)], Author("centre")))

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(change, number) for number in range(WRITTEN * 2 // 5)]
        yield writing
        for one in writing:
            one.result()


@pytest.fixture
def old(database: Database, store: Store) -> list[str]:
    """The ids of 200 observations."""
    ids = [f"old{number:03}" for number in range(OLD)]
    writes = [Write(text_of(an_observation(id_)), id=id_) for id_ in ids]
    database.run(lambda c: save(c, store, writes, Author("centre")))
    return ids


@pytest.mark.parametrize("query", ["", "&status=final,amended", "&_sort=_id"])
def test_who_pages_a_search_sees_every_old_resource_once_while_1000_are_written(
    fhir: httpx.Client, database: Database, store: Store, old: list[str], query: str
) -> None:
    seen: list[str] = []
    with _others_writing(database, store, old) as writing:
        for entries in _pages(fhir, f"/Observation?_count=20{query}"):
            seen += [entry["resource"]["id"] for entry in entries]
            _let(writing, len(seen))
    assert [id_ for id_ in seen if id_ in old] == old
    assert len(set(seen)) == len(seen)


def test_who_pages_a_history_sees_every_old_version_once_while_1000_are_written(
    fhir: httpx.Client, database: Database, store: Store, old: list[str]
) -> None:
    seen: list[tuple[str, str]] = []
    with _others_writing(database, store, old) as writing:
        for entries in _pages(fhir, "/Observation/_history?_count=20"):
            seen += [
                (entry["resource"]["id"], entry["resource"]["meta"]["versionId"])
                for entry in entries
                if "resource" in entry
            ]
            _let(writing, len(seen))
    assert sorted(one for one in seen if one in {(id_, "1") for id_ in old}) == [(id_, "1") for id_ in old]
    assert len(set(seen)) == len(seen)


def _let(writing: list[Future[None]], seen: int) -> None:
    """Wait until as much of the writing is done as of the reading, so that both last equally long."""
    writing[min(len(writing) - 1, seen * len(writing) // (2 * OLD))].result()
