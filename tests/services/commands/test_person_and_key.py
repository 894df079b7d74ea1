"""``throughcare person erase`` and ``throughcare key rotate`` as the person at the keyboard uses them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from click.testing import Result
from resources import a_dose, a_patient, a_stay, text_of
from sqlalchemy import text
from typer.testing import CliRunner

from fhir_store import rotation
from fhir_store.key_encryption import KeyLost
from fhir_store.read import read
from fhir_store.rotation import rewrap_batch
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.cli import command_line
from services.commands.doctor import examine
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls, store_of
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import FileKeys, begin_rotation, open_keyring, path_of

Ask = Callable[..., Result]


@pytest.fixture
def keys(record_keys: Path) -> FileKeys:
    return FileKeys(record_keys)


@pytest.fixture
def ask(urls: Urls, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the test's database, as its owner may."""
    monkeypatch.setenv("DATABASE_URL", urls.server)
    monkeypatch.setenv("DATABASE_OWNER_URL", urls.owner)
    monkeypatch.setenv("THROUGHCARE_HOME", str(settings.home))

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(command_line(arguments[:1]), arguments, input=typed)

    return run


@pytest.fixture
def owner(urls: Urls) -> Any:
    made = Database(urls.owner)
    yield made
    made.close()


@pytest.fixture
def filled(database: Database, store: Store, author: Author) -> Database:
    people = (a_patient("p1"), a_stay("s1"), a_dose("d1"), a_patient("p2"), a_dose("d2", patient="p2"))
    writes = [Write(text_of(one), id=one["id"]) for one in people]
    database.run(lambda connection: save(connection, store, writes, author))
    return database


def _one(database: Database, statement: str) -> Any:
    with database.transaction() as connection:
        return connection.execute(text(statement)).scalar_one()


STAYS = "SELECT count(*) FROM clinical.stay"
ERASURES = "SELECT count(*) FROM access.audit_event WHERE kind = 'erasure'"
DESTROYED = "SELECT count(*) FROM fhir_store.data_key WHERE purpose = 'person' AND wrapped IS NULL"


def test_a_person_is_erased_once_the_id_is_typed_again(filled: Database, ask: Ask) -> None:
    wrong = ask("person", "erase", "p1", typed="p2\n")
    assert wrong.exit_code == 1
    assert "was not the id" in str(wrong.exception)
    assert (_one(filled, STAYS), _one(filled, DESTROYED), _one(filled, ERASURES)) == (1, 0, 0)
    done = ask("person", "erase", "p1", "--reason", "court-order", typed="p1\n")
    assert done.exit_code == 0, done.output
    for said in ("1 Patient", "1 Encounter", "1 MedicationAdministration", "3 versions", "backups"):
        assert said in done.output
    # What was derived is gone, and the log says that it was done, in the same transaction.
    assert (_one(filled, STAYS), _one(filled, DESTROYED), _one(filled, ERASURES)) == (0, 1, 1)
    again = ask("person", "erase", "p1", "--yes")
    assert "erased before" in str(again.exception)


def test_an_erasure_that_cannot_be_logged_does_not_happen(
    filled: Database, ask: Ask, owner: Database
) -> None:
    with owner.transaction() as connection:
        connection.execute(text("ALTER FUNCTION access.forget_subject RENAME TO gone"))
    try:
        assert ask("person", "erase", "p1", "--yes").exit_code == 1
    finally:
        with owner.transaction() as connection:
            connection.execute(text("ALTER FUNCTION access.gone RENAME TO forget_subject"))
    assert (_one(filled, STAYS), _one(filled, DESTROYED)) == (1, 0)


def test_a_kept_answer_tells_nothing_of_who_was_erased(
    filled: Database, ask: Ask, fhir: httpx.Client
) -> None:
    body = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    sent = [
        fhir.post(
            "/Observation",
            json={**body, "subject": {"reference": f"Patient/{id_}", "display": "Amina"}},
            headers={"Idempotency-Key": id_},
        )
        for id_ in ("p1", "p2")
    ]
    assert ask("person", "erase", "p1", "--yes", "--json").exit_code == 0
    again = [
        fhir.post(
            "/Observation",
            json={**body, "subject": {"reference": f"Patient/{id_}", "display": "Amina"}},
            headers={"Idempotency-Key": id_},
        )
        for id_ in ("p1", "p2")
    ]
    assert [one.status_code for one in again] == [201, 201]
    assert [one.headers["Location"] for one in again] == [one.headers["Location"] for one in sent]
    assert ("Amina" in again[0].text, "Amina" in again[1].text) == (False, True)
    # Of what is erased the API says so, and nothing else.
    for path in ("/Patient/p1", "/Encounter/s1", "/MedicationAdministration/d1", "/Patient/p1/_history/1"):
        assert fhir.get(path).status_code == 410, path
    assert fhir.get("/Patient/p1/_history").status_code == 200
    assert fhir.get("/Patient/p1/$everything").status_code == 410
    assert fhir.get("/MedicationAdministration?patient=p1").json().get("entry") is None
    assert fhir.get("/Patient/p2").status_code == 200


def test_only_the_owner_of_the_tables_may_erase(filled: Database, ask: Ask, urls: Urls) -> None:
    refused = ask("person", "erase", "p1", "--yes", DATABASE_OWNER_URL=urls.server)
    assert type(refused.exception).__name__ == "NotOwner"


def test_the_keys_are_wrapped_by_another_key_and_the_record_stays(
    filled: Database, ask: Ask, store: Store, keys: FileKeys
) -> None:
    before = _one(filled, "SELECT max(version) FROM fhir_store.key_encryption_key")
    done = ask("key", "rotate")
    assert done.exit_code == 0, done.output
    assert f"record-{before + 1}.key" in done.output
    assert oct(path_of(keys.folder, before + 1).stat().st_mode)[-3:] == "600"
    assert _one(filled, "SELECT count(*) FROM fhir_store.key_encryption_key") == 1
    assert _one(filled, "SELECT min(kek) FROM fhir_store.data_key") == before + 1
    # A program that was there before, and one that starts now.
    for keyring in (store.keyring, open_keyring(KeyPlaces(keys.folder), filled)):
        with filled.cursor() as cursor:
            assert read(cursor, keyring, "Patient", "p1").id == "p1"


def test_a_rotation_that_was_cut_off_goes_on(
    filled: Database,
    ask: Ask,
    owner: Database,
    store: Store,
    author: Author,
    keys: FileKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = _one(filled, "SELECT max(version) FROM fhir_store.key_encryption_key")
    version = owner.run(lambda connection: begin_rotation(raw_cursor(connection), keys))
    monkeypatch.setattr(rotation, "BATCH", 1)
    assert owner.run(lambda connection: rewrap_batch(raw_cursor(connection), keys, version))
    # In the middle of it everything is read and written.
    with filled.cursor() as cursor:
        for id_ in ("p1", "p2"):
            assert read(cursor, open_keyring(KeyPlaces(keys.folder), filled), "Patient", id_).id == id_
    filled.run(lambda c: save(c, store, [Write(text_of(a_patient("p3")), id="p3")], author))
    with owner.transaction() as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        rotation.retire(raw_cursor(connection), version)
    assert ask("key", "rotate").exit_code == 0
    assert _one(filled, "SELECT array_agg(version) FROM fhir_store.key_encryption_key") == [before + 1]
    with filled.cursor() as cursor:
        assert read(cursor, store.keyring, "Patient", "p3").id == "p3"


def test_the_index_gets_another_key_and_who_has_the_old_one_writes_nothing(
    filled: Database, ask: Ask, store: Store, author: Author, settings: Settings, keys: FileKeys
) -> None:
    before = _one(filled, "SELECT string_agg(value::text, ' ' ORDER BY value) FROM fhir_store.index_blind")
    assert ask("key", "rotate", "--index").exit_code == 0
    assert before != _one(
        filled, "SELECT string_agg(value::text, ' ' ORDER BY value) FROM fhir_store.index_blind"
    )
    late = [Write(text_of(a_patient("late")), id="late")]
    with filled.transaction() as connection, pytest.raises(psycopg.errors.NotNullViolation):
        save(connection, store, late, author)
    renewed = store_of(settings.facility_zone, open_keyring(KeyPlaces(keys.folder), filled))
    filled.run(lambda connection: save(connection, renewed, late, author))


@pytest.fixture
def without_keys(filled: Database, tmp_path: Path) -> Path:
    return tmp_path / "no keys"


def test_a_lost_key_is_told_in_one_line_and_never_replaced(
    filled: Database, ask: Ask, settings: Settings, without_keys: Path
) -> None:
    for _ in range(2):
        lost = ask("rebuild", RECORD_KEYS=str(without_keys))
        assert isinstance(lost.exception, KeyLost)
        assert "Restore it from its backup" in str(lost.exception)
        assert "\n" not in str(lost.exception)
    assert not list(without_keys.glob("*")) if without_keys.exists() else True
    without_keys.mkdir(exist_ok=True)
    for content in (bytes(32), b"short"):
        version = _one(filled, "SELECT max(version) FROM fhir_store.key_encryption_key")
        path_of(without_keys, version).write_bytes(content)
        with pytest.raises(KeyLost):
            open_keyring(KeyPlaces(without_keys), filled)


def test_the_doctor_opens_every_key(filled: Database, settings: Settings, without_keys: Path) -> None:
    def found(settings: Settings) -> tuple[bool, str]:
        (keys,) = [one for one in examine(settings, filled) if one.check == "keys"]
        return keys.ok, keys.says

    assert found(settings) == (True, "4 keys open; keep record-*.key in a backup apart from the database")
    ok, says = found(settings.model_copy(update={"record_keys": without_keys}))
    assert not ok
    assert "Restore it" in says


def test_a_newer_key_that_nothing_is_wrapped_by_yet_has_to_be_the_right_one_too(
    filled: Database, owner: Database, keys: FileKeys, without_keys: Path
) -> None:
    shutil.copytree(keys.folder, without_keys)
    version = owner.run(lambda connection: begin_rotation(raw_cursor(connection), FileKeys(without_keys)))
    try:
        open_keyring(KeyPlaces(without_keys), filled)
        path_of(without_keys, version).write_bytes(bytes(32))
        with pytest.raises(KeyLost):
            open_keyring(KeyPlaces(without_keys), filled)
    finally:
        with owner.transaction() as connection:
            connection.execute(
                text("DELETE FROM fhir_store.key_encryption_key WHERE version = :version"),
                {"version": version},
            )
