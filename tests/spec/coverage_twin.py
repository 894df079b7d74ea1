"""Coverage again, day by day: for each person a calendar on which days are covered or not."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cascade.reference import World
from cascade.tables import GIVEN, Coverage

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """What one dose or one supply covers; ``given_on``: when it was given or handed over."""

    person_key: str
    line: str
    given_on: date
    from_on: date
    to_on: date
    at: datetime | None
    facility_key: str


def coverage(world: World, cut_day: date) -> list[Coverage]:
    """The intervals of everybody."""
    found = []
    for (person_key, line), mine in pieces(world, cut_day).items():
        days = {day for one in mine for day in _days(one.from_on, one.to_on)}
        found.extend(Coverage(person_key, line, first, last) for first, last in _merged(days))
    return sorted(found, key=str)


def pieces(world: World, cut_day: date) -> dict[tuple[str, str], list[Piece]]:
    """What covers days, by person and line."""
    found: defaultdict[tuple[str, str], list[Piece]] = defaultdict(list)
    for make in (doses, in_hand, watched, stated):
        for one in make(world, cut_day):
            found[one.person_key, one.line].append(one)
    return found


def doses(world: World, cut_day: date) -> Iterator[Piece]:
    """A dose covers its days."""
    for one in world.dose:
        if one.status in GIVEN and one.given_on and one.given_on <= cut_day:
            last = one.given_on + DAY * (max(one.covers_days, 1) - 1)
            yield Piece(
                one.person_key, "oat", one.given_on, one.given_on, last, one.given_at, one.facility_key
            )


def in_hand(world: World, cut_day: date) -> Iterator[Piece]:
    """Somebody takes the medicine out of the cupboard, day after day, as it was handed over."""
    handed_over = [one for one in world.supply if one.kind in ("dispensed", "release_supply")]
    cupboards: defaultdict[tuple[str, str, str], date] = defaultdict(lambda: date.min)
    for one in sorted(handed_over, key=lambda one: (str(one.supplied_on), one.record_key)):
        said = one.days if one.days is not None else one.days_assumed
        days = min(math.floor(said or 0), 366)
        if one.supplied_on is None or one.supplied_on > cut_day or days < 1:
            continue
        earliest = one.supplied_on + DAY if one.line == "oat" else one.supplied_on
        first = max(earliest, cupboards[one.person_key, one.line, one.atc])
        cupboards[one.person_key, one.line, one.atc] = first + DAY * days
        last = first + DAY * (days - 1)
        yield Piece(one.person_key, one.line, one.supplied_on, first, last, None, one.facility_key)


def watched(world: World, cut_day: date) -> Iterator[Piece]:
    """ART that was watched covers its day."""
    for one in world.supply:
        if one.kind == "administered" and one.supplied_on and one.supplied_on <= cut_day:
            yield Piece(one.person_key, one.line, *(one.supplied_on,) * 3, None, one.facility_key)


def stated(world: World, cut_day: date) -> Iterator[Piece]:
    """A statement covers its period, from the first day that is sure."""
    for one in world.supply:
        if one.kind == "stated" and one.supplied_hi and one.supplied_hi <= cut_day:
            last = one.until_on or cut_day
            if last >= one.supplied_hi:
                yield Piece(one.person_key, one.line, *(one.supplied_hi,) * 2, last, None, one.facility_key)


def _merged(days: set[date]) -> Iterator[tuple[date, date]]:
    firsts = sorted(day for day in days if day - DAY not in days)
    lasts = sorted(day for day in days if day + DAY not in days)
    return zip(firsts, lasts, strict=True)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * nth for nth in range((last - first).days + 1)]
