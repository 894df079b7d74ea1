"""Sizes that somebody states."""

from datetime import date

import pytest
from spec.people_records import size
from spec.world import organization


def sizes(world, *columns):
    return [tuple(row[column] for column in columns) for row in world.tables["population"]]


@pytest.mark.parametrize("measure", ["custody-census", "plhiv-estimate", "opioid-dependence-estimate"])
def test_a_size_of_the_country_is_told_with_its_bounds(derived, measure):
    world = derived(size("1", measure, n=1200, low=1000, high=1500.5))
    assert sizes(world, "facility_key", "on_day", "kind", "n", "low", "high", "source") == [
        ("all", date(2024, 12, 31), measure.replace("-", "_"), 1200, 1000, 1500.5, None)
    ]


def test_a_size_of_a_facility_is_its_own_and_one_of_a_facility_that_is_not_known_is_left_out(derived):
    reporter = {"reporter": {"reference": "Organization/north", "display": "DEMO census office"}}
    world = derived(organization("north"), size("1", n=310) | reporter, size("2", of="lost", n=5))
    assert sizes(world, "n", "source") == [(310, "DEMO census office")]
    assert world.facility_of(world.tables["population"][0]) == "DEMO north"


@pytest.mark.parametrize(
    "other",
    [
        {"status": "pending"},
        {"status": "error"},
        {"type": "individual"},
        {"measure": "urn:throughcare:measure:custody"},
        {"measure": "urn:example:custody-census"},
        {"period": {"end": "2024"}},
        {"group": [{"population": []}]},
        {"group": []},
    ],
)
def test_what_is_not_a_whole_size_on_a_day_is_left_out(derived, other):
    assert sizes(derived(size("1", n=5) | other), "n") == []


def test_a_version_behind_the_measure_does_not_matter(derived):
    world = derived(size("1", n=5) | {"measure": "urn:throughcare:measure:custody-census|2"})
    assert sizes(world, "kind", "n") == [("custody_census", 5)]
