"""FHIR Bulk Data: NDJSON files of any server, plain or gzipped.

What a line is, its resourceType says, not the name of the file. A line that is not JSON, or no object with a
resourceType, is counted as not a resource; it does not stop the run. A Bundle in a line is not opened.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, cast

import duckdb
from duckdb import DuckDBPyConnection

from cascade.errors import FileBroken, FileMissing
from cascade.views import View, read_ndjson, views

ENDINGS = ("*.ndjson", "*.ndjson.gz")
BLOCK = 1 << 20
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
        """Make the flat tables; see cascade.sources.Source.

        Most servers write a file for each type. So each file is first read as if it held what its first line is; only
        what else is in it is read once more.

        Raises:
            FileBroken: a compressed file cannot be read to its end.
        """
        files = _by_first_line(self._files)
        read = Counter[str | None]()
        strays: list[tuple[Path, set[str | None]]] = []
        for view in views():
            mine = files.pop(view.resource_type, [])
            types = _make_table(connection, view, mine)
            read.update(types)
            strays += [(file, set(types) - {view.resource_type}) for file in mine]
        for file in (file for listed in files.values() for file in listed):
            types = _types(connection, file)
            read.update(types)
            strays.append((file, set(types)))
        for view in views():
            _add(connection, view, [file for file, types in strays if view.resource_type in types])
        return read


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for ending in ENDINGS for file in path.rglob(ending))
    if not path.exists():
        raise FileMissing("There is no such file or folder. Name a Bulk Data folder or an NDJSON file.")
    return [path]


def _by_first_line(files: Iterable[Path]) -> dict[str | None, list[Path]]:
    """The files by the type of the resource in their first line; None: it is not one."""
    found: dict[str | None, list[Path]] = {}
    for file in files:
        _check_is_whole(file)
        found.setdefault(_first_type(file), []).append(file)
    return found


def _first_type(file: Path) -> str | None:
    with _opened(file) as lines:
        try:
            named = json.loads(lines.readline())["resourceType"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
    return named if isinstance(named, str) else None


def _check_is_whole(file: Path) -> None:
    """DuckDB takes what it can read of a compressed file for all of it."""
    if file.suffix != ".gz":
        return
    try:
        with _opened(file) as content:
            while content.read(BLOCK):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileBroken(f"{file.name} is damaged or was cut off. Fetch it again.") from None


def _opened(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _make_table(
    connection: DuckDBPyConnection, view: View, files: Sequence[Path]
) -> Mapping[str | None, int]:
    """Make the flat table of a view from files of its type.

    Returns:
        How many resources of which type the files hold, be they of its type or not.
    """
    if not files:
        connection.execute(f"CREATE TABLE {view.table} ({_columns(view.over_json(NOTHING))})")
        return {}
    connection.execute(f"CREATE TABLE {view.table} AS {view.over_every_line(files)}")
    types = _count(connection, "read_as", view.table)
    if set(types) != {view.resource_type}:
        connection.execute(f"DELETE FROM {view.table} WHERE read_as IS DISTINCT FROM '{view.resource_type}'")  # noqa: S608
    connection.execute(f"ALTER TABLE {view.table} DROP COLUMN read_as")
    return types


@cache
def _columns(select: str) -> str:
    """SQL of the columns that a SELECT over nothing of this run gives, which takes DuckDB longer to find out than to make."""
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE {select}").fetchall()
    return ", ".join(f'"{name}" {type_}' for name, type_, *_ in described)


def _add(connection: DuckDBPyConnection, view: View, files: Sequence[Path]) -> None:
    if files:
        connection.execute(f"INSERT INTO {view.table} {view.over_ndjson(files)}")


def _types(connection: DuckDBPyConnection, file: Path) -> Mapping[str | None, int]:
    """How many resources of which type a file has."""
    # DuckDB is slower with one declared column than with two, hence the id.
    return _count(connection, "resourceType", read_ndjson([file], {"id": "VARCHAR"}))


def _count(connection: DuckDBPyConnection, type_: str, rows: str) -> Mapping[str | None, int]:
    named = f"CASE WHEN regexp_full_match({type_}, '[A-Za-z]{{1,64}}') THEN {type_} END"
    counted = f"SELECT {named}, count(*) FROM {rows} GROUP BY ALL"  # noqa: S608 - our own text, escaped path
    return dict(connection.execute(counted).fetchall())
