"""The measures again, in plain Python loops over rows: slow, obvious, the judge.

One function per module in cascade.monthly, of the same name. It is written from the module's statements, not
from its expression, and shares nothing with it but the contract. Where the two disagree, one of them is wrong.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cascade.tables import ALL_FACILITIES, GIVEN, Dose, Facility, Window


@dataclass(frozen=True)
class PeopleGiven:
    """One row of the result of people_given_oat."""

    month: date | None
    facility_key: str
    facility_name: str | None
    people: int
    complete: bool


def people_given_oat(
    doses: Sequence[Dose], facilities: Sequence[Facility], window: Window
) -> set[PeopleGiven]:
    """People given OAT per month, by facility and nationally."""
    visible = [dose for dose in doses if dose.recorded_at is None or dose.recorded_at <= window.data_as_of]
    names = {facility.facility_key: facility.name for facility in facilities}
    result, known_somewhere = set(), set()
    for facility_key in sorted({dose.facility_key for dose in visible}):
        here = [dose for dose in visible if dose.facility_key == facility_key]
        known = _known_months(here, window)
        known_somewhere.update(known)
        for month, people in (*_by_month(here, known), *_without_month(here, window)):
            complete = month in window.complete
            result.add(PeopleGiven(month, facility_key, names.get(facility_key), people, complete))
    for month, people in (*_by_month(visible, known_somewhere), *_without_month(visible, window)):
        result.add(PeopleGiven(month, ALL_FACILITIES, None, people, month in window.complete))
    return result


def _known_months(doses: list[Dose], window: Window) -> list[date]:
    """The months of the window from the first to the last with any of these doses in the record."""
    reported = [month for month in window.first_days if any(_surely_in(dose, month) for dose in doses)]
    return [month for month in window.first_days if reported and reported[0] <= month <= reported[-1]]


def _by_month(doses: list[Dose], months: Iterable[date]) -> Iterator[tuple[date | None, int]]:
    for month in months:
        people = {dose.person_key for dose in doses if dose.status in GIVEN and _surely_in(dose, month)}
        yield month, len(people)


def _without_month(doses: list[Dose], window: Window) -> Iterator[tuple[date | None, int]]:
    people = {dose.person_key for dose in doses if dose.status in GIVEN and _perhaps_in(dose, window)}
    if people:
        yield None, len(people)


def _surely_in(dose: Dose, month: date) -> bool:
    if dose.given_lo is None or dose.given_hi is None:
        return False
    return month <= dose.given_lo and dose.given_hi <= _last_day(month)


def _perhaps_in(dose: Dose, window: Window) -> bool:
    """Whether the dose has no sure month but may belong to one of the window."""
    if dose.given_lo is None or dose.given_hi is None:
        return True
    if (dose.given_lo.year, dose.given_lo.month) == (dose.given_hi.year, dose.given_hi.month):
        return False
    return dose.given_lo <= window.period_end and window.first_days[0] <= dose.given_hi


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
