"""A record whose keys are wrapped in a token: made so, moved there and back, looked at by the doctor, and served."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from click.testing import Result
from resources import a_patient, a_stay, text_of
from serving import serving
from soft_token import RIGHT, WRONG, SoftToken
from sqlalchemy import text
from typer.testing import CliRunner

from fhir_store import rotation
from fhir_store.key_encryption import KeyLost
from fhir_store.read import read
from fhir_store.rotation import rewrap_batch
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.access.clients import add_client, issue_token
from services.app import create_app
from services.cli import command_line
from services.commands.doctor import examine
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import RunningServer
from services.shared.installation import Urls, store_of
from services.shared.key_places import KeyPlace, KeyPlaces
from services.shared.record_keys import begin_rotation, keys_in, open_keyring

ZONE = "Europe/Podgorica"
VERSIONS = "SELECT array_agg(version ORDER BY version) FROM fhir_store.key_encryption_key"
NO_KEYS = "DELETE FROM fhir_store.data_key; DELETE FROM fhir_store.key_encryption_key"

Rotate = Callable[..., Result]


@pytest.fixture
def own(postgres: RunningServer) -> Urls:
    """A database whose keys no other test needs."""
    name = "keys_in_a_token"
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        superuser.execute(f"CREATE DATABASE {name} TEMPLATE throughcare_template OWNER throughcare_owner")
    return Urls(postgres.owner_url(name), postgres.server_url(name))


@pytest.fixture
def server(own: Urls) -> Iterator[Database]:
    made = Database(own.server)
    yield made
    made.close()


@pytest.fixture
def owner(own: Urls) -> Iterator[Database]:
    made = Database(own.owner)
    yield made
    made.close()


@pytest.fixture
def rotate(own: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rotate:
    """``throughcare key rotate`` with keys in one place, and before in another."""

    def run(now: str, before: str = "") -> Result:
        names = (
            "DATABASE_URL",
            "DATABASE_OWNER_URL",
            "THROUGHCARE_HOME",
            "RECORD_KEYS",
            "RECORD_KEYS_BEFORE",
        )
        with monkeypatch.context() as environment:
            for name, value in zip(names, (own.server, own.owner, str(tmp_path), now, before), strict=True):
                environment.setenv(name, value)
            return CliRunner().invoke(command_line(("key",)), ("key", "rotate"))

    return run


def one(database: Database, statement: str) -> Any:
    with database.transaction() as connection:
        return connection.execute(text(statement)).scalar_one()


def fill(database: Database, places: KeyPlaces) -> Store:
    store = store_of(ZONE, open_keyring(places, database))
    people = (a_patient("p1"), a_stay("s1"), a_patient("p2"))
    writes = [Write(text_of(resource), id=resource["id"]) for resource in people]
    database.run(lambda connection: save(connection, store, writes, Author("clinic")))
    return store


def reads(database: Database, now: KeyPlace, before: KeyPlace | None = None) -> bool:
    """Whether a program that starts now reads everybody."""
    keyring = open_keyring(KeyPlaces(now, before), database)
    with database.cursor() as cursor:
        return all(read(cursor, keyring, "Patient", id_).id == id_ for id_ in ("p1", "p2"))


def test_a_record_moves_from_a_file_into_a_token_and_back(
    owner: Database,
    server: Database,
    record_keys: Path,
    tmp_path: Path,
    soft: SoftToken,
    rotate: Rotate,
    started,
) -> None:
    fill(server, KeyPlaces(record_keys))
    uri = started(soft)
    with pytest.raises(KeyLost):
        reads(server, uri)
    assert reads(server, uri, record_keys), "while they move, both are looked at"
    moved = rotate(soft.uri(), str(record_keys))
    assert moved.exit_code == 0, moved.output
    for said in ("record-2 in the token", "whoever loses it loses the record", "Take RECORD_KEYS_BEFORE out"):
        assert said in moved.output.replace("\n", " ")
    assert one(server, VERSIONS) == [2]
    assert reads(server, uri)
    with pytest.raises(KeyLost):
        reads(server, record_keys)
    again = rotate(soft.uri())
    assert again.exit_code == 0, again.output
    assert (one(server, VERSIONS), one(server, "SELECT min(kek) FROM fhir_store.data_key")) == ([3], 3)
    back = rotate(str(tmp_path / "keys"), soft.uri())
    assert back.exit_code == 0, back.output
    assert "record-4.key" in back.output
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["record-4.key"]
    assert reads(server, tmp_path / "keys")


def test_a_move_that_was_cut_off_is_read_and_written_in_the_middle_and_goes_on(
    owner: Database,
    server: Database,
    record_keys: Path,
    soft: SoftToken,
    rotate: Rotate,
    started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = KeyPlaces(started(soft), record_keys)
    store = fill(server, places)
    keys = keys_in(places)
    version = owner.run(lambda connection: begin_rotation(raw_cursor(connection), keys))
    monkeypatch.setattr(rotation, "BATCH", 1)
    assert owner.run(lambda connection: rewrap_batch(raw_cursor(connection), keys, version))
    assert reads(server, *places)
    late = [Write(text_of(a_patient("p3")), id="p3")]
    server.run(lambda connection: save(connection, store, late, Author("clinic")))
    assert rotate(soft.uri(), str(record_keys)).exit_code == 0
    assert reads(server, places.now)
    assert one(server, VERSIONS) == [2]


def test_programs_that_open_a_new_database_at_once_make_one_key(
    owner: Database, server: Database, soft: SoftToken, started, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = KeyPlaces(started(soft))
    with owner.transaction() as connection:
        connection.execute(text(NO_KEYS))
    both_look = threading.Barrier(2, timeout=1)
    token_keys = type(keys_in(places))
    slowly = token_keys.make

    def make(self: Any, version: int) -> Any:
        with suppress(threading.BrokenBarrierError):  # alone, as it should be
            both_look.wait()
        return slowly(self, version)

    monkeypatch.setattr(token_keys, "make", make)
    with ThreadPoolExecutor(2) as pool:
        keyrings = list(pool.map(lambda _: open_keyring(places, server), range(2)))
    assert keyrings[0].own.number == keyrings[1].own.number
    assert both_look.broken, "one waited until the other had its key"
    fill(server, places)
    assert reads(server, places.now)


def test_nothing_is_wrapped_by_a_key_that_does_not_open_what_it_wraps(
    owner: Database,
    server: Database,
    record_keys: Path,
    soft: SoftToken,
    rotate: Rotate,
    started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some tokens take a nonce of their own and keep it to themselves."""
    from services.shared.hsm.token import Token

    fill(server, KeyPlaces(record_keys))
    started(soft)
    own_nonce = Token.encrypt
    monkeypatch.setattr(
        Token, "encrypt", lambda self, label, nonce, *rest: own_nonce(self, label, bytes(12), *rest)
    )
    refused = rotate(soft.uri(), str(record_keys))
    assert isinstance(refused.exception, KeyLost)
    assert one(server, VERSIONS) == [1]
    assert reads(server, record_keys)


def test_the_doctor_opens_every_key_in_the_token_and_says_what_is_wrong_with_it(
    owner: Database,
    server: Database,
    record_keys: Path,
    tmp_path: Path,
    soft: SoftToken,
    rotate: Rotate,
    started,
) -> None:
    def found(uri: KeyPlace) -> tuple[bool, str]:
        settings = Settings(home=tmp_path, record_keys=uri)
        (keys,) = [one for one in examine(settings, server) if one.check == "keys"]
        return keys.ok, keys.says

    fill(server, KeyPlaces(record_keys))
    uri = started(soft)
    assert rotate(soft.uri(), str(record_keys)).exit_code == 0
    ok, says = found(uri)
    assert (ok, says) == (
        True,
        f"4 keys open; keep a backup of the token {soft.label} as its vendor provides",
    )
    soft.write_pin(WRONG)
    ok, says = found(started(soft))
    assert (ok, "refused the PIN" in says, WRONG in says) == (False, True, False)
    soft.write_pin(RIGHT)
    soft.pull()
    ok, says = found(started(soft))
    assert (ok, "is not there" in says) == (False, True)
    soft.plug()
    ok, says = found(started(soft, "other"))
    assert (ok, "Restore it from its backup" in says) == (False, True)


def test_a_server_answers_503_while_the_token_is_away_and_reads_again_once_it_is_back(
    owner: Database,
    server: Database,
    record_keys: Path,
    tmp_path: Path,
    soft: SoftToken,
    rotate: Rotate,
    started,
) -> None:
    fill(server, KeyPlaces(record_keys))
    uri = started(soft)
    assert rotate(soft.uri(), str(record_keys)).exit_code == 0
    with server.transaction() as connection:
        add_client(connection, "centre", "system/*.rs", None)
        headers = {"Authorization": f"Bearer {issue_token(connection, 'centre')}"}
    settings = Settings(home=tmp_path, record_keys=uri)
    with serving(create_app(settings, server)) as address, httpx.Client(headers=headers) as client:
        assert client.get(f"{address}/fhir/Patient/p1").status_code == 200
        soft.pull()
        away = client.get(f"{address}/fhir/Patient/p2")
        assert (away.status_code, away.headers["retry-after"]) == (503, "30")
        assert "key that opens this record" in json.dumps(away.json())
        assert soft.label not in away.text
        assert client.get(f"{address}/fhir/Patient/p1").status_code == 200, "what is open stays open"
        soft.plug()
        assert client.get(f"{address}/fhir/Patient/p2").status_code == 200
