"""ART across the gate and its twin agree also where everybody is released on treatment, and only what follows is drawn."""

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec import drawn_worlds, worlds

from cascade import measures
from cascade.tables import Coverage
from examples import examples

EXAMPLES = examples(10)

NAME = "art_across_gate"
LAST = {"amina": date(2025, 3, 31), "besa": date(2025, 3, 10), "drita": date(2025, 6, 30)}
COVERAGE = [
    Coverage(person_key=person, line="art", from_on=date(2024, 6, 1), to_on=last)
    for person, last in LAST.items()
]


def test_the_measure_agrees_with_its_twin():
    measure = measures.measure(NAME)

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        drawn_worlds.drawn("person", "facility", "transition", "supply"),
        drawn_worlds.PERIODS,
        st.sampled_from(tuple(measure.profiles)),
    )
    def agrees(world, period, profile):
        treated = replace(world, coverage=COVERAGE)
        found = worlds.measured(NAME, treated, period, profile)
        assert worlds.ordered(found) == worlds.ordered(worlds.judged(NAME, treated, period, profile))

    agrees()
