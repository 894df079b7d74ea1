"""A whole wing without doses: one reason for whoever is still to come, once, and taken back by one press."""

import pytest
from round_online import Online
from round_tablets import Tablet

from services.access.pages.desk import Desk

WING = "/round/wing"
RECORDED = (
    "SELECT patient_id, kind, reason FROM clinical.oat_event WHERE day = '2026-03-10' ORDER BY patient_id"
)


@pytest.fixture
def page(nurse: Tablet) -> Online:
    return Online(nurse)


def _recorded(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.database.cursor() as cursor:
        return [(who, kind, why or "") for who, kind, why in cursor.execute(RECORDED).fetchall()]


def _locked_down(page: Online, **typed: str) -> None:
    page.open(WING)
    page.send(WING, **{"wing": "", "reason": "lockdown", "sure": "yes", **typed})


def test_whoever_is_still_to_come_is_recorded_once_and_who_was_gone_through_is_left_alone(
    page: Online, desk: Desk
) -> None:
    page.give("p1")
    page.open(WING)
    (form,) = page.forms(WING)
    for _ in range(2):
        page.page = page.http.post(WING, data={**form, "wing": "", "reason": "lockdown", "sure": "yes"})
        assert "recorded for 1 person" in page.main
    assert _recorded(desk) == [("p1", "given", ""), ("p2", "not-available", "lockdown")]
    assert "Nobody is still to come" in page.main


def test_it_is_undone_for_all_at_once_and_they_are_to_come_again(page: Online, desk: Desk) -> None:
    _locked_down(page)
    assert "recorded for 2 people" in page.main
    page.send(f"{WING}/undo")
    assert "Taken back for 2 people" in page.main
    assert {(kind, why) for _, kind, why in _recorded(desk)} == {("entered-in-error", "lockdown")}
    page.open()
    assert "2 still to come, 0 done" in page.main


def test_whose_dose_was_given_after_all_keeps_it_when_the_rest_is_taken_back(
    page: Online, desk: Desk
) -> None:
    _locked_down(page)
    told = page.page
    page.give("p1")
    page.page = told
    page.send(f"{WING}/undo")
    assert ("p1", "given", "") in _recorded(desk)


@pytest.mark.parametrize(
    "typed", [{"sure": ""}, {"reason": "refused"}, {"reason": ""}, {"reason": "court"}, {"reason": "x"}]
)
def test_without_reason_or_saying_so_nothing_is_recorded(
    page: Online, desk: Desk, typed: dict[str, str]
) -> None:
    _locked_down(page, **typed)
    assert page.page.status_code == 422
    assert "Nothing is recorded" in page.main
    assert _recorded(desk) == []


def test_a_wing_that_is_not_there_is_refused(page: Online, desk: Desk) -> None:
    _locked_down(page, wing="Z")
    assert page.page.status_code == 400
    assert _recorded(desk) == []
