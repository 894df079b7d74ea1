"""Which records are of one human: those that a person linked, and those with the same national identifier.

A name and a birth date link nobody: two people can share them. A link counts in either direction and over several steps,
as long as it stands in the version that held at the cut, so a merge that was undone is undone here.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.cut import Cut

# Every Patient id that is read or pointed at, in whatever flat table.
TABLES = """
    SELECT table_name FROM duckdb_columns()
    WHERE database_name = current_database() AND column_name = 'patient_id' AND NOT internal
        AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name = current_database())
    ORDER BY table_name
"""

EDGES = """
    CREATE TABLE same_human AS
    WITH linked AS (
        SELECT id AS one, unnest(linked_ids) AS other FROM patient WHERE id IS NOT NULL
    ), named AS (
        SELECT id, unnest(national_ids) AS national_id FROM patient WHERE id IS NOT NULL
    ), named_first AS (
        SELECT id AS one, min(id) OVER (PARTITION BY national_id) AS other FROM named
    ), edge AS (
        SELECT one, other, 'confirmed_link' AS basis FROM linked
        UNION SELECT one, other, 'national_id' FROM named_first
    )
    SELECT one, other, min(basis) AS basis FROM (
        SELECT one, other, basis FROM edge UNION ALL SELECT other, one, basis FROM edge
    ) WHERE one <> other GROUP BY one, other
"""

GROUPS = """
    CREATE TABLE human AS
    SELECT patient_id, patient_id AS first_id FROM ({every}) WHERE patient_id IS NOT NULL
    UNION SELECT one, one FROM same_human
"""

# The smallest id goes round until everybody in a group has it.
SPREAD = """
    UPDATE human SET first_id = smaller.first_id
    FROM (
        SELECT one, min(human.first_id) AS first_id
        FROM same_human JOIN human ON human.patient_id = other GROUP BY one
    ) AS smaller
    WHERE human.patient_id = smaller.one AND smaller.first_id < human.first_id
"""

SOURCE = """
    CREATE TABLE person_source AS
    SELECT pseudonym('Patient/' || patient_id) AS record_key, pseudonym('Patient/' || first_id) AS person_key
    FROM human
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `person_source`, and `human` and `same_human` for the table `person`."""
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    every = " UNION ".join(f"SELECT patient_id FROM {name}" for name in tables)  # noqa: S608 - our own names
    connection.execute(EDGES)
    connection.execute(GROUPS.format(every=every))
    while _changed(connection):
        pass
    connection.execute(SOURCE)


def _changed(connection: DuckDBPyConnection) -> bool:
    changed = connection.execute(SPREAD).fetchone()
    return bool(changed and changed[0])
