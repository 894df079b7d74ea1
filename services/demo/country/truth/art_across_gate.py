"""People released on ART: whether they were given it outside, or had enough in hand."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.days import first_day
from services.demo.country.facts import Supply
from services.demo.country.truth.coverage import on_art, stretches
from services.demo.country.truth.gate import NOT_FREED, Release, releases
from services.demo.country.truth.known import Known, Someone, day_after
from services.demo.country.truth.members import Member, Span, member
from services.demo.country.truth.on_art import is_on_art
from services.demo.country.truth.reports import reports

PROFILES = {"days_28": 28, "days_7": 7, "days_90": 90}


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each release in the period of somebody who was on ART at the end of the day before."""
    heard = _heard(known)
    for person in known.people:
        for out in releases(person):
            day = out.moved.date()
            if (
                span.first <= day <= span.last
                and out.exit not in NOT_FREED
                and is_on_art(person, known, day_after(day, -1))
            ):
                status = _status(person, known, out, PROFILES[profile], heard)
                yield member(person, day.isoformat(), day, status, "prison", out.prison, out.legal_status)


def _status(person: Someone, known: Known, out: Release, window: int, heard: list[tuple[date, date]]) -> str:
    day = out.moved.date()
    closes = day_after(day, window)
    if closes >= known.cut_day:
        return "window_open"
    if any(
        day <= on <= closes and (out.back is None or on < out.back) for on in _outside(person, known, day)
    ):
        return "seen"
    if out.back and out.back <= closes:
        return "rearrested_first"
    if person.death and person.death[1] <= closes:
        return "died_first"
    if _has_enough(person, known, day, closes):
        return "covered_by_release_supply"
    anybody = any(last > day and first <= closes for first, last in heard)
    return "not_seen" if anybody else "receiving_area_silent"


def _outside(person: Someone, known: Known, day: date) -> list[date]:
    """The days on which they were given ART elsewhere than in prison; on the day of the release surely outside."""
    given = [(first_day(one.on), known.facilities[one.facility].setting) for one in _given(person)]
    return [on for on, setting in given if setting == "community" or (on != day and setting != "prison")]


def _has_enough(person: Someone, known: Known, day: date, closes: date) -> bool:
    """Whether what was handed over up to a day covers every day up to another."""
    fetched = [first_day(one.on) for one in _given(person) if one.kind != "administered"]
    return any(
        one.last >= closes and any(one.first <= on <= day for on in fetched)
        for one in stretches(on_art(person, known))
    )


def _given(person: Someone) -> list[Supply]:
    return [one for one in person.of(Supply) if one.line == "art" and one.kind != "stated"]


def _heard(known: Known) -> list[tuple[date, date]]:
    """The first and last report of each community facility that offers or gives ART."""
    givers = {one.facility for person in known.people for one in _given(person)}
    return [
        days
        for facility, days in reports(known).items()
        if known.facilities[facility].setting == "community"
        and (facility in givers or "art" in known.facilities[facility].services)
    ]
