"""Measures of viral load and their twins agree also where nobody is missing: everybody is on ART, only the results, and who gave, are drawn."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec import drawn_worlds, worlds

from cascade import measures
from cascade.tables import Coverage
from examples import examples

EXAMPLES = examples(10)

STARTS = {"amina": date(2024, 6, 1), "besa": date(2024, 9, 30), "drita": date(2024, 10, 1)}
COVERAGE = [
    Coverage(person_key=person, line="art", from_on=first, to_on=date(2025, 12, 31))
    for person, first in STARTS.items()
]


@pytest.mark.parametrize("name", ["viral_load_tested", "viral_suppression"])
def test_a_measure_of_viral_load_agrees_with_its_twin(name):
    measure = measures.measure(name)

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        drawn_worlds.drawn("laboratory", "last_giver"),
        drawn_worlds.PERIODS,
        st.sampled_from(tuple(measure.profiles)),
    )
    def agrees(world, period, profile):
        treated = replace(world, coverage=COVERAGE)
        found = worlds.measured(name, treated, period, profile)
        assert worlds.ordered(found) == worlds.ordered(worlds.judged(name, treated, period, profile))
        assert len(found) == (3 if period.last == date(2025, 12, 31) else 2)

    agrees()
