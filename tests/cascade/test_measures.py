"""Every measure states what it is, has a spec chapter, a reference twin and a current page in the manual."""

import sys
from types import ModuleType

import pytest
from spec import world

import cascade.monthly
from cascade import contract, manual
from cascade import monthly as measures
from cascade import monthly_reference as reference
from cascade.errors import MeasureIncomplete, UnknownMeasure

NAMES = measures.names()


def test_measures_are_found_by_module():
    assert "people_given_oat" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_states_what_it_is(name):
    measure = measures.measure(name)
    assert measure.title
    assert measure.source
    assert measure.version
    assert measure.exclusions
    assert measure.variants


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_has_a_spec_chapter(name):
    assert "def test_" in manual.chapter_path(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_has_a_reference_twin(name):
    assert callable(getattr(reference, name))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_measure_is_current(name):
    said = manual.page_path(name).read_text(encoding="utf-8")
    assert said == manual.page(name), "Run: python -m cascade.manual"


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_reads_only_the_contract(name):
    expression = measures.measure(name).expression(contract.unbound(), world.window())
    assert "people" in expression.columns


def test_an_unknown_measure_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownMeasure, match="people_given_oat"):
        measures.measure("prisoners")


def test_a_measure_that_leaves_a_statement_out_is_refused(monkeypatch):
    silent = ModuleType("cascade.monthly.people_given_oat")
    vars(silent).update(vars(cascade.monthly.measure("people_given_oat")), source="")
    monkeypatch.setitem(sys.modules, silent.__name__, silent)
    with pytest.raises(MeasureIncomplete, match="source"):
        measures.measure("people_given_oat")
