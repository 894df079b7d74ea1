"""What a tablet without a network lets a tap stop is what the rules say of it once it is recorded."""

from dataclasses import replace

import pytest
from oat import DAY, HOUR, ONE_DAY, SIX, a_happened, a_law, an_attendance

from clinical.oat.happened import NOT_TAKEN, Finding, Happened, Kind
from clinical.oat.round.tapped import stops_of_a_tap
from clinical.oat.stops import stops_of
from clinical.protocols import Protocol

LAW = a_law()
YESTERDAY = a_happened(at=SIX - ONE_DAY)
OF_SLOT = {"order": "order", "slot_day": DAY, "part": 1}
TAPPED = {
    Finding.SEDATED: a_happened(Kind.WITHHELD, at=SIX - HOUR / 2, finding=Finding.SEDATED, **OF_SLOT),  # type: ignore[arg-type]
    Finding.INTOXICATED: a_happened(Kind.WITHHELD, at=SIX - HOUR / 2, finding=Finding.INTOXICATED, **OF_SLOT),  # type: ignore[arg-type]
    Kind.SPILLED: a_happened(Kind.SPILLED, at=SIX - HOUR / 2, **OF_SLOT),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("law", [LAW, a_law(oat__recheck_after=None)])
@pytest.mark.parametrize(("name", "happened"), TAPPED.items())
def test_a_tap_stops_what_the_rules_stop(name: str, happened: Happened, law: Protocol) -> None:
    (ruled,) = stops_of(an_attendance(YESTERDAY, happened), law)
    assert stops_of_a_tap(law)[name] == replace(ruled, until=None, escalate_at=None)


@pytest.mark.parametrize("kind", sorted(NOT_TAKEN))
def test_whatever_else_was_not_taken_stops_nothing(kind: Kind) -> None:
    assert stops_of(an_attendance(YESTERDAY, a_happened(kind, at=SIX - HOUR / 2, **OF_SLOT)), LAW) == ()  # type: ignore[arg-type]


def test_of_each_finding_and_of_a_spill_the_tablet_has_a_stop() -> None:
    assert set(stops_of_a_tap(LAW)) == {*Finding, Kind.SPILLED}
