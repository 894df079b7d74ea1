"""Every movement: one file each, or one for going and coming back. Adding one is adding a file with ``MOVEMENTS``."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from clinical.custody.movement import Movement


def _found() -> Iterator[Movement]:
    for module in sorted(one.name for one in iter_modules(__path__)):
        yield from import_module(f"{__name__}.{module}").MOVEMENTS


MOVEMENTS: Mapping[str, Movement] = {one.code: one for one in _found()}
"""By code."""
