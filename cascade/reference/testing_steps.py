"""HIV testing after reception into prison."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cascade.reference import Member, World
from cascade.reference.first_diagnosis import first_diagnosis
from cascade.reference.placing import at_entry
from cascade.tables import HivTest, Period, Transition


@dataclass(frozen=True)
class Custody:
    """The days after a reception in which testing counts."""

    person_key: str
    from_at: datetime
    from_on: date
    released_at: datetime | None
    released_on: date | None

    @property
    def last(self) -> date:
        """Day 28, or the day of release."""
        day_28 = self.from_on + timedelta(days=28)
        return min(day_28, self.released_on) if self.released_on else day_28


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each reception of the period."""
    for move in world.transition:
        if move.kind == "reception" and period.first <= move.moved_on <= period.last:
            yield at_entry(
                world,
                move.person_key,
                move.moved_on.isoformat(),
                move.moved_on,
                move.to_facility_key or "unknown",
                "prison",
                move.legal_status,
                _status(world, period, _custody(world, move)),
            )


def _custody(world: World, reception: Transition) -> Custody:
    releases = [
        one
        for one in world.transition
        if (one.person_key, one.kind) == (reception.person_key, "release")
        and one.moved_at > reception.moved_at
    ]
    released = min(releases, key=lambda one: one.moved_at, default=None)
    return Custody(
        reception.person_key,
        reception.moved_at,
        reception.moved_on,
        released.moved_at if released else None,
        released.moved_on if released else None,
    )


def _status(world: World, period: Period, custody: Custody) -> str:
    if custody.last >= period.cut_day:
        return "window_open"
    first = first_diagnosis(world, custody.person_key)
    if first and first.diagnosed_hi and first.diagnosed_hi < custody.from_on:
        return "known_positive"
    tests = [one for one in world.hiv_test if _is_in(world, custody, one)]
    counted = [one for one in tests if one.purpose != "known_positive"]
    if tests and not counted:
        return "known_positive"
    return _step_tested(custody, counted) if counted else _step_offered(world, custody)


def _step_tested(custody: Custody, tests: list[HivTest]) -> str:
    returned = [one for one in tests if one.returned_hi and one.returned_hi <= custody.last]
    if any(one.outcome == "positive" for one in returned):
        return "positive"
    return "returned" if returned else "tested"


def _step_offered(world: World, custody: Custody) -> str:
    answers = {
        one.accepted
        for one in world.test_offer
        if one.person_key == custody.person_key
        and _is_within(world, custody, one.offered_lo, one.offered_hi, one.facility_key)
    }
    if not answers:
        return "not_offered"
    return "offered" if True in answers else "refused"


def _is_in(world: World, custody: Custody, test: HivTest) -> bool:
    """Whether it is a test of these days: not of the person by themselves, nor to verify."""
    if test.person_key != custody.person_key or test.self_test or test.purpose == "verification":
        return False
    if test.performed_at is None:
        return _is_within(world, custody, test.performed_lo, test.performed_hi, test.facility_key)
    if test.performed_at < custody.from_at:
        return False
    if custody.released_at is not None and test.performed_at >= custody.released_at:
        return False
    return test.performed_hi is not None and test.performed_hi <= custody.last


def _is_within(
    world: World, custody: Custody, first: date | None, last: date | None, facility_key: str
) -> bool:
    """Whether every day it can have been is one of these; that of a move only if a prison recorded it."""
    if first is None or last is None or first < custody.from_on or last > custody.last:
        return False
    moves = (custody.from_on, custody.released_on)
    if first not in moves and last not in moves:
        return True
    return any(one.facility_key == facility_key and one.setting == "prison" for one in world.facility)
