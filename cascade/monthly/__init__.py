"""Measures: one module per indicator. Adding one is adding a file here, its twin in cascade.monthly_reference and its
chapter in tests/spec; nothing else knows the list.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib import import_module
from pkgutil import iter_modules

import ibis.expr.types as ir

from cascade.errors import MeasureIncomplete, UnknownMeasure
from cascade.tables import Tables, Window


@dataclass(frozen=True)
class Measure:
    """What a module in this package states, and its expression."""

    name: str
    title: str
    source: str
    status: str
    version: str
    population: str
    unit: str
    numerator: str
    denominator: str
    look_back: str
    rows: str
    exclusions: tuple[str, ...]
    variants: tuple[str, ...]
    expression: Callable[[Tables, Window], ir.Table]


STATEMENTS = tuple(field.name for field in fields(Measure) if field.name != "name")


def names() -> tuple[str, ...]:
    """The name of every measure, in alphabetical order."""
    return tuple(sorted(found.name for found in iter_modules(__path__)))


def measure(name: str) -> Measure:
    """The measure of that name.

    Raises:
        UnknownMeasure: there is no such module.
        MeasureIncomplete: the module leaves one of its statements out.
    """
    if name not in names():
        raise UnknownMeasure(f"No such measure. There are: {', '.join(names())}.")
    module = import_module(f"{__name__}.{name}")
    missing = [field for field in STATEMENTS if not getattr(module, field, None)]
    if missing:
        raise MeasureIncomplete(f"{name} does not state {', '.join(missing)}.")
    return Measure(name=name, **{field: getattr(module, field) for field in STATEMENTS})
