"""Who may open a record, for what reason, and who looks at it afterwards."""

from datetime import timedelta

import pytest
from asking import NOW, opened

from services.access.decision.break_glass import REASON_WITHIN, Reason, may_break_glass, may_review
from services.access.roles import ROLES


def test_nobody_reviews_their_own() -> None:
    assert not may_review("anna", opened())
    assert may_review("boris", opened())


@pytest.mark.parametrize("role", ROLES)
def test_who_treats_may_and_nobody_else(role: str) -> None:
    assert may_break_glass([ROLES[role]]) is ROLES[role].is_clinical


@pytest.mark.parametrize("other", ["custody_officer", "administrator"])
def test_not_who_also_guards_or_administers(other: str) -> None:
    assert not may_break_glass([ROLES["doctor"], ROLES[other]])


def test_nobody_without_a_role() -> None:
    assert not may_break_glass([])


def test_the_reason_is_due_at_the_end_of_the_shift() -> None:
    shift_ends = NOW + timedelta(hours=3)
    assert not opened().reason_is_overdue(shift_ends - timedelta(seconds=1), shift_ends)
    assert opened().reason_is_overdue(shift_ends, shift_ends)
    assert not opened(reason=Reason.OVERDOSE).reason_is_overdue(shift_ends, shift_ends)


def test_where_the_shift_is_not_known_it_is_due_after_a_long_one() -> None:
    glass = opened()
    assert not glass.reason_is_overdue(glass.opened_at + REASON_WITHIN - timedelta(seconds=1))
    assert glass.reason_is_overdue(glass.opened_at + REASON_WITHIN)
