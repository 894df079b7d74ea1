"""Figures of a run as files for other programs. Each says that it is confidential, where its format lets it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from cascade.compute import Outcome
from cascade.request import Request
from cascade.result import COLUMNS

CONFIDENTIAL = "Confidential, full counts, not for publication"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins with one of these for a formula, and a name is a record's own text."""


@dataclass(frozen=True)
class Told:
    """What a run found, with what has to be said of it."""

    request: Request
    outcome: Outcome
    source: str
    """What the figures were counted from, and what that cannot tell."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The figures by column; None where there is nothing to say."""
        frame = self.outcome.frame
        plain = frame.astype(object).where(frame.notna(), None)
        return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def write_csv(told: Told, path: Path) -> None:
    """Comma-separated, UTF-8; the first line says that it is confidential, the second has the columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {CONFIDENTIAL}\n")
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows([_cell(value) for value in row.values()] for row in told.rows)


def write_parquet(told: Told, path: Path) -> None:
    """Parquet; its schema's metadata say that it is confidential."""
    said: dict[bytes | str, bytes | str] = {"confidential": CONFIDENTIAL, "source": told.source}
    schema = pa.schema({name: PARQUET_TYPES.get(name, pa.string()) for name in COLUMNS}, metadata=said)
    pyarrow.parquet.write_table(pa.Table.from_pylist(told.rows, schema), path)


PARQUET_TYPES: Mapping[str, pa.DataType] = {
    "first": pa.date32(),
    "last": pa.date32(),
    "data_as_of": pa.timestamp("us", "UTC"),
    "numerator": pa.int64(),
    "denominator": pa.int64(),
}


def document(told: Told) -> dict[str, Any]:
    """One JSON document: that it is confidential, what was asked, the figures, and what became of what was read."""
    return {
        "confidential": CONFIDENTIAL,
        "period_end": _plain(told.request.period_end),
        "data_as_of": _plain(told.request.data_as_of),
        "source": told.source,
        "figures": [{name: _plain(value) for name, value in row.items()} for row in told.rows],
        "account": [vars(line) for line in _lines(told)],
    }


def _lines(told: Told) -> Iterator[Any]:
    return (line for line in told.outcome.account.lines if line.resources)


def _cell(value: Any) -> Any:
    plain = _plain(value)
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(FORMULA_STARTS) else plain


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
