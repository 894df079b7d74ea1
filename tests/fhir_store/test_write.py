"""Saving resources: what is submitted is kept, versions add up, nobody overwrites another's record."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from resources import a_dose, a_patient, a_stay, text_of
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from fhir_store import seal
from fhir_store.errors import InvalidId, OwnedByAnother, SameResourceTwice, VersionConflict
from fhir_store.json_text import parse
from fhir_store.read import read, read_version
from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.write import Saved, Write, raw_cursor, save, save_new
from services.shared.database import Database

IDENTIFIERS = text("SELECT code FROM fhir_store.index_token WHERE param = :param")

SUBMITTED = (
    '{ "resourceType" : "Observation",\n "status":"final",'
    '"code":{"text":"\\u0110or\\u0111e \\/ caf\\u00e9"},'
    '"valueQuantity":{"value":1.50,"unit":"mg"}}'
)


@pytest.fixture
def put(database: Database, store: Store, author: Author):
    def save_one(
        resource: dict, *, by: Author = author, if_match: int | None = None, skip: bool = False
    ) -> Saved:
        write = Write(text_of(resource), id=resource.get("id"), if_match=if_match, skip_unchanged=skip)
        return database.run(lambda connection: save(connection, store, [write], by)[0])

    return save_one


def test_a_body_is_kept_as_submitted_apart_from_id_and_meta(
    database: Database, store: Store, author: Author
) -> None:
    saved = database.run(lambda c: save(c, store, [Write(parse(SUBMITTED.encode()))], author)[0])
    with database.transaction() as connection:
        kept = read(raw_cursor(connection), store.keyring, "Observation", saved.id).text
    assert kept.endswith(SUBMITTED[SUBMITTED.index('"status"') :])
    assert '"value":1.50' in kept
    assert parse(kept.encode()).value["meta"]["versionId"] == "1"


def test_an_update_adds_a_version_and_keeps_the_old_one(put, database: Database, store: Store) -> None:
    put(a_patient("p1", active=True))
    saved = put(a_patient("p1", active=False))
    assert (saved.version, saved.interaction) == (2, "update")
    with database.transaction() as connection:
        assert (
            '"active": true' in read_version(raw_cursor(connection), store.keyring, "Patient", "p1", "1").text
        )
        assert '"active": false' in read(raw_cursor(connection), store.keyring, "Patient", "p1").text


def test_an_update_replaces_the_index_rows(put, database: Database, store: Store) -> None:
    put(a_patient("p1", identifier=[{"system": "urn:n", "value": "old"}]))
    put(a_patient("p1", identifier=[{"system": "urn:n", "value": "new"}]))
    with database.transaction() as connection:
        codes = connection.execute(IDENTIFIERS, {"param": param_id("Patient", "identifier")}).scalars()
        assert list(codes) == [store.keyring.blind.token("identifier", "new")]


def test_the_version_that_was_seen_decides(put) -> None:
    put(a_patient("p1"))
    put(a_patient("p1", active=True), if_match=1)
    with pytest.raises(VersionConflict):
        put(a_patient("p1", active=False), if_match=1)


def test_a_version_of_what_is_not_there_is_a_conflict(put) -> None:
    with pytest.raises(VersionConflict):
        put(a_patient("p1"), if_match=1)


def test_two_partners_with_the_same_id_are_two_people(put) -> None:
    put(a_patient("1"), by=Author("centre-a"))
    with pytest.raises(OwnedByAnother):
        put(a_patient("1"), by=Author("centre-b"))


def test_a_steward_may_overwrite(put) -> None:
    put(a_patient("1"), by=Author("centre-a"))
    assert put(a_patient("1", active=True), by=Author("registry", steward=True)).version == 2


def test_the_owner_stays_who_wrote_first(put) -> None:
    put(a_patient("1"), by=Author("centre-a"))
    put(a_patient("1", active=True), by=Author("registry", steward=True))
    assert put(a_patient("1", active=False), by=Author("centre-a")).version == 3


def test_the_same_text_again_changes_nothing_where_that_is_asked(put) -> None:
    put(a_patient("p1"))
    assert put(a_patient("p1"), skip=True).interaction == "unchanged"
    assert put(a_patient("p1"), skip=False).version == 2


def test_one_transaction_cannot_write_a_resource_twice(
    database: Database, store: Store, author: Author
) -> None:
    writes = [Write(text_of(a_patient("p1")), id="p1"), Write(text_of(a_patient("p1")), id="p1")]
    with pytest.raises(SameResourceTwice):
        database.run(lambda connection: save(connection, store, writes, author))


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "x" * 65, "naïve"])
def test_an_id_that_fhir_does_not_allow_is_refused(
    bad: str, database: Database, store: Store, author: Author
) -> None:
    with pytest.raises(InvalidId):
        database.run(
            lambda connection: save(connection, store, [Write(text_of(a_patient()), id=bad)], author)
        )


def test_nothing_of_a_save_that_fails_is_seen(database: Database, store: Store, author: Author) -> None:
    good, bad = Write(text_of(a_patient("p1")), id="p1"), Write(text_of(a_patient("p2")), id="p2", if_match=4)
    with pytest.raises(VersionConflict):
        database.run(lambda connection: save(connection, store, [good, bad], author))
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 0


def test_32_writers_of_one_new_id_make_one_resource_with_32_versions(
    database: Database, store: Store, author: Author
) -> None:
    def write(n: int) -> int:
        body = text_of(a_patient("p1", identifier=[{"value": str(n)}]))
        return database.run(
            lambda connection: save(connection, store, [Write(body, id="p1")], author)[0]
        ).version

    with ThreadPoolExecutor(32) as pool:
        versions = sorted(pool.map(write, range(32)))
    assert versions == list(range(1, 33))


def test_32_updates_that_saw_the_same_version_have_one_winner(put) -> None:
    put(a_patient("p1"))

    def write(n: int) -> bool:
        try:
            put(a_patient("p1", identifier=[{"value": str(n)}]), if_match=1)
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(write, range(32))) == 1


def test_a_stay_is_projected_in_the_same_transaction(put, database: Database) -> None:
    put(a_stay("s1", patient="p1", prison="north"))
    with database.transaction() as connection:
        row = connection.execute(text("SELECT patient_id, facility_id, ended_at FROM clinical.stay")).one()
    assert tuple(row) == ("p1", "north", None)


def test_the_fast_way_of_a_create_projects_too(database: Database, store: Store, author: Author) -> None:
    with database.cursor() as cursor:
        saved = save_new(cursor, store, text_of(a_stay(patient="p1", prison="north")), author)
    with database.transaction() as connection:
        row = connection.execute(text("SELECT source_id, patient_id, facility_id FROM clinical.stay")).one()
    assert tuple(row) == (saved.id, "p1", "north")


def test_a_stay_that_was_a_mistake_leaves_the_projection_but_not_the_record(put, database: Database) -> None:
    put(a_stay("s1"))
    put(a_stay("s1", status="entered-in-error"))
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM clinical.stay")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 2


def test_a_resource_is_in_its_patients_compartment(put, database: Database) -> None:
    put(a_dose("d1", patient="p7"))
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT patient, type FROM fhir_store.compartment")).all()
    assert [tuple(row) for row in rows] == [("p7", "MedicationAdministration")]


def test_a_very_long_identifier_is_stored_and_found(put, database: Database, store: Store) -> None:
    put(a_patient("p1", identifier=[{"system": "urn:" + "s" * 5000, "value": "đ" * 5000}]))
    with database.transaction() as connection:
        code = connection.execute(IDENTIFIERS, {"param": param_id("Patient", "identifier")}).scalar()
    assert code == store.keyring.blind.token("identifier", "đ" * 5000)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fhir_store.resource_version SET body = ''",
        "DELETE FROM fhir_store.resource_version",
        "TRUNCATE fhir_store.resource_version",
        "DELETE FROM fhir_store.current_resource",
        "DROP TABLE fhir_store.resource_version",
        "UPDATE fhir_store.installation SET epoch = 9",
        "CREATE TABLE fhir_store.x (y int)",
        "CREATE TABLE public.x (y int)",
    ],
)
def test_the_server_cannot_rewrite_the_record(database: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused, database.transaction() as connection:
        connection.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


# What SQL would need to look inside a body: an operator or function on it, or a cast of it.
LOOKS_INSIDE = re.compile(
    r"\bbody\s*(->|#>|::|@>|\?)|(convert_from|encode|jsonb?_\w+|substring|length)\s*\(\s*(v\.)?body"
)


# Who selects the column is the seam itself; everybody else selects ``seal.COLUMNS``, and the keyring opens them.
SELECTS = re.compile(r"\bv\.body\b(?! IS )|\bseal_key, (v\.)?body\b")
SELECTING = {"seal.py", "seal_old.py", "write.py", "read.py", "bulk.py", "kept.py", "emergency.py"}
OPENS = re.compile(r"\.open_sealed\(")
OPENING = {"keyring.py", "idempotency.py"}


def test_no_sql_reads_a_body() -> None:
    """Bodies go through ``seal``: SQL only carries the column, as ``bytea``, and only the keyring opens it."""
    package = Path(seal.__file__).parent
    root = package.parents[1]
    files = [
        file for part in ("fhir", "services", "clinical", "cascade") for file in (root / part).rglob("*.py")
    ]
    ways = ((LOOKS_INSIDE, set[str]()), (SELECTS, SELECTING), (OPENS, OPENING))
    found = [
        f"{file}: {look[0]}"
        for file in files
        if "audit" not in file.parts and "migrations" not in file.parts
        for way, allowed in ways
        if file.name not in allowed
        for look in way.finditer(file.read_text())
    ]
    assert len(files) > 300
    assert found == []
    assert LOOKS_INSIDE.search("SELECT body->>'id'"), "the search itself must find something"
    assert LOOKS_INSIDE.search("SELECT convert_from(v.body, 'UTF8')")
