"""Cut files into batches: some lines of an NDJSON file, or a whole Bundle or resource.

Only so much of a file is in memory. Where the cuts are follows from the file alone, so a load that was cut off
finds the same batches again.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fhir_store.errors import Issue

MOST_LINES = 500
MOST_BYTES = 2_000_000
LONGEST_LINE = 50_000_000
LARGEST_DOCUMENT = 200_000_000
"""In bytes, uncompressed. A Bundle is read as a whole, so it has to fit into memory several times."""

BEGINNING = 65_536
"""So many bytes of a file, with its name, size and time, tell whether it is the same file."""

BROKEN = (EOFError, gzip.BadGzipFile, zlib.error)

# A line, or why it cannot be read.
Line = tuple[int, bytes | Issue]


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a file. ``load`` tells the file and whose it is; ``size`` is in bytes of the file as it lies there.

    Either ``lines`` of NDJSON with their numbers, or one ``document``.
    """

    file: str
    load: bytes
    number: int
    size: int
    lines: tuple[Line, ...] = ()
    document: bytes | Issue | None = None


def load_digest(file: Path, source: str | None) -> bytes:
    """The same for the same file of the same source only."""
    status = file.stat()
    named = (
        f"{source or ''}\n{file.name}\n{status.st_size}\n{status.st_mtime_ns}\n{MOST_LINES}\n{MOST_BYTES}\n"
    )
    with file.open("rb") as opened:
        return hashlib.sha256(named.encode() + opened.read(BEGINNING)).digest()


def batches_in(file: Path, load: bytes) -> Iterator[Batch]:
    """Every batch of a file, in its order."""
    with file.open("rb") as raw:
        opened: IO[bytes] = gzip.GzipFile(fileobj=raw) if file.name.endswith(".gz") else raw  # type: ignore[assignment]
        if ".ndjson" not in file.name:
            yield Batch(file.name, load, 0, file.stat().st_size, document=_whole(opened))
            return
        at = 0
        for number, lines in enumerate(_cut(_lines(opened))):
            yield Batch(file.name, load, number, raw.tell() - at, lines=lines)
            at = raw.tell()


def _whole(opened: IO[bytes]) -> bytes | Issue:
    try:
        raw = opened.read(LARGEST_DOCUMENT + 1)
    except BROKEN:
        return _NOT_WHOLE
    return raw if len(raw) <= LARGEST_DOCUMENT else _too_long(LARGEST_DOCUMENT, "Split the Bundle.")


def _lines(opened: IO[bytes]) -> Iterator[Line]:
    """Every line that is not blank."""
    number = 0
    try:
        while line := opened.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                yield number, _too_long(LONGEST_LINE, "Leave it out.")
                _skip_rest_of_line(opened, line)
            elif stripped := line.strip():
                yield number, stripped
    except BROKEN:
        yield number + 1, _NOT_WHOLE


def _skip_rest_of_line(opened: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = opened.readline(LONGEST_LINE)


def _cut(lines: Iterator[Line]) -> Iterator[tuple[Line, ...]]:
    batch: list[Line] = []
    size = 0
    for number, line in lines:
        batch.append((number, line))
        size += len(line) if isinstance(line, bytes) else 0
        if len(batch) == MOST_LINES or size >= MOST_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


_NOT_WHOLE = Issue(
    "incomplete", "", "The file cannot be read from here on; it is broken or was cut off. Copy it again."
)


def _too_long(most: int, what_to_do: str) -> Issue:
    return Issue("too-long", "", f"This is longer than {most:,} bytes. {what_to_do}")
