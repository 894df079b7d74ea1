"""FHIR Bulk Data: NDJSON files of any server, plain or gzipped.

What a line is, its resourceType says, not the name of the file. A line that is not JSON, or no object with a
resourceType, is counted as not a resource; it does not stop the run. A Bundle in a line is not opened.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

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
        where that leaves lines over is it counted what else there is.

        Raises:
            FileBroken: a compressed file cannot be read to its end.
        """
        lines = {file: _lines(file) for file in self._files}
        unsure = _by_first_line(self._files)
        read = Counter[str | None]()
        for view in views():
            files = unsure.get(view.resource_type, [])
            rows = _make_table(connection, view, files)
            if rows == sum(lines[file] for file in files):
                read[view.resource_type] += rows
                unsure.pop(view.resource_type, None)
        for first, files in unsure.items():
            read.update(_load_others(connection, files, first))
        return {resource_type: resources for resource_type, resources in read.items() if resources}


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
        found.setdefault(_first_type(file), []).append(file)
    return found


def _first_type(file: Path) -> str | None:
    with _opened(file) as lines:
        try:
            named = json.loads(lines.readline())["resourceType"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
    return named if isinstance(named, str) else None


def _lines(file: Path) -> int:
    """How many lines a file has, empty ones too."""
    lines, last = 0, b"\n"
    try:
        with _opened(file) as content:
            while block := content.read(BLOCK):
                lines, last = lines + block.count(b"\n"), block[-1:]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileBroken(f"{file.name} is damaged or was cut off. Fetch it again.") from None
    return lines + (last != b"\n")


def _opened(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _make_table(connection: DuckDBPyConnection, view: View, files: Sequence[Path]) -> int:
    rows = view.over_ndjson(files) if files else view.over_json(NOTHING)
    made = connection.execute(f"CREATE TABLE {view.table} AS {rows}").fetchone()
    return int(made[0]) if made else 0


def _load_others(
    connection: DuckDBPyConnection, files: Iterable[Path], first: str | None
) -> Mapping[str | None, int]:
    """Add to the flat tables what files hold beside the type of their first line, which is there already.

    Returns:
        How many resources of which type the files hold.
    """
    census = {file: _types(connection, file) for file in files}
    for view in views():
        others = [file for file, types in census.items() if view.resource_type in types]
        if others and view.resource_type != first:
            connection.execute(f"INSERT INTO {view.table} {view.over_ndjson(others)}")
    return sum(map(Counter, census.values()), Counter[str | None]())


def _types(connection: DuckDBPyConnection, file: Path) -> Mapping[str | None, int]:
    """How many resources of which type a file has."""
    # DuckDB is slower with one declared column than with two, hence the id.
    lines = read_ndjson([file], {"id": "VARCHAR"})
    named = "CASE WHEN regexp_full_match(resourceType, '[A-Za-z]{1,64}') THEN resourceType END"
    counted = f"SELECT {named}, count(*) FROM {lines} GROUP BY ALL"  # noqa: S608 - our own text, escaped path
    return dict(connection.execute(counted).fetchall())
