"""Whose key seals what; a key that was destroyed by another program seals and opens nothing here."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from resources import a_dose, a_patient, an_organization, text_of
from sqlalchemy import Connection, text

from fhir_store.erasure import NothingToErase, erase, record_of
from fhir_store.errors import ResourceDeleted, ResourceErased
from fhir_store.feed import Cursor, changes
from fhir_store.history import Span, history_of
from fhir_store.opened import Opened
from fhir_store.read import Stored, bodies_as_of, current_bodies, read, read_version
from fhir_store.rebuild import rebuild
from fhir_store.remembered import Remembered
from fhir_store.sealing import OF_NOBODY_ALONE, key_holder
from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, raw_cursor, save, save_new
from services.shared.database import Database
from services.shared.installation import Urls, store_of
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import open_keyring

Put = Callable[..., None]


@pytest.mark.parametrize(
    ("resource", "holder"),
    [
        (a_patient("p1"), "p1"),
        (a_dose("d1", patient="p1"), "p1"),
        ({"resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "Patient/p1"}}, "p1"),
        (an_organization("o1"), None),
        ({"resourceType": "Practitioner", "id": "n1"}, None),
        ({"resourceType": "Bundle", "id": "b1", "type": "document"}, OF_NOBODY_ALONE),
        ({"resourceType": "Binary", "id": "x", "contentType": "text/plain"}, OF_NOBODY_ALONE),
        (
            {
                "resourceType": "Observation",
                "subject": {"reference": "Patient/p1"},
                "performer": [{"reference": "Patient/p2"}],
            },
            "p1",
        ),
        (
            {
                "resourceType": "Group",
                "member": [{"entity": {"reference": "Patient/p1"}}, {"entity": {"reference": "Patient/p2"}}],
            },
            OF_NOBODY_ALONE,
        ),
    ],
)
def test_the_record_of_one_person_is_sealed_with_that_persons_key(
    resource: dict[str, Any], holder: str | None
) -> None:
    assert key_holder(resource) == holder


@pytest.fixture
def owner(urls: Urls) -> Iterator[Database]:
    made = Database(urls.owner)
    yield made
    made.close()


@pytest.fixture
def put(database: Database, store: Store, author: Author) -> Put:
    def put_all(*resources: dict[str, Any]) -> None:
        writes = [Write(text_of(one), id=one["id"]) for one in resources]
        database.run(lambda connection: save(connection, store, writes, author))

    return put_all


@pytest.fixture
def erase_now(owner: Database, store: Store) -> Callable[[str], None]:
    """As another program would do it."""

    def erase_one(patient: str) -> None:
        with owner.transaction() as connection:
            erase(connection, store, record_of(connection, patient), "erasure")

    return erase_one


def test_each_person_has_a_key_and_all_of_a_persons_resources_have_it(put: Put, database: Database) -> None:
    put(a_patient("p1"), a_patient("p2"), a_dose("d1"), a_dose("d2", patient="p2"), an_organization("o1"))
    put(a_patient("p1", active=True), a_dose("d3"))
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT id, seal_key FROM fhir_store.resource_version")).all()
    keys: dict[str, set[int]] = {}
    for id_, key in rows:
        keys.setdefault(id_, set()).add(key)
    assert keys["p1"] == keys["d1"] == keys["d3"]
    assert keys["p2"] == keys["d2"]
    assert len(keys["p1"] | keys["p2"] | keys["o1"]) == 3
    assert keys["o1"] == {0}


def test_what_is_erased_by_one_program_cannot_be_read_by_another(
    put: Put, erase_now: Callable[[str], None], database: Database, store: Store
) -> None:
    put(a_patient("p1"), a_patient("p2"), a_dose("d1"))
    put(a_patient("p1", active=True))
    with database.cursor() as cursor:
        # This program has the key open.
        assert read(cursor, store.keyring, "Patient", "p1").version == 2
        erase_now("p1")
        for type_, id_ in (("Patient", "p1"), ("MedicationAdministration", "d1")):
            with pytest.raises(ResourceDeleted):
                read(cursor, store.keyring, type_, id_)
        with pytest.raises(ResourceErased):
            read_version(cursor, store.keyring, "Patient", "p1", "1")
        page = history_of(cursor, store.keyring, "Patient", "p1", Span(), 10, None)
        assert [(one.version, one.text) for one in page.versions] == [(3, None), (2, None), (1, None)]
        assert read(cursor, store.keyring, "Patient", "p2").id == "p2"


def test_everything_goes_on_over_what_was_erased(
    put: Put, erase_now: Callable[[str], None], database: Database, store: Store
) -> None:
    put(a_patient("p1"), a_patient("p2"), a_dose("d1"), a_dose("d2", patient="p2"))
    with database.transaction() as connection:
        before = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    erase_now("p1")
    with database.transaction() as connection:
        assert [json.loads(one)["id"] for one in current_bodies(connection, store.keyring, "Patient")] == [
            "p2"
        ]
        assert len(list(bodies_as_of(connection, store.keyring, "Patient", before))) == 1
        fed = [
            (one.id, one.interaction, one.text is None)
            for one in changes(connection, store.keyring, Cursor())
        ]
        assert fed[0] == ("p1", "create", True)
        assert {one for one in fed if one[1] == "delete"} == {("p1", "delete", True), ("d1", "delete", True)}
    assert database.run(lambda connection: rebuild(connection, store, lambda done, total: None)) == 2


def test_nothing_that_finds_the_person_is_left(
    put: Put, erase_now: Callable[[str], None], database: Database
) -> None:
    put(a_patient("p1", identifier=[{"system": "urn:x", "value": "4711"}]), a_dose("d1"))
    erase_now("p1")
    with database.transaction() as connection:
        for table in ("index_blind", "index_token", "index_string", "index_date", "compartment"):
            assert connection.execute(text(f"SELECT count(*) FROM fhir_store.{table}")).scalar() == 0, table
        row = connection.execute(
            text(
                "SELECT patient, wrapped, kek, destroyed_at IS NOT NULL FROM fhir_store.data_key WHERE purpose = 'person'"
            )
        ).one()
        assert tuple(row) == (None, None, None, True)


def test_what_is_about_others_too_stays(
    put: Put, owner: Database, store: Store, erase_now: Callable[[str], None], database: Database
) -> None:
    group = {
        "resourceType": "Group",
        "id": "g1",
        "type": "person",
        "actual": True,
        "member": [{"entity": {"reference": f"Patient/{id_}"}} for id_ in ("p1", "p2")],
    }
    put(a_patient("p1"), a_patient("p2"), group)
    with owner.transaction() as connection:
        assert record_of(connection, "p1").shared == [("Group", "g1")]
    erase_now("p1")
    with database.cursor() as cursor:
        assert "Patient/p1" in read(cursor, store.keyring, "Group", "g1").text


def test_a_person_is_erased_once(put: Put, owner: Database, erase_now: Callable[[str], None]) -> None:
    put(a_patient("p1"))
    erase_now("p1")
    for id_ in ("p1", "p9"):
        with owner.transaction() as connection, pytest.raises(NothingToErase):
            record_of(connection, id_)


def test_who_comes_back_after_an_erasure_gets_another_key(
    put: Put, erase_now: Callable[[str], None], database: Database, store: Store, author: Author
) -> None:
    put(a_patient("p1"))
    with database.cursor() as cursor:
        observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
        body = text_of({**observation, "subject": {"reference": "Patient/p1"}})
        first = save_new(cursor, store, body, author)
        erase_now("p1")
        # The short way of writing remembers a key that is gone by now.
        second = save_new(cursor, store, body, author)
        assert read(cursor, store.keyring, "Observation", second.id).text == second.text
        with pytest.raises(ResourceDeleted):
            read(cursor, store.keyring, "Observation", first.id)


def test_nothing_is_written_under_a_key_that_was_destroyed(
    put: Put, owner: Database, database: Database, store: Store, author: Author
) -> None:
    put(a_patient("p1"))
    other_program = store_of(store.zone.key, open_keyring_of(store, database))

    def late(connection: Connection) -> None:
        save(connection, other_program, [Write(text_of(a_dose("d1")), id="d1")], author)

    with owner.transaction() as connection:
        erase(connection, store, record_of(connection, "p1"), "erasure")
    database.run(late)
    with database.transaction() as connection:
        assert read(raw_cursor(connection), store.keyring, "MedicationAdministration", "d1").id == "d1"


def open_keyring_of(store: Store, database: Database) -> Any:
    encryption: Any = store.keyring.encryption
    return open_keyring(KeyPlaces(encryption.folder), database)


def test_the_server_cannot_destroy_or_replace_a_key(database: Database, put: Put) -> None:
    put(a_patient("p1"))
    for statement in (
        "UPDATE fhir_store.data_key SET wrapped = NULL",
        "DELETE FROM fhir_store.data_key",
        "DELETE FROM fhir_store.key_encryption_key",
    ):
        with database.transaction() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text(statement))


def test_a_fingerprint_tells_nothing_to_who_can_guess_the_text(put: Put, database: Database) -> None:
    put(a_patient("p1"))
    guessed = sha256(text_of(a_patient("p1")).text.encode()).digest()
    with database.transaction() as connection:
        kept = connection.execute(text("SELECT fingerprint FROM fhir_store.current_resource")).scalar_one()
    assert bytes(kept) != guessed


def test_the_order_of_blind_rows_tells_no_lengths(put: Put, database: Database, store: Store) -> None:
    put(a_patient("p1", name=[{"family": "Đorđević"}]))
    with database.transaction() as connection:
        kept = list(
            connection.execute(
                text("SELECT value FROM fhir_store.index_blind WHERE param = :param ORDER BY ctid"),
                {"param": param_id("Patient", "family")},
            ).scalars()
        )
    assert len(kept) == len("djordjevic") + 1
    assert kept == sorted(kept)
    assert store.keyring.blind.beginning("family", "djo") in kept
    assert store.keyring.blind.beginning("given", "djo") not in kept


# --- what was opened before


def _opened_now(database: Database, store: Store, opened: Opened, *ids: str) -> dict[str, Stored]:
    with database.cursor() as cursor:
        found = opened.read_many(cursor, store.keyring, {("Patient", id_): id_ for id_ in ids})
    return {id_: one for (_, id_), one in found.items()}


def test_what_was_opened_is_not_opened_again_until_it_changes(
    put: Put, database: Database, store: Store, author: Author
) -> None:
    put(a_patient("p1"), a_patient("p2"))
    opened = Opened()
    before = _opened_now(database, store, opened, "p1", "p2", "nobody")
    assert before.keys() == {"p1", "p2"}
    assert before["p1"].patients == ("p1",)
    assert before["p1"].value == json.loads(before["p1"].text)
    put(a_patient("p2", active=True))
    after = _opened_now(database, store, opened, "p1", "p2")
    assert after["p1"] is before["p1"]
    assert (after["p2"].version, after["p2"].value["active"]) == (2, True)
    database.run(lambda connection: save(connection, store, [Deletion("Patient", "p1")], author))
    assert _opened_now(database, store, opened, "p1", "p2").keys() == {"p2"}


def test_what_was_opened_is_gone_once_it_is_erased(
    put: Put, erase_now: Callable[[str], None], database: Database, store: Store
) -> None:
    put(a_patient("p1"), a_patient("p2"))
    opened = Opened()
    _opened_now(database, store, opened, "p1", "p2")
    erase_now("p1")
    assert _opened_now(database, store, opened, "p1", "p2").keys() == {"p2"}


def test_the_oldest_is_forgotten_first() -> None:
    remembered: Remembered[int, str] = Remembered(2)
    remembered.add({1: "a"})
    remembered.add({2: "b", 3: "c"})
    assert remembered.of([1, 2, 3]) == {2: "b", 3: "c"}
