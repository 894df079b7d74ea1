"""What PostgreSQL has to know about the tables to plan a search well. It counts by itself, but not at once."""

from typing import Any

import psycopg

MAINTAIN_SINCE = 170_000
"""The version of PostgreSQL from which on a role that owns nothing may be granted to count (MAINTAIN)."""

OURS = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'fhir_store' AND has_table_privilege(schemaname || '.' || tablename, 'MAINTAIN')
"""


def count_anew(cursor: psycopg.Cursor[Any]) -> None:
    """Have the record store's tables counted, where the database lets this role do so."""
    if cursor.connection.info.server_version >= MAINTAIN_SINCE:
        tables = [table for (table,) in cursor.execute(OURS).fetchall()]
        if tables:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
