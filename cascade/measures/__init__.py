"""Measures: one module per indicator. Adding one is adding a file here, its twin in cascade.reference and its
chapter in tests/spec; nothing else knows the list.

A measure says *who*: one row for each member of its population, with one status out of a fixed list. Every figure is
a count of rows by status, over all rows or over those of some statuses. So a list of people is the proof of every
figure, and no measure can count a numerator that is not in its denominator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import ibis.expr.types as ir

from cascade.errors import MeasureIncomplete, UnknownMeasure
from cascade.tables import Period, Tables

MEMBER_COLUMNS = (
    "person_key",
    "event_key",
    "on_day",
    "facility_key",
    "setting",
    "legal_status",
    "sex",
    "age",
    "status",
)
DURATION_COLUMNS = (*MEMBER_COLUMNS, "days")


@dataclass(frozen=True)
class Figure:
    """A number of a measure: members of the statuses ``counted``, out of those of the statuses ``among``.

    ``among`` None: a count without a denominator.
    """

    title: str
    counted: tuple[str, ...]
    among: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Measure:
    """What a module in this package states, and its expression."""

    name: str
    title: str
    source: str
    status: str
    version: str
    kind: str
    """flow (events in the period), stock (at 24:00 on its last day), cohort (followed from an entry)."""
    population: str
    unit: str
    members: str
    """Who is a row."""
    statuses: Mapping[str, str]
    figures: Mapping[str, Figure]
    profiles: Mapping[str, str]
    """The readings that exist, the default first, by name."""
    look_back: str
    exclusions: tuple[str, ...]
    variants: tuple[str, ...]
    expression: Callable[[Tables, Period, str], ir.Table]
    """The members for a period under a profile; columns MEMBER_COLUMNS."""
    duration: Callable[[Tables, Period, str], ir.Table] | None = None
    """Of a measure of time: the same members, each with the days until the status; columns DURATION_COLUMNS."""


KINDS = ("flow", "stock", "cohort")
STATEMENTS = (
    "title", "source", "status", "version", "kind", "population", "unit", "members", "statuses", "figures", "profiles",
    "look_back", "exclusions", "variants", "expression",
)  # fmt: skip


@cache
def names() -> tuple[str, ...]:
    """The name of every measure, in alphabetical order."""
    return tuple(sorted(found.name for found in iter_modules(__path__)))


def measure(name: str) -> Measure:
    """The measure of that name.

    Raises:
        UnknownMeasure: there is no such module.
        MeasureIncomplete: the module leaves one of its statements out, or a figure counts a status it does not have.
    """
    if name not in names():
        raise UnknownMeasure(f"No such measure. There are: {', '.join(names())}.")
    module = import_module(f"{__name__}.{name}")
    missing = [statement for statement in STATEMENTS if not getattr(module, statement, None)]
    if missing:
        raise MeasureIncomplete(f"{name} does not state {', '.join(missing)}.")
    stated = {statement: getattr(module, statement) for statement in STATEMENTS}
    found = Measure(name=name, **stated, duration=getattr(module, "duration", None))
    wrong = [title for title, figure in found.figures.items() if not _is_sound(figure, found)]
    if wrong:
        raise MeasureIncomplete(
            f"{name} counts statuses that it does not have, or not in what they are out of: {wrong}."
        )
    return found


def _is_sound(figure: Figure, measure: Measure) -> bool:
    among = measure.statuses if figure.among is None else figure.among
    return set(figure.counted) <= set(among) <= set(measure.statuses)
