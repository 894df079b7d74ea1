"""The withdrawal scale: its points, its sum, its bands; and the QTc of an ECG."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, SIX, ZONE, held

from clinical.oat.cows import BAND_WORDS, POINTS, WORDS, Band, Cows, Item, band_of, cows_of, observation_of
from clinical.oat.ecg import Ecg, ecg_of
from fhir_store.gate import issues_of

ALL = st.fixed_dictionaries({item: st.sampled_from(POINTS[item]) for item in Item})
SOME = st.dictionaries(st.sampled_from(list(Item)), st.just(0), max_size=10)


def scored(points: dict[Item, int]) -> Cows:
    return Cows("c", "p", SIX, points, "nurse-a")


@given(ALL | SOME)
def test_there_and_back_and_through_the_gate(points: dict[Item, int]) -> None:
    resource = held(observation_of(scored(points)))
    if points:
        assert issues_of(resource) == []
    assert cows_of(resource, ZONE) == scored(points)
    assert ("valueQuantity" in resource) == (len(points) == 11)


def test_the_scale_has_eleven_findings_and_at_most_48_points() -> None:
    assert len(Item) == len(POINTS) == len(WORDS) == 11
    assert sum(max(points) for points in POINTS.values()) == 48
    assert all(points[0] == 0 and list(points) == sorted(set(points)) for points in POINTS.values())
    assert {item: points[-1] for item, points in POINTS.items() if points[-1] == 5} == {
        Item.RESTLESSNESS: 5, Item.PUPILS: 5, Item.STOMACH: 5, Item.GOOSEFLESH: 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, Band.NONE),
        (4, Band.NONE),
        (5, Band.MILD),
        (12, Band.MILD),
        (13, Band.MODERATE),
        (24, Band.MODERATE),
        (25, Band.MODERATELY_SEVERE),
        (36, Band.MODERATELY_SEVERE),
        (37, Band.SEVERE),
        (48, Band.SEVERE),
    ],
)
def test_a_sum_has_its_band(total: int, band: Band) -> None:
    assert band_of(total) is band
    assert set(BAND_WORDS) == set(Band)


@given(ALL)
def test_the_sum_is_that_of_all_findings(points: dict[Item, int]) -> None:
    cows = scored(points)
    assert cows.total == sum(points.values())
    assert cows.band is band_of(sum(points.values()))


@pytest.mark.parametrize("item", list(Item))
def test_without_one_finding_there_is_no_sum(item: Item) -> None:
    points = {other: POINTS[other][-1] for other in Item if other is not item}
    cows = scored(points)
    assert (cows.total, cows.band, cows.missing) == (None, None, (item,))


@pytest.mark.parametrize("wrong", [3, 5, -1])
def test_points_that_a_finding_cannot_have_are_none(wrong: int) -> None:
    cows = scored(dict.fromkeys(Item, 0) | {Item.PULSE: wrong})
    assert (cows.total, cows.missing) == (None, (Item.PULSE,))


def an_observation(**changes: Any) -> dict[str, Any]:
    base = observation_of(scored(dict.fromkeys(Item, 0)))
    return {name: one for name, one in {**base, **changes}.items() if one is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "preliminary"},
        {"code": {"coding": [{"code": "cows"}]}},
        {"subject": {"reference": "Group/g"}},
        {"subject": None},
        {"code": None},
        {"effectiveDateTime": None},
    ],
)
def test_what_is_no_score_is_left_out(changes: dict[str, Any]) -> None:
    assert cows_of(held(an_observation(**changes)), ZONE) is None


def test_a_score_has_its_unit_and_what_is_not_known_is_not_written() -> None:
    resource = observation_of(Cows("", "p", SIX, dict.fromkeys(Item, 0)))
    assert resource["valueQuantity"] == {
        "value": 0, "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}",
    }  # fmt: skip
    assert {"performer", "id"}.isdisjoint(resource)
    found = cows_of(held({**resource, "effectiveDateTime": "2026-03-10"}), ZONE)
    assert found
    assert (found.id, found.by, found.total) == ("", None, 0)
    assert found.at == SIX.replace(hour=23) - timedelta(days=1)


def test_a_finding_without_a_code_is_none() -> None:
    found = cows_of(held(an_observation(component=[{"valueInteger": 1}])), ZONE)
    assert found
    assert found.points == {}


def test_a_finding_that_is_not_of_the_scale_is_left_out() -> None:
    odd = [
        {
            "code": {"coding": [{"system": "urn:throughcare:code-system:cows-item", "code": "mood"}]},
            "valueInteger": 1,
        }
    ]
    found = cows_of(held(an_observation(component=odd, performer=[{"reference": "Organization/o"}])), ZONE)
    assert found
    assert (found.points, found.by) == ({}, None)


# --- the QTc


def an_ecg(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Observation",
        "id": "e",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8636-3"}]},
        "effectiveDateTime": "2026-03-10T09:00:00+01:00",
        "valueQuantity": {"value": 460, "unit": "ms", "code": "ms"},
    }
    return {name: one for name, one in {**base, **changes}.items() if one is not None}


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        ({"value": 460, "code": "ms"}, 460),
        ({"value": 460, "unit": "ms"}, 460),
        ({"value": 0.46, "code": "s"}, 460),
        ({"value": 460.4, "code": "ms"}, 460),
    ],
)
def test_a_qtc_is_in_milliseconds(value: dict[str, Any], ms: int) -> None:
    assert ecg_of(held(an_ecg(valueQuantity=value)), ZONE) == Ecg(DAY, ms, "Observation/e")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}},
        {"effectiveDateTime": "2026-03"},
        {"effectiveDateTime": None},
        {"valueQuantity": {"value": 460}},
        {"valueQuantity": {"code": "ms"}},
        {"valueQuantity": None},
    ],
)
def test_what_is_no_qtc_is_left_out(changes: dict[str, Any]) -> None:
    assert ecg_of(held(an_ecg(**changes)), ZONE) is None
