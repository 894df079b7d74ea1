"""People released on OAT, and how soon they had it again outside."""

from collections.abc import Iterator
from datetime import date, datetime

from services.demo.country.days import first_day, instant
from services.demo.country.facts import Dose
from services.demo.country.truth.coverage import given, on_oat, stretches
from services.demo.country.truth.gate import NOT_FREED, Release, releases
from services.demo.country.truth.known import Known, Someone, day_after
from services.demo.country.truth.members import Member, Span, member
from services.demo.country.truth.reports import reports

PROFILES = ("covered_7",)
WINDOW_DAYS, LOOK_BACK_DAYS = 28, 7
WITHIN = (1, 3, 7, 28)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each release in the period of somebody who was covered up to it."""
    heard = _heard(known)
    for person in known.people:
        for out in releases(person):
            day = out.moved.date()
            if (
                span.first <= day <= span.last
                and out.exit not in NOT_FREED
                and _was_treated(person, known, out)
            ):
                status = _status(person, known, out, heard)
                yield member(person, day.isoformat(), day, status, "prison", out.prison, out.legal_status)


def _was_treated(person: Someone, known: Known, out: Release) -> bool:
    """Whether something covered them on the day or on one of the 7 before, and not only a dose given after the release."""
    day = out.moved.date()
    doses = _doses_of_the_day(person, known, out)
    only_after = True in doses and False not in doses
    return any(
        one.first <= day
        and one.last >= day_after(day, -LOOK_BACK_DAYS)
        and (one.first < day or not only_after)
        for one in stretches(on_oat(person))
    )


def _doses_of_the_day(person: Someone, known: Known, out: Release) -> list[bool]:
    """Of each dose of the day of the release whether it was given after it."""
    of_day = [one for one in given(person) if first_day(one.on) == out.moved.date()]
    return [_is_after(one, known, out.moved) for one in of_day]


def _is_after(dose: Dose, known: Known, moved: datetime) -> bool:
    setting = known.facilities[dose.facility].setting if dose.facility else "unknown"
    moment = instant(dose.on)
    if setting == "prison":
        return False
    return moment.timestamp() >= moved.timestamp() if moment else setting == "community"


def _seen(person: Someone, known: Known, out: Release) -> date | None:
    """The first day on which they had it outside, before custody began again."""
    day = out.moved.date()
    if True in _doses_of_the_day(person, known, out):
        seen = day
    else:
        later = [max(one.first, day_after(day)) for one in stretches(on_oat(person)) if one.last > day]
        seen = min(later, default=date.max)
    return seen if seen <= day_after(day, WINDOW_DAYS) and (out.back is None or seen < out.back) else None


def _status(person: Someone, known: Known, out: Release, heard: list[tuple[date, date]]) -> str:
    day = out.moved.date()
    closes = day_after(day, WINDOW_DAYS)
    if closes >= known.cut_day:
        return "window_open"
    if seen := _seen(person, known, out):
        return next(f"within_{within}" for within in WITHIN if (seen - day).days <= within)
    if out.back and out.back <= closes:
        return "rearrested_first"
    if person.death and day <= person.death[0] and person.death[1] <= closes:
        return "died_first"
    anybody = any(last > day and first <= closes for first, last in heard)
    return "not_seen" if anybody else "receiving_area_silent"


def _heard(known: Known) -> list[tuple[date, date]]:
    """The first and last report of each community facility that offers or gives OAT."""
    givers = {one.facility for person in known.people for one in given(person)}
    return [
        days
        for facility, days in reports(known).items()
        if known.facilities[facility].setting == "community"
        and (facility in givers or any("oat" in one for one in known.facilities[facility].services))
    ]
