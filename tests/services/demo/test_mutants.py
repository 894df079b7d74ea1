"""Every case of the country is there for a rule: a cascade that breaks the rule lists its people wrongly."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from cascade import measures
from services.demo.country import truth
from services.demo.country.days import at
from services.demo.country.simulation import simulated
from services.demo.country.state import Country
from services.demo.country.truth.known import Known, known
from services.demo.country.writing import TRUTH, write
from tests.services.demo.listed import Asked, Computed, Row, by_cascade, by_truth, computed, names_of, records
from tests.services.demo.mutants import Mutant, Rows, mutants

END = date(2026, 6, 30)
MUTANTS = tuple(mutants())


@dataclass(frozen=True)
class World:
    """A small country with every case in it, written down; and what of it was known when."""

    country: Country
    folder: Path
    names: dict[str, str]
    whole: tuple[Known, Computed]
    close: tuple[Known, Computed]

    def known(self, mutant: Mutant) -> tuple[Known, Computed]:
        return self.close if mutant.at_the_close else self.whole

    def asked(self, measure: str, data_as_of: datetime) -> Iterator[Asked]:
        """A measure in every reading, of the year that ends with the quarter on which the cases turn."""
        last = self.country.calendar.quarter_end
        first = date(last.year - 1, last.month + 1, 1)
        for profile in measures.measure(measure).profiles:
            yield Asked(measure, profile, first, last, data_as_of)

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
    names = names_of(country)
    cuts = (country.calendar.drawn_at, at(country.calendar.quarter_end + timedelta(days=1), "06:00"))
    with ExitStack() as open_:
        whole, close = (
            (known(country, cut), open_.enter_context(computed(records(folder), cut, names))) for cut in cuts
        )
        yield World(country, folder, names, whole, close)


def lists(world: World, mutant: Mutant, of: Computed, data_as_of: datetime) -> dict[Asked, list[Row]]:
    """What the broken cascade lists."""
    for change in mutant.changes:
        if isinstance(change, Rows):
            of.connection.execute(change.sql)
    return {
        one: by_cascade(of, one, written_before=False)
        for measure in mutant.measures
        for one in world.asked(measure, data_as_of)
    }


def broken(world: World, mutant: Mutant) -> dict[Asked, list[Row]]:
    """What the cascade lists with the rule broken, and from then on whole again."""
    then, whole = world.known(mutant)
    with pytest.MonkeyPatch.context() as patch:
        for change in mutant.changes:
            if not isinstance(change, Rows):
                change.break_(patch)
        if mutant.derives:
            source = records(world.folder)
            with computed(source, then.data_as_of, world.names, zone=mutant.zone) as of:
                return lists(world, mutant, of, then.data_as_of)
        whole.connection.execute("BEGIN")
        try:
            return lists(world, mutant, whole, then.data_as_of)
        finally:
            whole.connection.execute("ROLLBACK")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.says)
def test_a_broken_rule_is_noticed(world: World, mutant: Mutant) -> None:
    then, whole = world.known(mutant)
    found = broken(world, mutant)
    for case in mutant.cases:
        true = {one: world.of_case(case, by_truth(then, one)) for one in found}
        assert {one: world.of_case(case, by_cascade(whole, one)) for one in found} == true
        assert {one: world.of_case(case, rows) for one, rows in found.items()} != true, case


def test_every_case_catches_a_mutant(world: World) -> None:
    assert set(world.cases) == {case for mutant in MUTANTS for case in mutant.cases}


def test_a_country_whose_rules_hold_agrees_in_every_case(world: World) -> None:
    for then, whole in (world.whole, world.close):
        for measure in truth.MEASURES:
            for one in world.asked(measure, then.data_as_of):
                assert by_cascade(whole, one) == by_truth(then, one), one
