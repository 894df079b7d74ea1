"""People newly diagnosed, and how soon they were on ART."""

from collections.abc import Iterator

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Diagnosis
from services.demo.country.truth.coverage import on_art
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known, Someone, day_after
from services.demo.country.truth.left_country import departures
from services.demo.country.truth.members import Member, Span, at_event

PROFILES = ("days_90",)
WITHIN = (7, 30, 90)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody whose first diagnosis was surely made in the period, and not abroad."""
    for person in known.people:
        for one in confirmed(person)[:1]:
            if not one.abroad and span.first <= first_day(one.on) and last_day(one.on) <= span.last:
                status = _status(person, known, one)
                yield at_event(known, person, one.id, one.on, last_day(one.on), one.facility, status)


def _status(person: Someone, known: Known, one: Diagnosis) -> str:
    first, last = first_day(one.on), last_day(one.on)
    closes = day_after(last, WITHIN[-1])
    if closes >= known.cut_day:
        return "window_open"
    begun = min((cover.first for cover in on_art(person, known)), default=None)
    if begun and begun < first:
        return "art_before"
    if first != last:
        return "day_unknown"
    for within in WITHIN:
        if begun and (begun - last).days <= within:
            return f"within_{within}"
    if person.death and person.death[1] <= closes:
        return "died_first"
    gone = any(last <= day and until <= closes for day, until in departures(person))
    return "left_first" if gone else "not_linked"
