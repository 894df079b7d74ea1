"""Coverage again, day by day: for each person a calendar on which every covered day names who gave the last of it."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cascade.reference import World
from cascade.tables import GIVEN, Coverage

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """What one dose or one supply covers."""

    person_key: str
    line: str
    from_on: date
    to_on: date
    at: datetime | None
    facility_key: str

    @property
    def rank(self) -> tuple[object, ...]:
        """What gave the last of a stretch ranks highest."""
        hour = self.at or datetime.min.replace(tzinfo=UTC)
        return (self.to_on, self.from_on, hour, self.facility_key != "unknown", self.facility_key)


def coverage(world: World, cut_day: date) -> list[Coverage]:
    """The intervals of everybody."""
    pieces = [
        *doses(world, cut_day),
        *in_hand(world, cut_day),
        *watched(world, cut_day),
        *stated(world, cut_day),
    ]
    found = []
    for key in {(one.person_key, one.line) for one in pieces}:
        found.extend(_merged([one for one in pieces if (one.person_key, one.line) == key]))
    return sorted(found, key=str)


def doses(world: World, cut_day: date) -> Iterator[Piece]:
    """A dose covers its days."""
    for one in world.dose:
        if one.status in GIVEN and one.given_on and one.given_on <= cut_day:
            last = one.given_on + DAY * (max(one.covers_days, 1) - 1)
            yield Piece(one.person_key, "oat", one.given_on, last, one.given_at, one.facility_key)


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
        yield Piece(one.person_key, one.line, first, first + DAY * (days - 1), None, one.facility_key)


def watched(world: World, cut_day: date) -> Iterator[Piece]:
    """ART that was watched covers its day."""
    for one in world.supply:
        if one.kind == "administered" and one.supplied_on and one.supplied_on <= cut_day:
            yield Piece(one.person_key, one.line, one.supplied_on, one.supplied_on, None, one.facility_key)


def stated(world: World, cut_day: date) -> Iterator[Piece]:
    """A statement covers its period, from the first day that is sure."""
    for one in world.supply:
        if one.kind == "stated" and one.supplied_hi and one.supplied_hi <= cut_day:
            last = one.until_on or cut_day
            if last >= one.supplied_hi:
                yield Piece(one.person_key, one.line, one.supplied_hi, last, None, one.facility_key)


def _merged(pieces: list[Piece]) -> Iterator[Coverage]:
    days = sorted({day for one in pieces for day in _days(one.from_on, one.to_on)})
    firsts = [day for day in days if day - DAY not in days]
    lasts = [day for day in days if day + DAY not in days]
    for first, last in zip(firsts, lasts, strict=True):
        giver = max((one for one in pieces if first <= one.from_on <= last), key=lambda one: one.rank)
        yield Coverage(giver.person_key, giver.line, first, last, giver.facility_key)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * nth for nth in range((last - first).days + 1)]
