"""An order that begins today though today's dose was taken."""

from datetime import timedelta

import pytest
from oat import DAY, ONE_DAY, SIX, WEEKLY, a_happened, a_law, a_proposal, an_order, on

from clinical.oat.checks.given_today import check
from clinical.oat.happened import Kind
from clinical.oat.issue import Severity

LAW = a_law()
JUST_NOW = a_happened(at=SIX - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("start", "taken", "found"),
    [
        (DAY, JUST_NOW, [Severity.MODERATE]),
        (on(1), JUST_NOW, []),
        (DAY, a_happened(at=SIX - ONE_DAY), []),
        (DAY, a_happened(Kind.REFUSED, at=SIX - timedelta(minutes=5)), []),
    ],
)
def test_the_next_dose_is_tomorrows(start: object, taken: object, found: list[Severity]) -> None:
    proposal = a_proposal(an_order(id="new", start=start), taken)  # type: ignore[arg-type]
    assert [one.severity for one in check(proposal, LAW)] == found


def test_a_depot_has_its_own_window() -> None:
    proposal = a_proposal(an_order(16, id="new", start=DAY, product=WEEKLY), JUST_NOW)
    assert list(check(proposal, LAW)) == []
