"""When a facility has a treatment relationship with a patient."""

from datetime import date, timedelta

import pytest

from services.access.decision import Care, Relationship, relationship

OPEN, CLOSED, NONE = Relationship.OPEN, Relationship.CLOSED, Relationship.NONE


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def _care(began: str, ended: str | None = None, acknowledged: str | None = None, *tasks: str | None) -> Care:
    return Care(
        _day(began),
        ended=_day(ended) if ended else None,
        acknowledged=_day(acknowledged) if acknowledged else None,
        follow_up=tuple(_day(task) if task else None for task in tasks),
    )


GOING_ON = _care("01-10")
HANDED_OVER = _care("01-10", "02-01", "02-03")
WITH_TASKS = _care("01-10", "02-01", "02-03", "02-02", "02-20")
TASK_OPEN = _care("01-10", "02-01", "02-03", None)
NOT_ACKNOWLEDGED = _care("01-10", "02-01")
LATE = _care("01-10", "02-01", "06-01")
EARLY = _care("01-10", "02-01", "01-30")
ARRIVED = _care("01-10", "01-10")


@pytest.mark.parametrize(
    ("care", "on", "expected"),
    [
        (GOING_ON, "01-09", NONE),
        (GOING_ON, "01-10", OPEN),
        (GOING_ON, "12-31", OPEN),
        (HANDED_OVER, "02-01", OPEN),
        (HANDED_OVER, "02-03", OPEN),
        (HANDED_OVER, "02-04", CLOSED),
        (WITH_TASKS, "02-20", OPEN),
        (WITH_TASKS, "02-21", CLOSED),
        (TASK_OPEN, "02-04", OPEN),
        (TASK_OPEN, "04-02", OPEN),
        (TASK_OPEN, "04-03", CLOSED),
        (NOT_ACKNOWLEDGED, "04-02", OPEN),
        (NOT_ACKNOWLEDGED, "04-03", CLOSED),
        (LATE, "04-02", OPEN),
        (LATE, "04-03", CLOSED),
        (EARLY, "02-01", OPEN),
        (EARLY, "02-02", CLOSED),
        (ARRIVED, "01-10", OPEN),
        (ARRIVED, "03-11", OPEN),
        (ARRIVED, "03-12", CLOSED),
    ],
)
def test_it_begins_with_care_and_ends_when_all_is_handed_over(
    care: Care, on: str, expected: Relationship
) -> None:
    # 60 days after 1 February is 2 April, after 10 January 11 March.
    assert relationship([care], _day(on)) is expected


def test_any_care_that_is_open_is_enough() -> None:
    assert relationship([HANDED_OVER, _care("03-01")], _day("03-01")) is OPEN
    assert relationship([HANDED_OVER, _care("03-02")], _day("03-01")) is CLOSED


def test_without_care_there_is_none() -> None:
    assert relationship([], _day("03-01")) is NONE


def test_how_long_it_lasts_is_a_parameter() -> None:
    assert relationship([NOT_ACKNOWLEDGED], _day("02-11"), timedelta(days=10)) is OPEN
    assert relationship([NOT_ACKNOWLEDGED], _day("02-12"), timedelta(days=10)) is CLOSED
