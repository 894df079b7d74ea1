"""A figure beside its floor: measured in turns in the same run, medians of the turns."""

import os
import statistics
from collections.abc import Callable
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

TURNS = int(os.environ.get("BENCH_TURNS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
CLIENTS = (1, 8, 32)


class Figure(NamedTuple):
    """``bar`` is what the ratio should be at least, or at most where less is better; empty where none is set."""

    what: str
    ours: str
    floor: str
    ratio: str
    bar: str = ""


def medians(ours: Callable[[], float], *floors: Callable[[], float]) -> list[float]:
    """Medians of each, measured in turns so that what else the machine does hits all alike."""
    turns = [[one() for one in (ours, *floors)] for _ in range(TURNS)]
    return [statistics.median(column) for column in zip(*turns, strict=True)]


def show(title: str, figures: list[Figure]) -> None:
    """The figures as a table."""
    table = Table(title=title)
    for heading in ("what", "ours", "floor", "ratio", "bar"):
        table.add_column(heading)
    for figure in figures:
        table.add_row(*figure)
    Console(width=170).print(table)
