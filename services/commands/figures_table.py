"""Figures and the account of a run as tables of text, for a person to read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from cascade.account import LOOKED_UP, AccountLine, ReadAccount
from cascade.result import value_of
from services.commands.confidential_files import CONFIDENTIAL, Told

LEAST_DENOMINATOR = 20
"""Below this no percentage is shown: one person would be more than five points of it."""

Row = Sequence[str]


def lines(told: Told) -> Iterator[str]:
    """Everything that is said of a run."""
    yield CONFIDENTIAL
    yield ""
    yield f"Period end: {told.request.period_end}"
    yield f"Data as of: {_moment(told.request.data_as_of, told.request.zone)}"
    yield told.source
    for title, rows in groupby(told.rows, lambda row: str(row["measure_title"])):
        yield ""
        yield title
        yield from table(("profile", "until", "by", "value", "figure", "n", "of", "%"), map(_figure, rows), 3)
    yield ""
    yield "What was read:"
    yield from table(
        ("type", "code", "read", "used", "looked up", "unmapped", "excluded", "why excluded"),
        _account(told.outcome.account),
        5,
        first_number=2,
    )


def table(headings: Row, rows: Iterator[Row], numbers: int, first_number: int | None = None) -> Iterator[str]:
    """Aligned columns. So many are numbers, from the one given or up to the last."""
    first = len(headings) - numbers if first_number is None else first_number
    shown = [headings, *([_printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[n]) for row in shown) for n in range(len(headings))]
    for row in shown:
        cells = (
            cell.rjust(width) if first <= n < first + numbers else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()


def percentage(numerator: int, denominator: int | None) -> str:
    """With one decimal; nothing where it is of too few, or of nobody."""
    if denominator is None or denominator < LEAST_DENOMINATOR:
        return ""
    return f"{100 * numerator / denominator:.1f}"


def _figure(row: Mapping[str, Any]) -> Row:
    of = row["denominator"]
    return (
        row["profile"],
        str(row["last"]),
        row["by"],
        value_of(row),
        row["figure_title"],
        f"{row['numerator']:,}",
        "" if of is None else f"{of:,}",
        percentage(row["numerator"], of),
    )


def _account(account: ReadAccount) -> Iterator[Row]:
    listed = sorted((line for line in account.lines if line.resources), key=_what)
    for (type_, code), of_one in groupby(listed, _what):
        resources: Counter[str] = Counter()
        for line in of_one:
            resources[line.outcome] += line.resources
        yield (type_, code, *_counts(resources))


def _what(line: AccountLine) -> tuple[str, str]:
    code = f"{line.system or ''}|{line.code or ''}" if line.system or line.code else ""
    return line.resource_type or "not a resource", code


def _counts(resources: Counter[str]) -> Iterator[str]:
    read = resources.total()
    apart = [resources.pop(outcome, 0) for outcome in ("used", LOOKED_UP, "unmapped")]
    yield from (f"{one:,}" for one in (read, *apart, resources.total()))
    yield ", ".join(f"{outcome.replace('_', ' ')} {count:,}" for outcome, count in sorted(resources.items()))


def _printable(text: str) -> str:
    """A name or a code is a record's own text: it must not steer the terminal."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S} {zone}"
