"""Of people on ART for over six months: the latest valid viral load of the twelve months before the last day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.demo.country.facts import ViralLoad
from services.demo.country.truth.coverage import last_giver
from services.demo.country.truth.coverage import on_art as covered_by
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_period_end
from services.demo.country.truth.on_art import is_on_art

PROFILES = {"below_1000": (1000, False), "at_most_1000": (1000, True), "below_200": (200, False)}
LEAST_MONTHS, WINDOW_MONTHS = 6, 12
BELOW = re.compile(r"<\s*([0-9]+)")


@dataclass(frozen=True)
class Range:
    """Copies/mL that a result allows; ``below``: less than ``most``, not equal to it."""

    least: float
    most: float
    below: bool = False


WORDS = {"not-detected": Range(0, 0), "detected": Range(0, float("inf"))}


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody on ART for long enough, with what their last viral load says."""
    for person, facility, load in to_be_asked(known, span.last):
        yield at_period_end(person, span.last, facility, _status(load, *PROFILES[profile]))


def to_be_asked(known: Known, day: date) -> Iterator[tuple[Someone, str | None, Range | None]]:
    """Everybody on ART for so long that there should be a viral load; who treats them, and the last viral load."""
    for person in known.people:
        if is_on_art(person, known, day):
            covered = covered_by(person, known)
            begun = min(one.first for one in covered)
            if begun <= months_before(day, LEAST_MONTHS):
                since = max(begun, months_before(day, WINDOW_MONTHS))
                yield person, last_giver(covered, day), _latest(person, since, day)


def months_before(day: date, months: int) -> date:
    """The last day of the month so many months before that of a month's last day."""
    month = day.year * 12 + day.month - months
    first = date(month // 12, month % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def _latest(person: Someone, after: date, last: date) -> Range | None:
    """The latest specimen with a readable result, collected after a day and by another; of two at once the higher."""
    found = [
        (one.collected.timestamp(), allowed.most, allowed.least, not allowed.below, allowed)
        for one in person.of(ViralLoad)
        if after < one.collected.date() <= last and (allowed := copies(one))
    ]
    return max(found, key=lambda one: one[:4])[4] if found else None


def copies(load: ViralLoad) -> Range | None:
    """The copies/mL that a result allows; None: it says nothing."""
    if load.word:
        return WORDS.get(load.word)
    if load.text:
        below = BELOW.fullmatch(load.text)
        return Range(0, float(below[1]), below=True) if below else None
    assert load.value is not None
    value = round(10**load.value) if load.log10 else load.value
    if load.comparator == "<":
        return Range(0, value, below=True)
    return Range(value, float("inf")) if load.comparator == ">" else Range(value, value)


def _status(allowed: Range | None, threshold: float, at_most: bool) -> str:
    if allowed is None:
        return "not_tested"
    if allowed.most < threshold or (allowed.most == threshold and (at_most or allowed.below)):
        return "suppressed"
    if allowed.least > threshold or (allowed.least == threshold and not at_most):
        return "unsuppressed"
    return "unknown"
