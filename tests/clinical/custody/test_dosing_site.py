"""Exactly one site gives the doses, or none, and a hand-over moves it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resources import text_of

from clinical.custody.dosing_site import Care, HandOver, dosing_site, hand_over_row, hand_over_task
from clinical.custody.oat_programme import programme_row
from clinical.labels import Label, labels_of
from fhir_store.gate import check

DAY = timedelta(days=1)
T = datetime(2026, 3, 1, 6, tzinfo=UTC)


def stay(facility: str, since: int, until: int | None = None, *, transferred: bool = False) -> Care:
    return Care(facility, T + since * DAY, None if until is None else T + until * DAY, True, transferred)


def programme(facility: str, since: int, until: int | None = None) -> Care:
    return Care(facility, T + since * DAY, None if until is None else T + until * DAY, False)


def taken(facility: str, at: int) -> HandOver:
    return HandOver(facility, T + at * DAY)


@pytest.mark.parametrize(
    ("cares", "hand_overs", "site"),
    [
        ([], [], None),
        ([stay("a", 0)], [], "a"),
        ([stay("a", 0), stay("b", 1)], [], "a"),
        ([stay("b", 0), stay("a", 1)], [], "b"),
        ([stay("a", 0), stay("b", 1)], [taken("b", 2)], "b"),
        ([stay("a", 0), stay("b", 1)], [taken("b", 2), taken("a", 3)], "a"),
        ([stay("a", 0), stay("b", 1)], [taken("a", 3), taken("b", 2)], "a"),
        ([stay("a", 0, 1, transferred=True)], [], "a"),
        ([stay("a", 0, 1, transferred=True), stay("b", 1)], [], "b"),
        ([stay("a", 0, 1)], [], None),
        ([stay("a", 0, 1), stay("a", 2, 3, transferred=True)], [], "a"),
        ([stay("a", 0, 1, transferred=True), stay("a", 2, 3)], [], None),
        ([programme("c", 0)], [], "c"),
        ([programme("c", 0), stay("a", 1)], [], "a"),
        ([programme("c", 0), stay("a", 1, 5)], [], "c"),
        ([programme("c", 0), stay("a", 1, 5)], [taken("a", 1)], None),
        ([programme("c", 0), stay("a", 1, 5)], [taken("a", 1), taken("c", 5)], "c"),
        ([stay("a", 0)], [taken("hospital", 2)], "hospital"),
        ([stay("a", 0)], [taken("hospital", 2), taken("a", 4)], "a"),
        ([stay("a", 0), stay("b", 0, 1)], [taken("b", 2)], "b"),
        ([stay("a", 0), stay("b", 0, 2)], [taken("b", 2)], None),
        ([stay("a", 0), stay("b", 1, 3)], [taken("b", 2)], None),
        ([stay("a", 0), stay("b", 1, 3), stay("d", 4)], [taken("b", 2)], "d"),
        ([stay("a", 0), stay("b", 1, 3, transferred=True)], [taken("b", 2)], "b"),
        ([stay("a", 0, 1), stay("a", 3)], [taken("a", 0)], "a"),
    ],
)  # fmt: skip
def test_which_site_it_is(cares: list[Care], hand_overs: list[HandOver], site: str | None) -> None:
    assert dosing_site(cares, hand_overs) == site
    assert dosing_site(reversed(cares), reversed(hand_overs)) == site


PLACES = st.sampled_from("abc")
CARES = st.builds(stay, PLACES, st.integers(0, 5), st.none() | st.integers(6, 9), transferred=st.booleans())
TAKEN = st.builds(taken, PLACES, st.integers(0, 9))


@given(st.lists(CARES, max_size=5), st.lists(TAKEN, max_size=4), PLACES)
def test_after_a_hand_over_to_an_open_place_it_is_that_place(
    cares: list[Care], before: list[HandOver], to: str
) -> None:
    assert dosing_site([*cares, stay(to, 5)], [*before, taken(to, 10)]) == to


@given(st.lists(CARES, max_size=5), st.lists(TAKEN, max_size=4))
def test_it_is_never_a_place_that_has_nothing_to_do_with_the_person(
    cares: list[Care], hand_overs: list[HandOver]
) -> None:
    assert dosing_site(cares, hand_overs) in {None, *(one.facility for one in [*cares, *hand_overs])}


def test_a_hand_over_is_a_task_that_the_new_site_completed() -> None:
    task = hand_over_task("p1", "south", T, before="north", verified=True)
    check(text_of({"id": "t", **task}).value)
    assert Label.R in labels_of(task)
    row = {"patient_id": "p1", "facility_id": "south", "at": T, "last_dose_verified": True}
    assert hand_over_row(task, UTC) == row  # type: ignore[arg-type]
    unsure = hand_over_task("p1", "south", T, verified=False)
    assert hand_over_row(unsure, UTC) == {**row, "last_dose_verified": False}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other", [{"status": "requested"}, {"status": "entered-in-error"}, {"owner": {}}, {"for": {}}, {"executionPeriod": {}}, {"code": {}}]
)  # fmt: skip
def test_what_is_no_hand_over(other: dict[str, Any]) -> None:
    assert hand_over_row({**hand_over_task("p1", "south", T, verified=True), **other}, UTC) is None  # type: ignore[arg-type]


def an_episode(**other: Any) -> dict[str, Any]:
    coding = {"system": "urn:throughcare:code-system:programme", "code": "oat"}
    return {
        "resourceType": "EpisodeOfCare", "status": "active", "type": [{"coding": [coding]}], "patient": {"reference": "Patient/p1"},
        "managingOrganization": {"reference": "Organization/c"}, "period": {"start": "2026-03-01"}, **other,
    }  # fmt: skip


def test_only_opioid_treatment_that_was_begun_is_a_programme_here() -> None:
    assert programme_row(an_episode(), UTC) is not None  # type: ignore[arg-type]
    hiv = [{"coding": [{"system": "urn:throughcare:code-system:programme", "code": "hiv"}]}]
    for other in (
        {"type": hiv},
        {"type": []},
        {"status": "planned"},
        {"status": "entered-in-error"},
        {"patient": {}},
    ):
        assert programme_row(an_episode(**other), UTC) is None  # type: ignore[arg-type]
