"""The figures of the page: one module or package each. Adding one is adding it here; nothing else knows the list.

A module states ``NAME`` (of its addresses and files), ``ORDER`` (its place on the page), and ``section``, which makes of
the view's numbers the finding in a sentence, the drawing and the table. All words are in the language of the request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from services.ministry.numbers import Numbers
from services.ministry.section import Section


@dataclass(frozen=True)
class Figure:
    """What a module in this package states."""

    name: str
    order: int
    section: Callable[[Numbers], Section]


@cache
def figures() -> tuple[Figure, ...]:
    """Every figure, in the order of the page."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    found = (Figure(module.NAME, module.ORDER, module.section) for module in modules)
    return tuple(sorted(found, key=lambda figure: (figure.order, figure.name)))
