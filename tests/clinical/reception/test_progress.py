"""What is missing and when it is due: before the instant, at it and after it; and what counts as asked."""

from datetime import UTC, datetime, timedelta

import pytest
from oat import a_law

from clinical.protocols import NO_PROTOCOL, protocol_of
from clinical.reception.answer import Answer, Silence
from clinical.reception.asked import asked
from clinical.reception.deadlines import deadlines
from clinical.reception.progress import before, next_after, progress
from clinical.reception.question import Part

ARRIVED = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
LISTED = asked({}, "female")


def answers(**silences: Silence | None) -> dict[str, Answer]:
    return {
        code: Answer(code, ARRIVED, "nurse", () if silence else ("none",), silence=silence)
        for code, silence in silences.items()
    }


@pytest.mark.parametrize(("part", "hours"), [(Part.SAFETY, 1), (Part.REST, 24)])
@pytest.mark.parametrize(("seconds", "overdue"), [(-1, False), (0, False), (1, True)])
def test_a_part_is_overdue_after_its_time(part: Part, hours: int, seconds: int, overdue: bool) -> None:
    due = deadlines(ARRIVED, protocol_of("demonstration"))
    at = ARRIVED + timedelta(hours=hours, seconds=seconds)
    lines = progress(LISTED, {}, due, at).of(part)
    assert {one.is_overdue for one in lines} == {overdue}
    assert due[part].is_set
    assert due[part].is_proposed


def test_what_the_protocol_does_not_say_is_due_at_once_and_said() -> None:
    due = deadlines(ARRIVED, NO_PROTOCOL)
    assert {one.at for one in due.values()} == {ARRIVED}
    assert not any(one.is_set or one.is_proposed for one in due.values())
    assert all(one.is_overdue for one in progress(LISTED, {}, due, ARRIVED + timedelta(seconds=1)).lines)


def test_the_country_says_how_long() -> None:
    due = deadlines(ARRIVED, a_law(**{"reception.safety-within": "30 min"}))
    assert due[Part.SAFETY].at == ARRIVED + timedelta(minutes=30)


def test_only_an_answer_or_a_refusal_ends_the_asking() -> None:
    due = deadlines(ARRIVED, protocol_of("demonstration"))
    late = ARRIVED + timedelta(days=2)
    said = answers(
        alcohol=None, suicide=Silence.REFUSES, sedatives=Silence.NOT_ASKED, pregnancy=Silence.CANNOT_ANSWER
    )
    found = progress(LISTED, said, due, late)
    missing = {one.question.code for one in found.missing()}
    assert not missing & {"alcohol", "suicide"}
    assert {"sedatives", "pregnancy"} <= missing
    assert {one.question.code: one.is_overdue for one in found.lines}["suicide"] is False
    assert not found.is_complete
    everything = answers(**{one.code: None for one in LISTED})
    assert progress(LISTED, everything, due, late).is_complete
    assert not progress(LISTED, {**everything, **answers(allergies=Silence.NOT_ASKED)}, due, late).is_complete


def test_the_next_question_is_the_next_without_any_answer_and_back_is_the_one_before() -> None:
    first, second, third = LISTED[:3]
    assert next_after(LISTED, {}, first.code) == second
    assert next_after(LISTED, answers(**{second.code: Silence.NOT_ASKED}), first.code) == third
    assert next_after(LISTED, {}, LISTED[-1].code) is None
    assert before(LISTED, first.code) is None
    assert before(LISTED, second.code) == first
