"""What a figure module gives the page: sentences, a drawing, and the same numbers as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

Plot = Mapping[str, Any]
"""``data`` and ``layout`` as Plotly draws them."""


class Absent(str):
    """Why a cell holds no number: not reported, not stated, too few. Never to be read as 0."""

    why_absent = True
    """By which a template tells it from a text."""


class Service(str):
    """A word for what a facility has; ``level`` is none, part or full, and says how it is marked."""

    level: str

    def __new__(cls, word: str, level: str) -> Self:
        """The word with its level."""
        made = super().__new__(cls, word)
        made.level = level
        return made


Cell = str | int | float | Absent
"""A number, a text, or why there is neither. A share is a float from 0 to 1 in a column of kind ``share``."""


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading for readers, and what it holds.

    ``kind``: text; name (as the record writes it, in no language of ours); count; rate (one decimal); share; service.
    """

    name: str
    heading: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """The numbers of a figure. The first column names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A figure, for a wide page and for a narrow one, and what it shows in words."""

    wide: Plot
    narrow: Plot
    says: str
    """What kind of picture it is, for who cannot see it; the finding is the section's headline."""


@dataclass(frozen=True)
class Aside:
    """A few numbers below the figure that tell more of its story, in words: what each is, and how many."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeySentence:
    """What a reader takes along who has ten seconds: the number, and the sentence it is in."""

    number: str
    sentence: str


@dataclass(frozen=True)
class Section:
    """One figure of the page with all that belongs to it.

    ``headline`` is the finding; without a ``drawing``, it says why there is none.
    """

    name: str
    title: str
    headline: str
    period: str
    table: Table
    measures: tuple[str, ...]
    drawing: Drawing | None = None
    notes: tuple[str, ...] = ()
    key: KeySentence | None = None
    asides: tuple[Aside, ...] = ()
    more_tables: tuple[Table, ...] = ()
    picture: bool = False
    """The table is itself the figure, and is not folded."""
