"""A hold as a Flag, and its closed list of reasons."""

from datetime import date
from typing import Any

import pytest
from oat import DAY, ZONE, held, on

from clinical.oat.hold import WORDS, Hold, HoldReason, flag_of, hold_of, holds_on
from fhir_store.gate import issues_of


@pytest.mark.parametrize("reason", list(HoldReason))
@pytest.mark.parametrize("end", [None, on(3)])
def test_there_and_back_and_through_the_gate(reason: HoldReason, end: date | None) -> None:
    hold = Hold("h", "p", reason, DAY, end, "dr-a")
    resource = held(flag_of(hold))
    assert issues_of(resource) == [] or {one.expression for one in issues_of(resource)} == {"Flag.code"}
    assert hold_of(resource, ZONE) == hold


def a_flag(**changes: Any) -> dict[str, Any]:
    base = flag_of(Hold("h", "p", HoldReason.CLINICAL, DAY))
    return {name: one for name, one in {**base, **changes}.items() if one is not None}


def code(word: str) -> dict[str, Any]:
    return {"coding": [{"system": "urn:throughcare:code-system:hold", "code": word}]}


def test_one_that_was_lifted_is_inactive_and_nobody_is_named_where_nobody_set_it() -> None:
    standing, lifted = (
        Hold("h", "p", HoldReason.CLINICAL, DAY),
        Hold("h", "p", HoldReason.CLINICAL, DAY, on(1)),
    )
    assert (flag_of(standing)["status"], flag_of(lifted)["status"]) == ("active", "inactive")
    assert "author" not in flag_of(standing)


def test_its_days_are_those_of_the_facility() -> None:
    evening = {"start": "2026-03-09T23:30:00Z", "end": "2026-03-11T23:30:00Z"}
    found = hold_of(held(a_flag(period=evening, status="inactive", id=None)), ZONE)
    assert found
    assert (found.id, found.start, found.end) == ("", DAY, on(2))


def test_a_word_that_is_not_ours_still_holds() -> None:
    found = hold_of(held(a_flag(code=code("sanction"))), ZONE)
    assert found
    assert found.reason is HoldReason.CLINICAL


def test_no_reason_is_disciplinary() -> None:
    assert set(HoldReason) == {"clinical", "missed-doses", "overdose", "qtc"}
    assert set(WORDS) == set(HoldReason)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"code": {"coding": [{"code": "clinical"}]}},
        {"code": None},
        {"subject": {"reference": "Group/g"}},
        {"subject": None},
        {"period": {"end": "2026-03-12"}},
        {"period": None},
    ],
)
def test_what_is_no_hold_is_left_out(changes: dict[str, Any]) -> None:
    assert hold_of(held(a_flag(**changes)), ZONE) is None


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, None),
        ({"period": {"start": "2026-03-10", "end": "2026-03-12"}}, on(2)),
        ({"status": "inactive"}, DAY),
        ({"status": "inactive", "meta": {"lastUpdated": "2026-03-14T10:00:00Z"}}, on(4)),
        ({"status": "inactive", "meta": {"lastUpdated": "2026-03-01T10:00:00Z"}}, DAY),
        ({"meta": {"lastUpdated": "2026-03-14T10:00:00Z"}}, None),
    ],
)
def test_what_was_lifted_without_saying_when_held_until_that_was_written(
    changes: dict[str, Any], end: date | None
) -> None:
    found = hold_of(held(a_flag(**changes)), ZONE)
    assert found
    assert found.end == end


def test_a_hold_covers_its_first_and_its_last_day() -> None:
    closed, open_ = Hold("a", "p", HoldReason.QTC, DAY, on(2)), Hold("b", "p", HoldReason.CLINICAL, on(1))
    assert [[one.id for one in holds_on((open_, closed), on(n))] for n in range(-1, 4)] == [
        [], ["a"], ["a", "b"], ["a", "b"], ["b"],
    ]  # fmt: skip
