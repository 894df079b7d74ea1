"""Cascades with one rule broken, one file per family of cases in the folder ``mutants``. Each names the cases that must notice.

A case that notices nothing proves nothing: every case of the country has to catch a mutant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from tests.services.demo.listed import ZONE

FAMILIES = Path(__file__).parent / "mutants"
ON_TABLES = ("cascade.measures.", "cascade.on_oat", "cascade.on_art", "cascade.viral_load", "cascade.placing")
"""Modules that work on the finished contract tables: to break one of them nothing has to be derived again."""


@dataclass(frozen=True)
class Text:
    """In a text of a module, or in what it is made of, some words are replaced by others."""

    module: str
    constant: str
    old: str
    new: str

    def break_(self, patch: pytest.MonkeyPatch) -> None:
        module = import_module(self.module)
        text = getattr(module, self.constant)
        assert self.old in text, f"{self.constant} no longer says {self.old!r}"
        patch.setattr(module, self.constant, text.replace(self.old, self.new))


@dataclass(frozen=True)
class Value:
    """A constant of a module has another value."""

    module: str
    constant: str
    value: Any

    def break_(self, patch: pytest.MonkeyPatch) -> None:
        module = import_module(self.module)
        assert getattr(module, self.constant) != self.value
        patch.setattr(module, self.constant, self.value)


@dataclass(frozen=True)
class Rows:
    """The finished contract tables are changed, as if they had been derived so."""

    sql: str


GIVEN_ALL_ALONG = """
    UPDATE last_giver SET facility_key = last.facility_key
    FROM (
        SELECT person_key, line, arg_max(facility_key, from_on) AS facility_key FROM last_giver GROUP BY person_key, line
    ) AS last
    WHERE last.person_key = last_giver.person_key AND last.line = last_giver.line
"""
"""Whoever gave the last of a person's medicine gave it all along: a past census moves with what is known later."""


@dataclass(frozen=True)
class Mutant:
    """A broken rule.

    Attributes:
        says: the wrong rule.
        cases: whose people have to be listed wrongly by it.
        measures: the lists in which that shows.
        changes: how the cascade is broken.
        at_the_close: it shows in what was known when the quarter was over, not in all that is ever known.
        zone: the calendar in which days are told.
    """

    says: str
    cases: tuple[str, ...]
    measures: tuple[str, ...]
    changes: tuple[Text | Value | Rows, ...] = ()
    at_the_close: bool = False
    zone: str = ZONE

    @property
    def derives(self) -> bool:
        """Whether the contract tables have to be made again."""
        return self.zone != ZONE or any(not module.startswith(ON_TABLES) for module in self._modules)

    @property
    def measures_broken(self) -> bool:
        """Whether the measures are other ones."""
        return any(module.startswith(ON_TABLES) for module in self._modules)

    @property
    def _modules(self) -> list[str]:
        return [one.module for one in self.changes if not isinstance(one, Rows)]


def mutants() -> Iterator[Mutant]:
    """Every mutant of every family."""
    for found in iter_modules([str(FAMILIES)]):
        yield from import_module(f"{__package__}.{FAMILIES.name}.{found.name}").MUTANTS
