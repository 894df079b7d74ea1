"""A search for one person costs what that person's records cost, however large the country is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, event, text

from fhir_store.search import parse_query, search
from fhir_store.store import Store
from services.shared.database import Database
from services.shared.installation import Urls

FILL = """
INSERT INTO fhir_store.current_resource
SELECT n, 'MedicationAdministration', 'd' || n, 1, n, now(), false, 'a', ''
FROM generate_series(1, 60000) n;
INSERT INTO fhir_store.resource_version (seq, key, type, id, version, interaction, last_updated, author, seal_key, body)
SELECT n, n, 'MedicationAdministration', 'd' || n, 1, 'create', now(), 'a', 0, '{}'
FROM generate_series(1, 60000) n;
INSERT INTO fhir_store.index_reference
SELECT n, 'MedicationAdministration', 'patient', NULL, '{}', 'Patient', 'p' || n % 600, '', '', ''
FROM generate_series(1, 60000) n;
INSERT INTO fhir_store.index_date
SELECT n, 'MedicationAdministration', 'effective-time', NULL, '{}', t, t + interval '1 second'
FROM generate_series(1, 60000) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '5 minutes') AS at (t);
INSERT INTO fhir_store.index_token
SELECT n, 'MedicationAdministration', 'identifier', NULL, '{}', 'urn:dose', 'n' || n
FROM generate_series(1, 60000) n;
"""


@pytest.fixture
def large(database: Database, urls: Urls) -> Iterator[Database]:
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        connection.execute(text(FILL))
        connection.execute(text("ANALYZE"))
    yield database
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE fhir_store.current_resource, fhir_store.resource_version"))
        connection.execute(
            text("TRUNCATE fhir_store.index_token, fhir_store.index_reference, fhir_store.index_date")
        )
    owner.dispose()


def _rows_touched(database: Database, store: Store, *parameters: tuple[str, str]) -> tuple[int, int]:
    """(resources found, rows read on the way) of a search, by PostgreSQL's own account."""
    with database.transaction() as connection:
        statements: list[tuple[str, dict]] = []
        event.listen(
            connection, "before_cursor_execute", lambda c, cur, sql, args, *_: statements.append((sql, args))
        )
        found = len(
            search(connection, parse_query("MedicationAdministration", parameters), store.zone).resources
        )
        sql, arguments = statements[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", arguments).scalar_one()
    return found, _read(plan[0]["Plan"])


def _read(node: dict) -> int:
    children = node.get("Plans", [])
    own = (
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if not children
        else 0
    )
    return int(own) + sum(_read(child) for child in children)


@pytest.mark.parametrize(
    ("parameters", "found", "at_most"),
    [
        ([("patient", "p7"), ("_count", "200")], 100, 700),
        ([("patient", "p7"), ("effective-time", "2026-03-01")], 0, 900),
        ([("identifier", "urn:dose|n500")], 1, 10),
        ([("_id", "d500")], 1, 10),
        ([("_count", "30")], 30, 200),
    ],
)
def test_a_search_reads_no_more_than_what_it_is_about(
    large: Database, store: Store, parameters: list[tuple[str, str]], found: int, at_most: int
) -> None:
    got, read = _rows_touched(large, store, *parameters)
    assert got == found
    assert read <= at_most
