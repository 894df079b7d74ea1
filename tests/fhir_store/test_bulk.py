"""Saving many at a time gives the same rows as saving, and goes wrong in the same ways."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from resources import a_dose, a_patient, a_stay, text_of
from sqlalchemy import Connection, text

from fhir_store import index
from fhir_store.bulk import MOST_LOCKS, portions, save_many
from fhir_store.errors import OwnedByAnother
from fhir_store.json_text import ResourceText
from fhir_store.seal import COLUMNS
from fhir_store.store import Author, Store
from fhir_store.write import Saved, Write, save
from services.shared.database import Database

Rows = dict[str, list[str]]
Save = Callable[[Connection, Store, Sequence[Write], Author], list[Saved]]

LAST_UPDATED = re.compile(r'"lastUpdated"\s*:\s*"[^"]*"')

RESOURCES = {
    "fhir_store.current_resource": "SELECT type, id, version, deleted, owner, fingerprint FROM fhir_store.current_resource",
    "fhir_store.resource_version": """
        SELECT epoch, xid = pg_current_xact_id(), type, id, version, interaction, author, seal_key = 0
        FROM fhir_store.resource_version
    """,
    "clinical.stay": "SELECT * FROM clinical.stay",
}


def _derived(table: str) -> str:
    columns = ", ".join(f"t.{name}::text" for name in index.TABLES[table].columns if name != "key")
    return f"SELECT c.type, c.id, {columns} FROM fhir_store.{table} t JOIN fhir_store.current_resource c USING (key)"


TABLES = {**RESOURCES, **{table: _derived(table) for table in index.TABLES}}


def _rows(connection: Connection, store: Store) -> Rows:
    bodies = connection.execute(text(f"SELECT {COLUMNS} FROM fhir_store.resource_version v"))
    return {
        "bodies": sorted(LAST_UPDATED.sub("", str(store.keyring.body(*row))) for row in bodies),
        **{
            table: sorted(LAST_UPDATED.sub("", str(tuple(row))) for row in connection.execute(text(query)))
            for table, query in TABLES.items()
        },
    }


def _rows_after(database: Database, store: Store, save_: Save, *steps: list[Write]) -> Rows:
    """All rows that saving makes; taken back afterwards."""
    with database.engine.connect() as connection:
        for writes in steps:
            save_(connection, store, writes, Author("import", source="urn:a"))
        rows = _rows(connection, store)
        connection.rollback()
    return rows


def _writes(bodies: Sequence[ResourceText]) -> list[Write]:
    distinct = {(one.value["resourceType"], one.value["id"]): one for one in bodies if "id" in one.value}
    return [Write(body, id=id_, skip_unchanged=True) for (_, id_), body in distinct.items()]


def test_the_rows_are_those_of_a_save(database: Database, store: Store, examples, synthea) -> None:
    writes = _writes([*examples.values(), *synthea[:: len(synthea) // 400]])
    saved = _rows_after(database, store, save, writes)
    assert all(saved[table] for table in TABLES if table != "clinical.stay")
    assert _rows_after(database, store, save_many, writes) == saved


def test_stays_follow_as_they_do_by_a_save(database: Database, store: Store) -> None:
    stays = [a_stay("s1"), a_stay("s2", status="finished"), a_dose("d1")]
    first = _writes([text_of(one) for one in stays])
    wrong = _writes([text_of(a_stay("s1", status="entered-in-error")), text_of(a_stay("s3"))])
    saved = _rows_after(database, store, save, first, wrong)
    assert len(saved["clinical.stay"]) == 2
    assert _rows_after(database, store, save_many, first, wrong) == saved


def test_new_changed_and_unchanged_go_together(database: Database, store: Store, author: Author) -> None:
    first = [Write(text_of(a_patient(id_)), id=id_, skip_unchanged=True) for id_ in ("same", "other")]
    database.run(lambda c: save_many(c, store, first, author))
    changed = Write(text_of(a_patient("other", active=True)), id="other", skip_unchanged=True)
    new = Write(text_of(a_patient("new")), id="new")
    saved = database.run(lambda c: save_many(c, store, [new, first[0], changed], author))
    assert [(one.id, one.interaction, one.version) for one in saved] == [
        ("new", "create", 1),
        ("same", "unchanged", 1),
        ("other", "update", 2),
    ]


def test_characters_that_mean_something_to_copy_arrive(database: Database, store: Store) -> None:
    names = ["tab\there", "back\\slash", "line\nbreak", "\\N", "None", "Đorđe", '"quoted" {a,b}']
    patients = [a_patient(f"p{n}", name=[{"family": name}]) for n, name in enumerate(names)]
    labelled = a_patient("l", meta={"security": [{"system": "urn:l", "code": 'a"b\\c,d'}]})
    writes = _writes([text_of(one) for one in [*patients, labelled]])
    assert _rows_after(database, store, save_many, writes) == _rows_after(database, store, save, writes)


def test_what_another_owns_is_refused_and_nothing_is_written(database: Database, store: Store) -> None:
    database.run(lambda c: save_many(c, store, [Write(text_of(a_patient("1")), id="1")], Author("a")))
    writes = [Write(text_of(a_patient(id_, active=True)), id=id_) for id_ in ("0", "1", "2")]
    with pytest.raises(OwnedByAnother):
        database.run(lambda c: save_many(c, store, writes, Author("b")))
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 1


def test_two_that_bring_the_same_resources_bring_them_once(
    database: Database, store: Store, author: Author
) -> None:
    ids = [f"p{n}" for n in range(60)]
    writes = [
        Write(text_of(a_patient(one, identifier=[{"value": one}])), id=one, skip_unchanged=True)
        for one in ids
    ]

    def bring(n: int) -> list[Saved]:
        order = writes if n % 2 else writes[::-1]
        return database.run(lambda c: save_many(c, store, order, author))

    with ThreadPoolExecutor(4) as pool:
        outcomes = [one.interaction for saved in pool.map(bring, range(8)) for one in saved]
    assert (outcomes.count("create"), outcomes.count("unchanged")) == (60, 7 * 60)
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 60


def test_portions_have_no_id_twice_and_not_too_many_resources_or_identifiers() -> None:
    same = [Write(text_of(a_patient("p", active=active)), id="p") for active in (True, False)]
    assert [len(one) for one in portions(same, 10)] == [1, 1]
    many = [Write(text_of(a_patient(f"p{n}")), id=f"p{n}") for n in range(25)]
    assert [len(one) for one in portions(many, 10)] == [10, 10, 5]
    identifiers = [{"value": str(n)} for n in range(MOST_LOCKS // 2)]
    heavy = [
        Write(
            text_of(a_patient(f"p{n}", identifier=[{"value": f"{n}-{i['value']}"} for i in identifiers])),
            id=f"p{n}",
        )
        for n in range(5)
    ]
    assert [len(one) for one in portions(heavy, 10)] == [2, 2, 1]


def test_no_portion_is_empty() -> None:
    assert list(portions([], 10)) == []
