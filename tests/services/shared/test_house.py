"""What is known of prisons is what is in the record, whenever it was written and in whatever order it was committed."""

from typing import Any

import pytest
from resources import an_observation, an_organization, text_of

from fhir_store.bulk import save_many
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, save
from services.shared.database import Database
from services.shared.house import KnownHouse

PRISON = [{"coding": [{"system": "urn:throughcare:code-system:facility-kind", "code": "prison"}]}]


@pytest.fixture
def house(store: Store) -> KnownHouse:
    return KnownHouse(store.keyring)


def _prison(id_: str, name: str, **elements: Any) -> Write:
    return Write(text_of(an_organization(id_, **{"name": name, "type": PRISON, **elements})), id=id_)


def _save(database: Database, store: Store, *writes: Write) -> None:
    database.run(lambda c: save_many(c, store, writes, Author("a")))


def _names(database: Database, house: KnownHouse) -> set[str]:
    with database.cursor() as cursor:
        return set(house.now(cursor).names)


def test_what_is_written_is_known_with_the_next_question(
    database: Database, store: Store, house: KnownHouse
) -> None:
    assert _names(database, house) == set()
    _save(database, store, _prison("north", "Gaol North"))
    assert _names(database, house) == {"Gaol North"}
    _save(database, store, _prison("north", "Gaol Upper North"), _prison("south", "Gaol South"))
    assert _names(database, house) == {"Gaol North", "Gaol Upper North", "Gaol South"}
    _save(database, store, _prison("north", "Clinic North", type=[{"text": "clinic"}]))
    assert _names(database, house) == {"Gaol South"}


def test_a_prison_that_is_deleted_is_known_as_it_was(
    database: Database, store: Store, house: KnownHouse
) -> None:
    _save(database, store, _prison("north", "Gaol North"))
    database.run(lambda c: save(c, store, [Deletion("Organization", "north")], Author("a")))
    assert _names(database, house) == {"Gaol North"}


def test_what_began_before_and_is_committed_late_is_known_once_it_is(
    database: Database, store: Store, house: KnownHouse
) -> None:
    with database.transaction() as late:
        save(late, store, [_prison("late", "Gaol Late")], Author("a"))
        assert _names(database, house) == set()
        _save(database, store, _prison("soon", "Gaol Soon"))
        assert _names(database, house) == {"Gaol Soon"}
    assert _names(database, house) == {"Gaol Soon", "Gaol Late"}


def test_it_is_read_once_for_every_change(
    database: Database, store: Store, house: KnownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save(database, store, _prison("north", "Gaol North"))
    with database.cursor() as cursor:
        first = house.now(cursor)
        _save(database, store, Write(text_of(an_observation("o")), id="o"))
        assert house.now(cursor) is first
        _save(database, store, _prison("south", "Gaol South"))
        assert house.now(cursor) is not first


def test_whether_something_changed_is_asked_of_an_index_of_places(
    database: Database, store: Store, house: KnownHouse
) -> None:
    _save(database, store, _prison("north", "Gaol North"))
    with database.cursor() as cursor:
        house.now(cursor)
        asked = house.changed()
        cursor.execute("SET enable_seqscan = off")
        plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN SELECT {asked.text}", asked.args).fetchall())  # fmt: skip
        cursor.execute("RESET enable_seqscan")
    assert "resource_version_of_places" in plan
    assert "Index Cond: (xid >=" in plan, "row-level security leaves the index of use"
