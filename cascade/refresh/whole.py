"""Everything read and derived at once, into the kept database."""

from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.derive import codes, derive_all, pseudonym, records
from cascade.derive.cut import Cut, keep_what_was_known
from cascade.refresh.kept import NAME
from cascade.sources import Source
from cascade.views import views

STAYS = {*(contract.table_name(table) for table in contract.CONTRACT), "accounted", "human"}
"""What of all that is derived is kept: the contract, and what the derivation of a part must know of the whole."""

DERIVED = f"""
    SELECT table_name FROM duckdb_tables()
    WHERE database_name = '{NAME}' AND schema_name = 'derived' ORDER BY table_name
"""  # noqa: S608 - our own name


def make_whole(
    connection: DuckDBPyConnection, source: Source, cut: Cut, key: bytes, code_files: Sequence[Path]
) -> None:
    """Fill the schemas ``flat`` and ``derived`` of an empty kept database."""
    connection.execute(f"CREATE SCHEMA {NAME}.flat; CREATE SCHEMA {NAME}.derived; CREATE SCHEMA {NAME}.shown")
    connection.execute(f"USE {NAME}.flat")
    source.load(connection)
    for view in views():
        keep_what_was_known(connection, view.table, cut)
    put_in_order(connection)
    records.keep_flat(connection)
    derive_with(connection, cut, key, code_files)
    for (table,) in connection.execute(DERIVED).fetchall():
        if table not in STAYS:
            connection.execute(f"DROP TABLE {NAME}.derived.{table}")


def derive_with(connection: DuckDBPyConnection, cut: Cut, key: bytes, code_files: Sequence[Path]) -> None:
    """Derive the contract from the flat tables that the connection sees; the key does not stay in it."""
    pseudonym.install(connection, key)
    codes.install(connection, code_files)
    derive_all(connection, cut)
    pseudonym.forget(connection)


def put_in_order(connection: DuckDBPyConnection) -> None:
    """Let plain names mean the derived tables of the kept database, then its flat ones."""
    connection.execute(f"SET search_path = '{NAME}.derived,{NAME}.flat'")
