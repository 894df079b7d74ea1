"""Every measure states what it is, has a spec chapter, a reference twin and a current page in the manual."""

import sys
from importlib import import_module
from types import ModuleType

import pytest
from spec import worlds

from cascade import contract, manual, measures, reference
from cascade.errors import MeasureIncomplete, UnknownMeasure

NAMES = measures.names()
NAME = NAMES[0]


def test_measures_are_found_by_module():
    assert "hiv_tests" in NAMES
    assert "oat_census" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_states_what_it_is(name):
    measure = measures.measure(name)
    assert all(getattr(measure, statement) for statement in measures.STATEMENTS)
    assert measure.kind in measures.KINDS


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_has_a_spec_chapter(name):
    assert "def test_" in manual.chapter_path(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_has_a_reference_twin(name):
    assert callable(import_module(f"{reference.__name__}.{name}").members)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_measure_is_current(name):
    said = manual.page_path(name).read_text(encoding="utf-8")
    assert said == manual.page(name), "Run: python -m cascade.manual"


def test_every_page_is_of_a_measure():
    assert set(manual.PAGES.iterdir()) == {manual.page_path(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_every_statement_and_every_example(name):
    measure, page = measures.measure(name), manual.page(name)
    figures = [figure.title for figure in measure.figures.values()]
    said = (*measure.statuses, *measure.statuses.values(), *figures, *measure.profiles, *measure.exclusions)
    assert [
        one for one in (measure.population, measure.members, *said, *measure.variants) if one not in page
    ] == []
    chapter = manual.chapter_path(name).read_text(encoding="utf-8")
    assert page.count("\n### ") == chapter.count("\ndef test_")
    assert page.count("\nMembers of ") >= chapter.count("\ndef test_")


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_reads_only_the_contract(name):
    measure = measures.measure(name)
    for profile in measure.profiles:
        members = measure.expression(contract.unbound(), worlds.period("2025-Q1"), profile)
        assert members.columns == measures.MEMBER_COLUMNS


def test_an_unknown_measure_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownMeasure, match=NAME):
        measures.measure("prisoners")


def _as_module(monkeypatch, **changed):
    module = ModuleType(f"cascade.measures.{NAME}")
    vars(module).update(vars(measures.measure(NAME)) | changed)
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize("statement", [*measures.STATEMENTS])
def test_a_measure_that_leaves_a_statement_out_is_refused(monkeypatch, statement):
    _as_module(monkeypatch, **{statement: None})
    with pytest.raises(MeasureIncomplete, match=statement):
        measures.measure(NAME)


@pytest.mark.parametrize(
    "figure",
    [
        measures.Figure("Counts a status that nobody has", ("made_up",)),
        measures.Figure("Is out of a status that nobody has", (), ("made_up",)),
        measures.Figure("Counts more than it is out of", ("first", "second"), ("first",)),
    ],
)
def test_a_figure_counts_only_statuses_that_it_is_out_of(monkeypatch, figure):
    _as_module(monkeypatch, statuses={"first": "one", "second": "another"}, figures={"wrong": figure})
    with pytest.raises(MeasureIncomplete, match="wrong"):
        measures.measure(NAME)
