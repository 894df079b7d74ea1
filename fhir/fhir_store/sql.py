"""SQL in pieces: a text with its arguments, put together without ever writing a value into the text.

Searches are made of such pieces. SQLAlchemy's expressions do the same at ten times the cost, which a page of
thirty doses would spend more time on than on finding them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL; ``%s`` stands for each argument in turn."""

    text: str
    args: tuple[Any, ...] = ()

    def __and__(self, other: "Sql") -> "Sql":
        return Sql(f"({self.text} AND {other.text})", self.args + other.args)

    def __or__(self, other: "Sql") -> "Sql":
        return Sql(f"({self.text} OR {other.text})", self.args + other.args)

    def __invert__(self) -> "Sql":
        return Sql(f"NOT ({self.text})", self.args)


NOTHING = Sql("false")
EVERYTHING = Sql("true")


def joined(separator: str, pieces: Iterable[Sql], otherwise: Sql) -> Sql:
    """The pieces with a separator between them; ``otherwise`` if there are none."""
    listed = list(pieces)
    if not listed:
        return otherwise
    if len(listed) == 1:
        return listed[0]
    return Sql(
        "(" + f" {separator} ".join(piece.text for piece in listed) + ")",
        tuple(arg for piece in listed for arg in piece.args),
    )


def any_of(pieces: Iterable[Sql]) -> Sql:
    """True where one of the conditions is."""
    return joined("OR", pieces, NOTHING)


def all_of(pieces: Iterable[Sql]) -> Sql:
    """True where all of the conditions are."""
    return joined("AND", pieces, EVERYTHING)


def execute_together(cursor: psycopg.Cursor[Any], parts: Mapping[str, Sql]) -> None:
    """Execute statements as the named parts of one: all of them or none, whatever transaction there is."""
    named = ", ".join(f"{name} AS ({part.text})" for name, part in parts.items())
    cursor.execute(f"WITH {named} SELECT", [arg for part in parts.values() for arg in part.args])
