"""Rows that a tablet has already: it says so by their marks, and each comes again only once it says something else.

So a tablet can ask every minute: little is sent, and only what is shown anew is logged as read.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from pydantic_core import to_json

Json = dict[str, Any]

LETTERS = 24
"""96 bits: no two rows of a prison ever have one mark."""


def mark_of(row: Json) -> str:
    """The mark of a row: another one as soon as anything in it is another, but for when doses elsewhere were last looked at."""
    last = row["last"] and {name: value for name, value in row["last"].items() if name != "checked_at"}
    return hashlib.sha256(to_json({**row, "last": last})).hexdigest()[:LETTERS]


def marked(rows: Iterable[Json], known: Collection[str]) -> list[Json]:
    """The rows with their marks, in their order; of those that are known the mark alone."""
    return [_but_known({**row, "mark": mark_of(row)}, known) for row in rows]


def people_in(rows: Iterable[Json]) -> set[str]:
    """The ids of the Patients of whom more than a mark is told."""
    return {row["person"] for row in rows if "person" in row}


def _but_known(row: Json, known: Collection[str]) -> Json:
    return {"mark": row["mark"]} if row["mark"] in known else row
