"""What a tablet without a network lets a tap stop is what the rules say of it once it is recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from oat import DAY, HOUR, METHADONE, ONE_DAY, SIX, a_happened, a_law, an_attendance, an_order

from clinical.oat.happened import NOT_TAKEN, Finding, Happened, Kind
from clinical.oat.round.tapped import TAKEN, stops_of_a_tap, times_after
from clinical.oat.stops import stops_of, too_soon
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
    assert set(stops_of_a_tap(LAW)) == {*Finding, Kind.SPILLED, TAKEN}


@pytest.mark.parametrize(("name", "order", "part"), [("between_parts", "order", 2), ("after", "another", 1)])
@pytest.mark.parametrize("left", [timedelta(minutes=1), timedelta()])
def test_another_dose_stops_for_as_long_as_by_the_rules(
    name: str, order: str, part: int, left: timedelta
) -> None:
    time = times_after(LAW)[name][METHADONE.code]
    dose = a_happened(at=SIX - time + left, order=order, slot_day=DAY, part=1)
    stops = stops_of(an_attendance(dose, order=an_order(*[30] * part), part=part), LAW)
    ruled = [one for one in stops if one.code == too_soon.CODE]
    tapped = stops_of_a_tap(LAW)[TAKEN]
    assert [one.until for one in ruled] == ([dose.occurred_at + time] if left else [])
    assert all((one.released_by, one.do_now) == (tapped.released_by, tapped.do_now) for one in ruled)


def test_how_long_nobody_has_set_is_a_whole_day() -> None:
    assert times_after(Protocol())["after"][METHADONE.code] == timedelta(hours=24)
