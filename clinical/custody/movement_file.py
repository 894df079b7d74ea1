"""Custody's movement file: a table with a line for each movement, read strictly and without losing a line. Pure.

UTF-8, with or without a byte order mark; commas, semicolons or tabs. The first line names the columns: ``number`` (prison
number), ``movement`` (a code of ``clinical.custody.commands``), ``at`` (day and time where the facility is), and where
there is something to say ``to`` (the name of a facility), ``wing`` and ``cell``. Other columns are not looked at. A line that
cannot be read is kept as it is, with what is wrong with it.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from clinical.custody.commands import MOVEMENTS
from clinical.custody.movement import Asks

NEEDED = ("number", "movement", "at")
ALSO = ("to", "wing", "cell")

MOST_BYTES = 5_000_000
LONGEST = 100
"""In characters, of one cell."""
LONGEST_LINE = 500
"""So much is kept of a line that cannot be read."""

DATES = (
    re.compile(
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?"
    ),
    re.compile(
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\.? (?P<hour>\d{1,2}):(?P<minute>\d{2})"
    ),
)


NEW_LINE = re.compile(r"\r\n|\n|\r")


class FileRefused(Exception):
    """The whole file is not read."""


class NotText(FileRefused):
    """It is no UTF-8."""


class TooLarge(FileRefused):
    """It has more than ``MOST_BYTES``."""


class ColumnsMissing(FileRefused):
    """The first line does not name the columns that are needed."""


class Flaw(StrEnum):
    """What is wrong with a line."""

    NO_NUMBER = "no-number"
    UNKNOWN_MOVEMENT = "unknown-movement"
    NO_TIME = "no-time"
    NO_ROOM = "no-room"
    TOO_LONG = "too-long"
    OTHER_COLUMNS = "other-columns"
    """It has more or fewer cells than the first line."""


@dataclass(frozen=True)
class Row:
    """A movement that custody proposes."""

    line: int
    number: str = field(repr=False)
    movement: str
    at: datetime
    to: str = field(default="", repr=False)
    wing: str = field(default="", repr=False)
    cell: str = field(default="", repr=False)

    @property
    def fingerprint(self) -> str:
        """The same for the same movement, in whichever file and line it stands."""
        parts = (self.number, self.movement, self.at.isoformat(), self.to, self.wing, self.cell)
        return sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class BadRow:
    """A line that cannot be read."""

    line: int
    flaw: Flaw
    text: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The same for the same text."""
        return sha256(f"bad\x1f{self.text}".encode()).hexdigest()


@dataclass(frozen=True)
class MovementFile:
    """All lines of a file."""

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    fingerprint: str


def movement_file(data: bytes, zone: ZoneInfo) -> MovementFile:
    """The lines of a file; days and times are those of ``zone``. Raises FileRefused."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText from None
    lines = list(_lines(text, zone))
    return MovementFile(
        tuple(one for one in lines if isinstance(one, Row)),
        tuple(one for one in lines if isinstance(one, BadRow)),
        sha256(data).hexdigest(),
    )


def _lines(text: str, zone: ZoneInfo) -> Iterator[Row | BadRow]:
    """Each line is read by itself: a quotation mark that is not closed must not swallow those behind it."""
    first, *rest = NEW_LINE.split(text)
    separator = max(",;\t", key=first.count)
    names = [name.strip().lower() for name in _cells(first, separator) or ()]
    if not set(NEEDED) <= set(names):
        raise ColumnsMissing
    for nth, line in enumerate(rest, 2):
        if line.strip(f"{separator} "):
            yield _line(nth, names, line, separator, zone)


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of a line; None if its quotation marks do not fit."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _line(nth: int, names: list[str], line: str, separator: str, zone: ZoneInfo) -> Row | BadRow:
    cells = _cells(line, separator)
    if cells is None or len(cells) != len(names):
        return BadRow(nth, Flaw.OTHER_COLUMNS, line[:LONGEST_LINE])
    said = {name: " ".join(cell.split()) for name, cell in zip(names, cells, strict=True)}
    found = _row(nth, said, zone)
    return BadRow(nth, found, line[:LONGEST_LINE]) if isinstance(found, Flaw) else found


def _row(line: int, said: Mapping[str, str], zone: ZoneInfo) -> Row | Flaw:
    if any(len(said.get(name, "")) > LONGEST for name in (*NEEDED, *ALSO)):
        return Flaw.TOO_LONG
    at, code = _time(said["at"], zone), said["movement"].lower()
    if not said["number"]:
        return Flaw.NO_NUMBER
    if code not in MOVEMENTS:
        return Flaw.UNKNOWN_MOVEMENT
    if at is None:
        return Flaw.NO_TIME
    if Asks.ROOM in MOVEMENTS[code].asks and not (said.get("wing") or said.get("cell")):
        return Flaw.NO_ROOM
    return Row(line, said["number"], code, at, *(said.get(name, "") for name in ALSO))


def _time(written: str, zone: ZoneInfo) -> datetime | None:
    found = next((match for pattern in DATES if (match := pattern.fullmatch(written))), None)
    if found is None:
        return None
    try:
        parts = (int(found[name]) for name in ("year", "month", "day", "hour", "minute"))
        return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
