"""Several servers read as one: their ids are kept apart, their people are brought together like those of one.

Two servers give out the same ids without knowing of one another. So the ids and references of the other servers have the
name of their source before them; those of our own stay. A national identifier, which is the same for a human everywhere,
stays as well.
"""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from cascade.errors import SourcesAlike
from cascade.sources import Source
from cascade.views import views

ID_COLUMNS = """
    SELECT column_name, data_type LIKE '%[]' FROM duckdb_columns()
    WHERE database_name = current_database() AND table_name = ?
        AND regexp_full_match(column_name, '(.*_)?ids?') AND column_name <> 'national_ids'
"""


class Several:
    """Our own source, and others by a name that tells them apart, such as the address of the server."""

    def __init__(self, own: Source, others: Mapping[str, Source]) -> None:
        """Hold the sources.

        Raises:
            SourcesAlike: one name goes on where another ends, so that ids of the two could still be the same.
        """
        if any(name.startswith(f"{other}|") for name in others for other in others):
            raise SourcesAlike(
                "No name of a source may be that of another with a vertical bar and more behind it."
            )
        self._own, self._others = own, dict(others)

    def load(self, connection: DuckDBPyConnection) -> Mapping[str | None, int]:
        """Make the flat tables; see cascade.sources.Source."""
        total: dict[str | None, int] = {}
        for name, source in (("", self._own), *self._others.items()):
            for resource_type, resources in source.load(connection).items():
                total[resource_type] = total.get(resource_type, 0) + resources
            for view in views():
                _set_aside(connection, view.table, name)
        for view in views():
            connection.execute(f"ALTER TABLE of_every_source_{view.table} RENAME TO {view.table}")
        return total


def _set_aside(connection: DuckDBPyConnection, table: str, name: str) -> None:
    """Move the rows of a flat table to the table of every source, with the name of this one before each id."""
    connection.execute("SET VARIABLE name_of_source = (SELECT ?)", [f"{name}|" if name else ""])
    ids = connection.execute(ID_COLUMNS, [table]).fetchall()
    named = ", ".join(f"{_named(column, many)} AS {column}" for column, many in ids)
    rows = f"SELECT * REPLACE ({named}) FROM {table}"  # noqa: S608 - our own names
    connection.execute(f"CREATE TABLE IF NOT EXISTS of_every_source_{table} AS {rows} LIMIT 0")
    connection.execute(f"INSERT INTO of_every_source_{table} {rows}")
    connection.execute(f"DROP TABLE {table}")


def _named(column: str, many: bool) -> str:
    name = "getvariable('name_of_source')"
    return f"list_transform({column}, lambda one: {name} || one)" if many else f"{name} || {column}"
