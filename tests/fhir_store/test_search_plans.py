"""A search for one person costs what that person's records cost, however large the country is."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import create_engine, text

from fhir_store.keyring import Keyring, throwaway_keyring
from fhir_store.search import Context, parse_query, search
from fhir_store.search_values import param_id
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.shared.database import Database
from services.shared.installation import Urls

DOSES = 60_000
PEOPLE = 600


def _param(name: str, type_: str = "MedicationAdministration") -> int:
    return param_id(type_, name)


# Every dose is of one of 600 people, given every 5 minutes, nearly always completed, one in 1,000 not done; 12 of
# each person's have a quantity of their own. Person 7 has a name like nobody's, everyone else is called Ana.
FILL = f"""
INSERT INTO fhir_store.current_resource
SELECT n, 'MedicationAdministration', 'd' || n, 1, n, timestamptz '2026-01-01' + n * interval '5 minutes', false, 'a', ''
FROM generate_series(1, {DOSES}) n;
INSERT INTO fhir_store.current_resource
SELECT 100000 + n, 'Patient', 'p' || n, 1, 100000 + n, now(), false, 'a', '' FROM generate_series(0, {PEOPLE - 1}) n;
INSERT INTO fhir_store.resource_version (seq, key, type, id, version, interaction, last_updated, author, seal_key, body)
SELECT seq, key, type, id, 1, 'create', last_updated, 'a', 0, '{{}}' FROM fhir_store.current_resource;
INSERT INTO fhir_store.index_reference
SELECT n, {_param("patient")}, 'Patient', 'p' || n % {PEOPLE}, '' FROM generate_series(1, {DOSES}) n;
INSERT INTO fhir_store.index_reference
SELECT n, {_param("subject")}, 'Patient', 'p' || n % {PEOPLE}, '' FROM generate_series(1, {DOSES}) n;
INSERT INTO fhir_store.index_date
SELECT n, {_param("effective-time")}, t, t + interval '1 second'
FROM generate_series(1, {DOSES}) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '5 minutes') AS at (t);
INSERT INTO fhir_store.index_token
SELECT n, {_param("status")}, 'urn:status', CASE WHEN n % 1000 = 7 THEN 'not-done' ELSE 'completed' END
FROM generate_series(1, {DOSES}) n;
INSERT INTO fhir_store.compartment
SELECT 'p' || n % {PEOPLE}, 'MedicationAdministration', n FROM generate_series(1, {DOSES}) n;
"""

TABLES = [
    "current_resource",
    "resource_version",
    "index_token",
    "index_string",
    "index_blind",
    "index_reference",
    "index_date",
    "compartment",
]


def _fill_blind(cursor: psycopg.Cursor[Any], keyring: Keyring) -> None:
    """What identifies people and doses, as the store hashes it."""
    codes = [keyring.blind.token("identifier", f"n{n}") for n in range(1, DOSES + 1)]
    cursor.execute(
        "INSERT INTO fhir_store.index_token (key, param, system, code) "
        "SELECT n, %s, 'urn:dose', code FROM unnest(%s::text[]) WITH ORDINALITY AS of (code, n)",
        (_param("identifier"), codes),
    )
    names = ["zoran" if n == 7 else f"ana {n}" for n in range(PEOPLE)]
    rows = [(n, value) for n, name in enumerate(names) for value in keyring.blind.beginnings("name", name)]
    cursor.execute(
        "INSERT INTO fhir_store.index_blind (key, param, value) "
        "SELECT 100000 + n, %s, value FROM unnest(%s::int[], %s::bigint[]) AS of (n, value)",
        (_param("name", "Patient"), [n for n, _ in rows], [value for _, value in rows]),
    )


@pytest.fixture(scope="module")
def large_store() -> Store:
    return Store(ZoneInfo("Europe/Podgorica"), throwaway_keyring())


@pytest.fixture(scope="module")
def large(own_database: Urls, large_store: Store) -> Iterator[Database]:
    owner = create_engine(own_database.owner)
    empty = text("TRUNCATE " + ", ".join(f"fhir_store.{table}" for table in TABLES))
    with owner.begin() as connection:
        connection.execute(empty)
        connection.execute(text(FILL))
        _fill_blind(raw_cursor(connection), large_store.keyring)
        connection.execute(text("ANALYZE"))
    database = Database(own_database.server)
    yield database
    database.close()
    with owner.begin() as connection:
        connection.execute(empty)
    owner.dispose()


class Watched:
    """A cursor that has PostgreSQL tell how many rows each statement read on its way."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.read = 0
        self.plans: list[Any] = []

    def execute(self, statement: str, arguments: tuple[Any, ...]) -> None:
        self._cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", arguments)
        plan = self._cursor.fetchone()[0][0]["Plan"]
        self.plans.append(plan)
        self.read += _read(plan)
        self._cursor.execute(statement, arguments)

    def fetchall(self) -> list[Any]:
        return list(self._cursor.fetchall())

    def fetchone(self) -> Any:
        return self._cursor.fetchone()


def _read(node: Mapping[str, Any]) -> int:
    children = node.get("Plans", [])
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    own = (node["Actual Rows"] + removed) * node["Actual Loops"] if not children else 0
    return int(own) + sum(_read(child) for child in children)


def _searched(
    database: Database, store: Store, type_: str, parameters: list[tuple[str, str]], patient: str | None
) -> tuple[int, int]:
    """(resources shown, rows read on the way) of a search, by PostgreSQL's own account."""
    with database.transaction() as connection:
        watched = Watched(raw_cursor(connection))
        query = parse_query(type_, parameters, context=Context(store.zone, store.keyring), patient=patient)
        page = search(watched, query)  # type: ignore[arg-type]
        return len(page.matches) + len(page.included), watched.read


DOSE = "MedicationAdministration"


@pytest.mark.parametrize(
    ("type_", "parameters", "patient", "found", "at_most"),
    [
        (DOSE, [("patient", "p7"), ("_count", "200")], None, 100, 700),
        (DOSE, [("patient", "p7"), ("effective-time", "2026-03-01")], None, 0, 900),
        (DOSE, [("patient", "p7"), ("effective-time", "ge2026-03-01"), ("_count", "200")], None, 71, 900),
        (DOSE, [("patient", "p7"), ("_sort", "-effective-time"), ("_count", "20")], None, 20, 900),
        (DOSE, [("patient", "p7"), ("status", "completed"), ("_count", "20")], None, 20, 900),
        (DOSE, [("patient", "p7"), ("status", "not-done"), ("_count", "20")], None, 20, 900),
        (DOSE, [("patient", "p7"), ("status:not", "completed"), ("_count", "20")], None, 20, 900),
        (DOSE, [("status", "not-done"), ("_count", "10")], None, 10, 500),
        (DOSE, [("status", "not-done"), ("effective-time", "2026-03-01"), ("_count", "10")], None, 1, 1500),
        (DOSE, [("status", "completed"), ("_count", "10")], None, 10, 200),
        (DOSE, [("effective-time", "2026-03-01"), ("_count", "10")], None, 10, 1500),
        (DOSE, [("effective-time", "ge2026-07-28"), ("_count", "10")], None, 10, 1500),
        (DOSE, [("_sort", "effective-time"), ("_count", "30")], None, 30, 400),
        (DOSE, [("_sort", "-effective-time"), ("_count", "30")], None, 30, 400),
        (DOSE, [("_sort", "-effective-time"), ("status", "completed"), ("_count", "30")], None, 30, 400),
        (DOSE, [("_sort", "status"), ("_count", "30")], None, 30, 400),
        (DOSE, [("_sort", "-_lastUpdated"), ("_count", "30")], None, 30, 400),
        (
            DOSE,
            [("_lastUpdated", "ge2026-07-28"), ("_sort", "_lastUpdated"), ("_count", "30")],
            None,
            30,
            400,
        ),
        (DOSE, [("subject:Patient.name", "zoran"), ("_count", "20")], None, 20, 900),
        (DOSE, [("patient.name", "zor"), ("status", "not-done"), ("_count", "20")], None, 20, 900),
        (DOSE, [("_count", "20")], "p7", 20, 900),
        (DOSE, [("identifier", "urn:dose|n500")], None, 1, 10),
        (DOSE, [("_id", "d500")], None, 1, 10),
        (DOSE, [("_count", "30")], None, 30, 200),
        (DOSE, [("_id", "d607"), ("_include", "MedicationAdministration:patient")], None, 2, 30),
        ("Patient", [("name", "zor")], None, 1, 20),
        ("Patient", [("_has:MedicationAdministration:patient:identifier", "n607")], None, 1, 30),
        ("Patient", [("_has:MedicationAdministration:patient:status", "not-done")], None, 3, 800),
        ("Patient", [("_id", "p7"), ("_revinclude", "MedicationAdministration:patient")], None, 101, 900),
    ],
)
def test_a_search_reads_no_more_than_what_it_is_about(
    large: Database,
    large_store: Store,
    type_: str,
    parameters: list[tuple[str, str]],
    patient: str | None,
    found: int,
    at_most: int,
) -> None:
    got, read = _searched(large, large_store, type_, parameters, patient)
    assert (got, read <= at_most or read) == (found, True)
