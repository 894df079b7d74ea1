"""One row per resource: of several versions of one id, the last updated."""

from duckdb import DuckDBPyConnection

REPEATED = "SELECT id FROM {table} GROUP BY id HAVING count(*) > 1 AND id IS NOT NULL"

KEEP_LATEST = """
    DELETE FROM {table} WHERE rowid IN (
        WITH version AS (
            SELECT {table}.rowid AS place, row_number() OVER (
                PARTITION BY id
                ORDER BY try_cast(last_updated AS TIMESTAMPTZ) DESC NULLS LAST, {table}::VARCHAR DESC) AS nth
            FROM {table} WHERE id IN ({repeated})
        )
        SELECT place FROM version WHERE nth > 1
    )
"""


def keep_latest(connection: DuckDBPyConnection, table: str) -> int:
    """Delete all but the latest version of each resource from a flat table; returns how many it deleted."""
    repeated = REPEATED.format(table=table)
    (deleted,) = connection.execute(KEEP_LATEST.format(table=table, repeated=repeated)).fetchone() or (0,)
    return int(deleted)
