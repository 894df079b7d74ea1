"""The viral load that counts for whoever is on ART for more than six months, person by person."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cascade.reference import World
from cascade.reference.on_art import OnArt, on_art
from cascade.tables import Laboratory

BEFORE_ALL = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Expected:
    """A person of whom a viral load is expected; ``load``: the one that counts."""

    person_key: str
    facility_key: str | None
    load: Laboratory | None


def expected(world: World, day: date) -> Iterator[Expected]:
    """Everyone on ART at the end of the day for more than 6 months."""
    for person_key in sorted({one.person_key for one in world.coverage}):
        one = on_art(world, person_key, day)
        if one and one.first_covered_on < _begin(day, 6):
            yield Expected(person_key, one.facility_key, _latest(world, one, day))


def _begin(day: date, months: int) -> date:
    """The first of the days of so many months up to the end of a day."""
    after = day + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    return date(year, month + 1, min(after.day, monthrange(year, month + 1)[1]))


def _latest(world: World, person: OnArt, day: date) -> Laboratory | None:
    counted = [
        one
        for one in world.laboratory
        if one.person_key == person.person_key and _counts(one, person.first_covered_on, day)
    ]
    return max(counted, key=_rank, default=None)


def _counts(one: Laboratory, first_day_of_art: date, day: date) -> bool:
    if one.analyte != "hiv_viral_load" or one.value_lo is None or one.value_hi is None:
        return False
    if one.collected_lo is None or one.collected_hi is None:
        return False
    return max(_begin(day, 12), first_day_of_art + timedelta(days=1)) <= one.collected_lo and (
        one.collected_hi <= day
    )


def _rank(one: Laboratory) -> tuple[date, datetime, float, float, bool]:
    assert one.collected_hi is not None
    assert one.value_lo is not None
    assert one.value_hi is not None
    return one.collected_hi, one.collected_at or BEFORE_ALL, one.value_hi, one.value_lo, not one.value_hi_open
