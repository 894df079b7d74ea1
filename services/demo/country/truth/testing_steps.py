"""People received into prison, and how far HIV testing got with them by day 28, or by their release."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.demo.country.days import first_day, instant, last_day
from services.demo.country.facts import HivTest, Offer
from services.demo.country.truth.gate import Reception, receptions, releases
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known, Someone, day_after
from services.demo.country.truth.members import Member, Span, member

PROFILES = ("days_28",)
WINDOW_DAYS = 28


@dataclass(frozen=True)
class Window:
    """From a reception to day 28, or to the release."""

    entered: datetime
    released: datetime | None

    @property
    def last(self) -> date:
        day = day_after(self.entered.date(), WINDOW_DAYS)
        return min(day, self.released.date()) if self.released else day

    def holds(self, known: Known, first: date, last: date, facility: str) -> bool:
        """Whether what is known by the day is in it; on the days of the moves only what a prison wrote down."""
        moves = {self.entered.date(), self.released.date() if self.released else None}
        in_prison = known.facilities[facility].setting == "prison" or not {first, last} & moves
        return self.entered.date() <= first and last <= self.last and in_prison

    def holds_test(self, known: Known, test: HivTest) -> bool:
        """By the hour, if it is known."""
        moment = instant(test.performed)
        if moment is None:
            return self.holds(known, first_day(test.performed), last_day(test.performed), test.facility)
        after = self.entered.timestamp() <= moment.timestamp()
        before = self.released is None or moment.timestamp() < self.released.timestamp()
        return after and before and moment.date() <= self.last


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each reception of the period."""
    for person in known.people:
        for one in receptions(person):
            day = one.moved.date()
            if span.first <= day <= span.last:
                status = _status(person, known, one)
                yield member(person, day.isoformat(), day, status, "prison", one.prison, one.legal_status)


def _status(person: Someone, known: Known, one: Reception) -> str:
    freed = [out.moved for out in releases(person) if out.moved.timestamp() > one.moved.timestamp()]
    window = Window(one.moved, min(freed, key=datetime.timestamp, default=None))
    if window.last >= known.cut_day:
        return "window_open"
    if any(last_day(told.on) < one.moved.date() for told in confirmed(person)):
        return "known_positive"
    tests = [test for test in person.of(HivTest) if _counts(test) and window.holds_test(known, test)]
    unknown = [test for test in tests if test.purpose != "known-positive"]
    if tests and not unknown:
        return "known_positive"
    return _of_tests(unknown, window.last) if unknown else _of_offers(person, known, window)


def _counts(test: HivTest) -> bool:
    return not test.self_test and test.purpose != "verification"


def _of_tests(tests: list[HivTest], last: date) -> str:
    told = {test.outcome for test in tests if test.returned and test.returned.date() <= last}
    return "positive" if "positive" in told else "returned" if told else "tested"


def _of_offers(person: Someone, known: Known, window: Window) -> str:
    answers = {
        one.accepted
        for one in person.of(Offer)
        if window.holds(known, first_day(one.on), last_day(one.on), one.facility)
    }
    return "offered" if True in answers else "refused" if answers else "not_offered"
