"""The change feed skips nothing: not with a transaction held open, not with many writers, not after a restore."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from resources import a_patient, text_of
from sqlalchemy import create_engine, text

from fhir_store.feed import Cursor, changes, position, raise_epoch
from fhir_store.numbering import Numbering
from fhir_store.store import Author, Store
from fhir_store.write import Write, save
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres, RunningServer
from services.shared.embedded_postgres.binaries import installed_binaries
from services.shared.installation import Urls


def _put(database: Database, store: Store, id_: str) -> None:
    database.run(lambda c: save(c, store, [Write(text_of(a_patient(id_)), id=id_)], Author("a")))


def _settled(database: Database, store: Store, newest: int) -> None:
    """Wait until the reader may see that many versions: any running transaction of the cluster holds it back."""
    deadline = time.monotonic() + 30
    while len(_read_on(database, store, Cursor())[0]) < newest:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _read_on(database: Database, store: Store, after: Cursor) -> tuple[list[str], Cursor]:
    with database.transaction() as connection:
        seen = list(changes(connection, store.keyring, after))
    return [change.id for change in seen], seen[-1].cursor if seen else after


def test_changes_come_in_the_order_they_were_written(database: Database, store: Store) -> None:
    for id_ in ("a", "b", "a"):
        _put(database, store, id_)
    _settled(database, store, 3)
    with database.transaction() as connection:
        seen = [
            (change.id, change.version, change.interaction)
            for change in changes(connection, store.keyring, Cursor())
        ]
    assert seen == [("a", 1, "create"), ("b", 1, "create"), ("a", 2, "update")]


def test_a_transaction_held_open_is_not_skipped_when_later_ones_commit(
    database: Database, store: Store
) -> None:
    with database.transaction() as slow:
        save(slow, store, [Write(text_of(a_patient("slow")), id="slow")], Author("a"))
        _put(database, store, "quick")
        seen, cursor = _read_on(database, store, Cursor())
        assert seen == [], "the reader must not pass a transaction that is still running"
    _settled(database, store, 2)
    assert _read_on(database, store, cursor)[0] == ["slow", "quick"]


def test_a_reader_of_plain_sequence_numbers_would_have_skipped_it(database: Database, store: Store) -> None:
    """Why the cursor is what it is: the sequence alone loses the late commit."""
    newest = text("SELECT coalesce(max(seq), 0) FROM fhir_store.resource_version")
    with database.transaction() as slow:
        save(slow, store, [Write(text_of(a_patient("slow")), id="slow")], Author("a"))
        _put(database, store, "quick")
        with database.transaction() as reader:
            cursor = reader.execute(newest).scalar_one()
    later = text("SELECT id FROM fhir_store.resource_version WHERE seq > :cursor")
    with database.transaction() as reader:
        assert list(reader.execute(later, {"cursor": cursor}).scalars()) == []


HELD_OPEN_S = 3.0


def test_with_eight_writers_and_a_transaction_held_open_every_change_is_read_once(
    database: Database, store: Store
) -> None:
    """Every second writer is a program of its own, whose numbers may be lower than those others wrote before."""
    programs = [store, *(replace(store, numbering=Numbering()) for _ in range(4))]
    written = [f"p{n}" for n in range(400)]
    seen: list[str] = []
    cursor = Cursor()
    with ThreadPoolExecutor(8) as pool:
        with database.transaction() as slow:
            save(slow, store, [Write(text_of(a_patient("slow")), id="slow")], Author("a"))
            held_since = time.monotonic()
            writing = [pool.submit(_put, database, programs[n % 5], id_) for n, id_ in enumerate(written)]
            while not all(write.done() for write in writing) or time.monotonic() < held_since + HELD_OPEN_S:
                ids, cursor = _read_on(database, store, cursor)
                seen += ids
                time.sleep(0.01)
            assert seen == [], "nothing behind the open transaction may be read yet"
        written += [f"q{n}" for n in range(400)]
        writing += [pool.submit(_put, database, programs[n % 5], f"q{n}") for n in range(400)]
        while not all(write.done() for write in writing):
            ids, cursor = _read_on(database, store, cursor)
            seen += ids
    for write in writing:
        write.result()
    _settled(database, store, len(written) + 1)
    seen += _read_on(database, store, cursor)[0]
    assert sorted(seen) == sorted([*written, "slow"])


def test_a_program_with_lower_numbers_writes_behind_what_was_read(database: Database, store: Store) -> None:
    """A number is no place in the feed: the transaction is."""
    early = replace(store, numbering=Numbering())
    _put(database, early, "takes-the-lower-block")
    _put(database, store, "takes-the-higher-block")
    _settled(database, store, 2)
    _, cursor = _read_on(database, store, Cursor())
    _put(database, early, "later-from-the-lower-block")
    _settled(database, store, 3)
    with database.transaction() as connection:
        (late,) = changes(connection, store.keyring, cursor)
    assert late.id == "later-from-the-lower-block"
    assert late.cursor.seq < cursor.seq


BURN_TRANSACTIONS = """
DO $$ BEGIN FOR i IN 1..2000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""


@pytest.fixture
def restored(
    database: Database, store: Store, postgres: RunningServer, urls: Urls, tmp_path: Path
) -> Iterator[tuple[Urls, Cursor]]:
    """A dump of a database with two changes, in a new cluster that has seen few transactions; the reader's cursor."""
    name = urls.owner.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.superuser_conninfo(name), autocommit=True) as connection:
        connection.execute(BURN_TRANSACTIONS)
    _put(database, store, "one")
    _put(database, store, "two")
    _settled(database, store, 2)
    _, cursor = _read_on(database, store, Cursor())
    dump, programs = tmp_path / "dump", installed_binaries().folder
    source = postgres.superuser_conninfo(name)
    subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, source], check=True)
    with EmbeddedPostgres(tmp_path / "another home").running() as server:
        server.ensure_database("restored")
        target = server.superuser_conninfo("restored")
        subprocess.run([programs / "pg_restore", "--exit-on-error", "-d", target, dump], check=True)
        yield Urls(server.owner_url("restored"), server.server_url("restored")), cursor


@pytest.mark.parametrize("epoch_raised", [True, False])
def test_cursors_of_before_a_dump_and_restore_go_on_behind_it(
    restored: tuple[Urls, Cursor], store: Store, epoch_raised: bool
) -> None:
    """Without a new epoch, what is written after the restore would lie before the cursor and never be read."""
    urls, cursor = restored
    if epoch_raised:
        owner = create_engine(urls.owner)
        with owner.begin() as connection:
            raise_epoch(connection)
        owner.dispose()
    database = Database(urls.server)
    program = replace(store, numbering=Numbering())
    for id_ in ("one", "three"):
        _put(database, program, id_)
    with database.reading() as connection:
        newest = connection.execute(
            text("SELECT max(xid::text::bigint) FROM fhir_store.resource_version")
        ).scalar()
        assert newest == cursor.xid, "the new cluster counts from a lower number, else this proves nothing"
    if epoch_raised:
        _settled(database, store, 4)
        assert _read_on(database, store, cursor)[0] == ["one", "three"]
        assert _read_on(database, store, Cursor())[0] == ["one", "two", "one", "three"]
    else:
        assert _read_on(database, store, cursor)[0] == []
    database.close()


def test_after_a_restore_old_cursors_still_order_rightly(
    database: Database, store: Store, urls: Urls
) -> None:
    """A restored server counts its transactions from a lower number; a raised epoch comes after all of them."""
    _put(database, store, "before")
    _settled(database, store, 1)
    _, cursor = _read_on(database, store, Cursor())
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        # What a restore into a new cluster does: the old rows keep xids from the future.
        connection.execute(text("UPDATE fhir_store.resource_version SET xid = '999999999999'"))
        raise_epoch(connection)
    owner.dispose()
    _put(database, store, "after")
    _settled(database, store, 2)
    restored = Cursor(cursor.epoch, 999_999_999_999, cursor.seq)
    assert _read_on(database, store, restored)[0] == ["after"]
    assert _read_on(database, store, Cursor())[0] == ["before", "after"]


def test_the_position_is_that_of_the_newest_visible_change(database: Database, store: Store) -> None:
    with database.transaction() as connection:
        assert position(connection) == Cursor()
    _put(database, store, "a")
    _settled(database, store, 1)
    with database.transaction() as connection:
        assert position(connection) == _read_on(database, store, Cursor())[1]


def test_a_cursor_is_written_and_read_back() -> None:
    assert Cursor.parse(str(Cursor(2, 17, 5))) == Cursor(2, 17, 5)
