"""Whose a record is, and what several codes for one thing mean."""

import duckdb
import pytest

from cascade.derive import codes, pseudonym
from cascade.derive.records import gather, look_up, outcomes

RECORD = """
    SELECT 'Observation' AS resource_type, id, patient_id, NULL AS context_type, NULL AS context_id,
        NULL AS performer_organization_id, 'final' AS status, 'x' AS meaning, 0 AS modifier_extensions,
        NULL::TIMESTAMPTZ AS recorded_at
    FROM (VALUES ('1', 'a'), ('2', 'b'), ('3', 'c')) AS record (id, patient_id)
"""
ATC = "http://www.whocc.no/atc"
NATIONAL = "urn:example:register"


@pytest.fixture(name="connection")
def _connection():
    with duckdb.connect() as connection:
        pseudonym.install(connection, b"sixteen bytes or more")
        yield connection


def test_linked_records_are_of_one_person_and_another_is_of_its_own(connection):
    connection.execute("CREATE TABLE facility_key (organization_id VARCHAR, facility_key VARCHAR)")
    connection.execute(
        "CREATE TABLE organization_of_context (context_type VARCHAR, context_id VARCHAR, organization_id VARCHAR)"
    )
    connection.execute("""
        CREATE TABLE person_source AS
        SELECT pseudonym('Patient/' || id) AS record_key, 'one human' AS person_key FROM (VALUES ('a'), ('b')) AS p (id)
    """)
    gather(connection, "made", RECORD, outcomes(("final",), ()), {})
    keys = dict(connection.execute("SELECT id, person_key FROM made").fetchall())
    own = connection.execute("SELECT pseudonym('Patient/c')").fetchone()
    assert keys == {"1": "one human", "2": "one human", "3": own[0]}


def meaning(connection, *codings):
    connection.execute("DROP TABLE IF EXISTS said; DROP TABLE IF EXISTS known")
    listed = [{"system": system, "code": code} for system, code in codings]
    connection.execute(
        'CREATE TABLE said AS SELECT $1::STRUCT("system" VARCHAR, code VARCHAR)[] AS codings', [listed]
    )
    look_up(connection, "known", "art_medication", "said", "codings")
    return connection.execute("SELECT meaning, meanings FROM known").fetchall()


def test_the_first_code_that_is_known_says_it(connection):
    codes.install(connection)
    assert meaning(connection, (NATIONAL, "1"), (ATC, "J05AJ03"), (ATC, "J05AF07")) == [
        ("J05AJ03", ["J05AF07", "J05AJ03"])
    ]


def test_of_a_group_and_a_code_in_it_the_code_decides(connection):
    codes.install(connection)
    assert meaning(connection, (ATC, "J05AE30")) == []
    assert meaning(connection, (ATC, "J05AE30"), (ATC, "J05AE10")) == [("J05AE10", ["J05AE10"])]


def test_every_list_is_a_folder_with_a_source_and_a_status_in_each_file():
    for name in codes.LISTS:
        files = list((codes.FOLDER / name).glob("*.toml"))
        assert files, name
        for file in files:
            text = file.read_text(encoding="utf-8")
            assert "\nsource = " in text, file.name
            assert "\nstatus = " in text, file.name
