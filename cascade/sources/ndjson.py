"""FHIR Bulk Data: NDJSON files of any server, plain or gzipped.

What a line is, its resourceType says, not the name of the file. A line that is not JSON, or no object with a
resourceType, is counted as not a resource; it does not stop the run. A Bundle in a line is not opened.
"""

from collections.abc import Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection

from cascade.errors import FileMissing
from cascade.views import read_ndjson, views

ENDINGS = ("*.ndjson", "*.ndjson.gz")
NOTHING = "(SELECT NULL::VARCHAR AS resource WHERE false)"


class Ndjson:
    """The resources in NDJSON files, or in all the NDJSON files of folders and the folders in them."""

    def __init__(self, *paths: Path) -> None:
        """Find the files.

        Raises:
            FileMissing: a path does not exist.
        """
        self._files = tuple(file for path in paths for file in _files(path))

    def load(self, connection: DuckDBPyConnection) -> Mapping[str | None, int]:
        """Make the flat tables; see cascade.sources.Source."""
        census = _census(connection, self._files)
        for view in views():
            files = [file for file, types in census.items() if view.resource_type in types]
            rows = view.over_ndjson(files) if files else view.over_json(NOTHING)
            connection.execute(f"CREATE TABLE {view.table} AS {rows}")
        return _total(census)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for ending in ENDINGS for file in path.rglob(ending))
    if not path.exists():
        raise FileMissing("There is no such file or folder. Name a Bulk Data folder or an NDJSON file.")
    return [path]


def _census(
    connection: DuckDBPyConnection, files: tuple[Path, ...]
) -> Mapping[Path, Mapping[str | None, int]]:
    """How many resources of which type each file has, so that a view reads only the files it needs."""
    return {file: _types(connection, file) for file in files}


def _types(connection: DuckDBPyConnection, file: Path) -> Mapping[str | None, int]:
    # DuckDB is slower with one declared column than with two, hence the id.
    lines = read_ndjson([file], {"id": "VARCHAR"})
    named = "CASE WHEN regexp_full_match(resourceType, '[A-Za-z]{1,64}') THEN resourceType END"
    counted = f"SELECT {named}, count(*) FROM {lines} GROUP BY ALL"  # noqa: S608 - our own text, escaped path
    return dict(connection.execute(counted).fetchall())


def _total(census: Mapping[Path, Mapping[str | None, int]]) -> Mapping[str | None, int]:
    total: dict[str | None, int] = {}
    for types in census.values():
        for resource_type, resources in types.items():
            total[resource_type] = total.get(resource_type, 0) + resources
    return total
