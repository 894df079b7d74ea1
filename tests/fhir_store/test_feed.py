"""The change feed skips nothing: not with a transaction held open, not with many writers, not after a restore."""

import time
from concurrent.futures import ThreadPoolExecutor

from resources import a_patient, text_of
from sqlalchemy import create_engine, text

from fhir_store.feed import Cursor, changes, position, raise_epoch
from fhir_store.store import Author, Store
from fhir_store.write import Write, save
from services.shared.database import Database
from services.shared.installation import Urls


def _put(database: Database, store: Store, id_: str) -> None:
    database.run(lambda c: save(c, store, [Write(text_of(a_patient(id_)), id=id_)], Author("a")))


def _settled(database: Database, newest: int) -> None:
    """Wait until the reader may see that many versions: any running transaction of the cluster holds it back."""
    deadline = time.monotonic() + 30
    while len(_read_on(database, Cursor())[0]) < newest:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _read_on(database: Database, after: Cursor) -> tuple[list[str], Cursor]:
    with database.transaction() as connection:
        seen = list(changes(connection, after))
    return [change.id for change in seen], seen[-1].cursor if seen else after


def test_changes_come_in_the_order_they_were_written(database: Database, store: Store) -> None:
    for id_ in ("a", "b", "a"):
        _put(database, store, id_)
    _settled(database, 3)
    with database.transaction() as connection:
        seen = [(change.id, change.version, change.interaction) for change in changes(connection, Cursor())]
    assert seen == [("a", 1, "create"), ("b", 1, "create"), ("a", 2, "update")]


def test_a_transaction_held_open_is_not_skipped_when_later_ones_commit(
    database: Database, store: Store
) -> None:
    with database.transaction() as slow:
        save(slow, store, [Write(text_of(a_patient("slow")), id="slow")], Author("a"))
        _put(database, store, "quick")
        seen, cursor = _read_on(database, Cursor())
        assert seen == [], "the reader must not pass a transaction that is still running"
    _settled(database, 2)
    assert _read_on(database, cursor)[0] == ["slow", "quick"]


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


def test_with_eight_writers_every_change_is_read_once(database: Database, store: Store) -> None:
    written = [f"p{n}" for n in range(400)]
    seen: list[str] = []
    cursor = Cursor()
    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(_put, database, store, id_) for id_ in written]
        while not all(write.done() for write in writing):
            ids, cursor = _read_on(database, cursor)
            seen += ids
    for write in writing:
        write.result()
    _settled(database, len(written))
    seen += _read_on(database, cursor)[0]
    assert sorted(seen) == sorted(written)


def test_after_a_restore_old_cursors_still_order_rightly(
    database: Database, store: Store, urls: Urls
) -> None:
    """A restored server counts its transactions from a lower number; a raised epoch comes after all of them."""
    _put(database, store, "before")
    _settled(database, 1)
    _, cursor = _read_on(database, Cursor())
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        # What a restore into a new cluster does: the old rows keep xids from the future.
        connection.execute(text("UPDATE fhir_store.resource_version SET xid = '999999999999'"))
        raise_epoch(connection)
    owner.dispose()
    _put(database, store, "after")
    _settled(database, 2)
    restored = Cursor(cursor.epoch, 999_999_999_999, cursor.seq)
    assert _read_on(database, restored)[0] == ["after"]
    assert _read_on(database, Cursor())[0] == ["before", "after"]


def test_the_position_is_that_of_the_newest_visible_change(database: Database, store: Store) -> None:
    with database.transaction() as connection:
        assert position(connection) == Cursor()
    _put(database, store, "a")
    _settled(database, 1)
    with database.transaction() as connection:
        assert position(connection) == _read_on(database, Cursor())[1]


def test_a_cursor_is_written_and_read_back() -> None:
    assert Cursor.parse(str(Cursor(2, 17, 5))) == Cursor(2, 17, 5)
