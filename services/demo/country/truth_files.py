"""The truth on disk: who is to be counted, and how many of each status, told from the generator's state alone.

``truth/members/<measure>.csv`` has a row for each member; ``truth/counts.csv`` has how many there are of each status, in
the country and by each dimension, out of all members of the same value. Both of the quarter on which the cases turn and
of the year that ends with it, as known at the close of the quarter and when the records were drawn.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import TextIOWrapper
from itertools import product
from pathlib import Path
from typing import IO, cast

from services.demo.country.calendar import Calendar
from services.demo.country.days import at
from services.demo.country.state import Country
from services.demo.country.truth import MEASURES, members, profiles
from services.demo.country.truth.known import Known, known
from services.demo.country.truth.members import Member, Span

FOLDER, MEMBERS, COUNTS = "truth", "members", "counts"
BY = ("setting", "facility", "sex", "age", "legal_status")
ASKED = ("profile", "first", "last", "data_as_of")
OF_MEMBER = (
    "person", "patients", "event", "day", "status", "setting", "facility", "legal_status", "sex", "age",
)  # fmt: skip
OF_COUNT = ("measure", *ASKED, "by", "value", "status", "numerator", "denominator")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class List:
    """The members of one measure under one profile, of a period, as known at a moment."""

    measure: str
    profile: str
    span: Span
    data_as_of: datetime
    members: tuple[Member, ...]

    @property
    def asked(self) -> tuple[str, date, date, str]:
        return self.profile, self.span.first, self.span.last, self.data_as_of.isoformat()


def write_truth(
    country: Country, folder: Path, *, compressed: bool = False, progress: Progress = lambda done, of: None
) -> None:
    """Write ``truth/``; the same country gives the same bytes. ``progress`` is told the measures done, of how many."""
    (folder / FOLDER / MEMBERS).mkdir(parents=True)
    moments = [known(country, moment) for moment in _moments(country.calendar)]
    with _table(folder / FOLDER / COUNTS, OF_COUNT, compressed) as count:
        for done, measure in enumerate(MEASURES):
            progress(done, len(MEASURES))
            with _table(folder / FOLDER / MEMBERS / measure, (*ASKED, *OF_MEMBER), compressed) as list_member:
                for one in _lists(measure, moments, _spans(country.calendar)):
                    for member in one.members:
                        list_member((*one.asked, *_row(member)))
                    for row in _counts(one.members):
                        count((measure, *one.asked, *row))


def _lists(measure: str, moments: Iterable[Known], spans: Iterable[Span]) -> Iterator[List]:
    for then, span, profile in product(moments, spans, profiles(measure)):
        listed = sorted(members(measure, then, span, profile), key=str)
        yield List(measure, profile, span, then.data_as_of, tuple(listed))


def _counts(listed: tuple[Member, ...]) -> Iterator[tuple[str, str, str, int, int]]:
    """By which dimension ('' for the country), of which value, of which status, how many, out of how many members."""
    for by in ("", *BY):
        of_value = Counter(_value(one, by) for one in listed)
        of_status = Counter((_value(one, by), one.status) for one in listed)
        for (value, status), numerator in sorted(of_status.items()):
            yield by, value, status, numerator, of_value[value]


def _value(member: Member, by: str) -> str:
    value = getattr(member, by) if by else None
    return "" if value is None else str(value)


def _row(member: Member) -> Iterator[object]:
    for name in OF_MEMBER:
        value = getattr(member, name)
        yield " ".join(value) if name == "patients" else "" if value is None else value


def _moments(calendar: Calendar) -> tuple[datetime, datetime]:
    return at(calendar.quarter_end + timedelta(days=1), "00:00"), calendar.drawn_at


def _spans(calendar: Calendar) -> tuple[Span, Span]:
    last = calendar.quarter_end
    after = last + timedelta(days=1)
    return Span(calendar.quarter_first, last), Span(after.replace(year=after.year - 1), last)


@contextmanager
def _table(
    path: Path, header: tuple[str, ...], compressed: bool
) -> Iterator[Callable[[tuple[object, ...]], None]]:
    """What writes a row of a CSV file; a compressed one says neither when nor under what name it was made."""
    with ExitStack() as files:
        raw: IO[bytes] = files.enter_context(
            path.with_suffix(f".csv{'.gz' if compressed else ''}").open("wb")
        )
        if compressed:
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=5, mtime=0)
            raw = cast(IO[bytes], files.enter_context(packed))
        text = files.enter_context(TextIOWrapper(raw, encoding="utf-8", newline=""))
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        yield writer.writerow
