"""Every case of the country is there for a rule: a cascade that breaks the rule lists its people wrongly.

Of the mutants for which the contract tables are derived again, which takes long, every third is tried in each run, and all
of them with THROUGHCARE_EXAMPLES set; the others are tried always.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from cascade import measures
from cascade.sources import Source
from cascade.sources.ndjson import Ndjson
from cascade.sources.several import Several
from services.demo.country import truth
from services.demo.country.days import at
from services.demo.country.simulation import simulated
from services.demo.country.state import Country
from services.demo.country.truth.known import Known, known
from services.demo.country.writing import OTHER_SOURCE, OTHER_SOURCE_URI, RECORDS, TRUTH, write
from tests.services.demo.listed import (
    Asked,
    Computed,
    Row,
    by_cascade,
    by_truth,
    computed,
    forget_statements,
    names_of,
)
from tests.services.demo.mutant import Mutant, Rows, mutants

END = date(2026, 6, 30)
MUTANTS = tuple(mutants())
DERIVING = tuple(one for one in MUTANTS if one.derives)
DERIVED = DERIVING if "THROUGHCARE_EXAMPLES" in os.environ else DERIVING[::3]
TRIED = tuple(one for one in MUTANTS if one in DERIVED or not one.derives)


APART = f"{OTHER_SOURCE_URI}|"


@dataclass(frozen=True)
class Looked:
    """The country at one look: what is true of it, of the other system's people too, and what the cascade makes of it."""

    data_as_of: datetime
    known: Known
    known_apart: Known
    computed: Computed
    told: dict[Asked, tuple[list[Row], list[Row]]] = field(default_factory=dict)

    def lists(self, asked: Asked) -> tuple[list[Row], list[Row]]:
        """The rows that the whole cascade lists, and those that are true; each made once."""
        if asked not in self.told:
            true = sorted([*by_truth(self.known, asked), *by_truth(self.known_apart, asked, APART)])
            self.told[asked] = by_cascade(self.computed, asked), true
        return self.told[asked]


@dataclass(frozen=True)
class World:
    """A small country with every case in it, written down; and what of it was known when."""

    country: Country
    folder: Path
    names: dict[str, str]
    whole: Looked
    close: Looked

    def looked(self, mutant: Mutant) -> Looked:
        return self.close if mutant.at_the_close else self.whole

    def asked(self, measure: str, data_as_of: datetime) -> Iterator[Asked]:
        """A measure in every reading, from the first day of records to the end of the quarter on which the cases turn."""
        calendar = self.country.calendar
        for profile in measures.measure(measure).profiles:
            yield Asked(measure, profile, calendar.first, calendar.quarter_end, data_as_of)

    @cached_property
    def cases(self) -> dict[str, set[str]]:
        """The Patient records of each case, as truth.json names them."""
        said = json.loads((self.folder / TRUTH).read_text(encoding="utf-8"))
        return {
            case["name"]: {
                record.removeprefix("Patient/") for listed in case["patients"].values() for record in listed
            }
            for case in said["cases"]
        }

    def of_case(self, case: str, rows: list[Row]) -> list[Row]:
        """The rows of the people of a case."""
        return [row for row in rows if self.cases[case].intersection(row[0].split())]


@pytest.fixture(scope="module", name="world")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    country, folder = simulated(2, 24, 1, END), tmp_path_factory.mktemp("country")
    write(country, folder)
    names = names_of(country) | names_of(country.other, APART)
    cuts = (country.calendar.drawn_at, at(country.calendar.quarter_end + timedelta(days=1), "06:00"))
    with ExitStack() as open_:
        whole, close = (
            Looked(
                cut,
                known(country, cut),
                known(country.other, cut),
                open_.enter_context(computed(systems(folder), cut, names)),
            )
            for cut in cuts
        )
        yield World(country, folder, names, whole, close)


def systems(folder: Path) -> Source:
    """The records of the country, and those of the other system apart."""
    return Several(Ndjson(folder / RECORDS), {OTHER_SOURCE_URI: Ndjson(folder / OTHER_SOURCE)})


def broken(world: World, mutant: Mutant) -> dict[Asked, list[Row]]:
    """What the cascade lists with the rule broken, and from then on whole again."""
    look = world.looked(mutant)
    with ExitStack() as whole_again:
        patch = whole_again.enter_context(pytest.MonkeyPatch.context())
        for change in mutant.changes:
            if not isinstance(change, Rows):
                change.break_(patch)
        if mutant.derives:
            again = computed(systems(world.folder), look.data_as_of, world.names, zone=mutant.zone)
            return lists(world, mutant, whole_again.enter_context(again), look.data_as_of)
        whole_again.callback(look.computed.connection.execute, "ROLLBACK")
        look.computed.connection.execute("BEGIN")
        return lists(world, mutant, look.computed, look.data_as_of)


def lists(world: World, mutant: Mutant, of: Computed, data_as_of: datetime) -> dict[Asked, list[Row]]:
    """What the broken cascade lists."""
    for change in mutant.changes:
        if isinstance(change, Rows):
            of.connection.execute(change.sql)
    with statements_written_anew(mutant):
        asked = [one for measure in mutant.measures for one in world.asked(measure, data_as_of)]
        return {one: by_cascade(of, one) for one in asked}


@contextmanager
def statements_written_anew(mutant: Mutant) -> Iterator[None]:
    """Where a measure itself is broken, its statements are not those written before, nor kept for later."""
    if mutant.measures_broken:
        forget_statements()
    yield
    if mutant.measures_broken:
        forget_statements()


@pytest.mark.parametrize("mutant", TRIED, ids=lambda mutant: mutant.says)
def test_a_broken_rule_is_noticed(world: World, mutant: Mutant) -> None:
    look, found = world.looked(mutant), broken(world, mutant)
    for case in mutant.cases:
        true = {one: world.of_case(case, look.lists(one)[1]) for one in found}
        assert {one: world.of_case(case, look.lists(one)[0]) for one in found} == true
        assert {one: world.of_case(case, rows) for one, rows in found.items()} != true, case


def test_every_case_catches_a_mutant(world: World) -> None:
    assert set(world.cases) == {case for mutant in MUTANTS for case in mutant.cases}


def test_a_country_whose_rules_hold_agrees_in_every_case(world: World) -> None:
    for look in (world.whole, world.close):
        for measure in truth.MEASURES:
            for one in world.asked(measure, look.data_as_of):
                listed, true = look.lists(one)
                assert listed == true, one
