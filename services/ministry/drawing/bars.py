"""The bars of a figure of steps: what each says, and where it and its words stand, in pixels from the top."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

BAR, ROW, NOTE, HEADING = 18, 52, 24, 34
WORDS = 20


@dataclass(frozen=True)
class Bar:
    """One step: a number, what it is, and the words that put it in proportion.

    ``lost`` says who does not come to the next step, below the bar. A bar is ``joined`` to the one before it only where
    both are out of the same people. An estimate is hatched, with its bounds; so is ``provisional``, the last part of n.
    """

    label: str
    n: float
    number: str
    words: str = ""
    lost: str = ""
    joined: bool = False
    heading: str = ""
    estimate: bool = False
    bounds: tuple[float, float] | None = None
    provisional: float = 0


@dataclass(frozen=True)
class Steps:
    """Steps one below the other, in one colour, under a title; all hatched if the period is ``provisional``."""

    title: str
    bars: tuple[Bar, ...]
    colour: str
    provisional: bool = False


@dataclass(frozen=True)
class Placed:
    """Where a bar stands, in pixels from the top of the figure."""

    bar: Bar
    top: int
    """Where its words begin."""
    middle: int
    """Of the bar itself."""
    end: int


def placed(panel: Steps, at: int, *, wrapped: bool) -> Iterator[Placed]:
    """The bars of a panel one below the other, from ``at`` on; ``wrapped``: their words get lines of their own."""
    at += HEADING if panel.title else 0
    for bar in panel.bars:
        at += HEADING if bar.heading else 0
        words = WORDS * (sum(len(lines) for lines in lines_of(bar, wrapped=wrapped)) - 1)
        lost = len(lines_of_lost(bar, wrapped=wrapped))
        middle = at + 24 + words + BAR // 2
        end = at + ROW + words + (NOTE + WORDS * (lost - 1) if lost else 0)
        yield Placed(bar, at, middle, end)
        at = end


ONE_LINE, ONE_SMALL_LINE = 30, 34
"""Letters that fit beside the numbers on a phone."""


def lines_of(bar: Bar, *, wrapped: bool) -> tuple[list[str], list[str]]:
    """The lines of a bar's name, and the small ones of its words where they do not fit behind it."""
    together = f"{bar.label} · {bar.words}" if bar.words else bar.label
    if not wrapped or len(together) <= ONE_LINE:
        return [together], []
    small = [line for piece in bar.words.split("; ") for line in wrap(piece, ONE_SMALL_LINE)]
    return wrap(bar.label, ONE_LINE), small


def lines_of_lost(bar: Bar, *, wrapped: bool) -> list[str]:
    """The lines below a bar, of those who do not come to the next step."""
    return wrap(bar.lost, ONE_SMALL_LINE) if wrapped else [bar.lost] if bar.lost else []
