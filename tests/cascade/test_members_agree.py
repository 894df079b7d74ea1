"""Every measure and its twin in plain Python list the same members, on worlds that nobody chose."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec import drawn_worlds, worlds

from cascade import measures
from examples import examples

EXAMPLES = examples(6)

READS: Mapping[str, tuple[str, ...]] = {
    "diagnosed": (
        "person",
        "setting_at",
        "diagnosis",
        "transition",
        "treatment",
        "supply",
        "coverage",
        "laboratory",
        "hiv_test",
        "dose",
    ),
    "art_across_gate": ("person", "facility", "transition", "coverage", "supply", "treatment"),
    "hiv_tests": ("person", "setting_at", "hiv_test", "diagnosis"),
    "linked": ("person", "diagnosis", "coverage", "transition", "treatment"),
    "missed_doses": ("setting_at", "due_day"),
    "new_diagnoses": ("person", "diagnosis"),
    "oat_across_gate": ("person", "facility", "transition", "coverage", "dose"),
    "oat_census": ("person", "setting_at", "coverage", "last_giver", "transition", "treatment"),
    "oat_retention": ("person", "oat_episode"),
    "oat_started_or_continued": (
        "person",
        "setting_at",
        "coverage",
        "last_giver",
        "transition",
        "treatment",
        "oat_episode",
    ),
    "oat_starts": ("person", "oat_episode"),
    "oat_survival": ("person", "oat_episode"),
    "on_art": (
        "person",
        "setting_at",
        "coverage",
        "last_giver",
        "supply",
        "transition",
        "treatment",
        "diagnosis",
    ),
    "people_tested": ("person", "setting_at", "hiv_test", "diagnosis"),
    "testing_steps": ("person", "transition", "diagnosis", "test_offer", "hiv_test"),
    "viral_load_tested": (
        "person",
        "setting_at",
        "coverage",
        "last_giver",
        "supply",
        "transition",
        "treatment",
        "laboratory",
    ),
    "viral_suppression": (
        "person",
        "setting_at",
        "coverage",
        "last_giver",
        "supply",
        "transition",
        "treatment",
        "laboratory",
    ),
}
"""The contract tables that each measure reads, besides the facilities."""


def test_every_measure_is_here():
    assert set(READS) == set(measures.names())


@pytest.mark.parametrize("name", measures.names())
def test_a_measure_agrees_with_its_twin(name):
    measure = measures.measure(name)

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn_worlds.drawn(*READS[name]), drawn_worlds.PERIODS, st.sampled_from(tuple(measure.profiles)))
    def agrees(world, period, profile):
        found = worlds.measured(name, world, period, profile)
        assert worlds.ordered(found) == worlds.ordered(worlds.judged(name, world, period, profile))
        assert {member.status for member in found} <= set(measure.statuses)

    agrees()


TIMED = [name for name in measures.names() if measures.measure(name).duration]


@pytest.mark.parametrize("name", TIMED)
def test_the_durations_of_a_measure_agree_with_its_twin(name):
    measure = measures.measure(name)

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn_worlds.drawn(*READS[name]), drawn_worlds.PERIODS, st.sampled_from(tuple(measure.profiles)))
    def agrees(world, period, profile):
        found = worlds.timed(name, world, period, profile)
        judged = worlds.judged_times(name, world, period, profile)
        assert sorted(map(str, found)) == sorted(map(str, judged))
        assert all(days >= 0 for _, days in found)

    agrees()
