"""Who is on opioid agonist treatment at the end of a day, person by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cascade.reference import World
from cascade.tables import Coverage, Treatment


@dataclass(frozen=True)
class OnOat:
    """A person on OAT; ``late``: not covered on the day itself."""

    person_key: str
    facility_key: str | None
    last_covered_on: date
    late: bool


def on_oat(world: World, day: date) -> Iterator[OnOat]:
    """Everyone on OAT at the end of the day."""
    for person_key in sorted({one.person_key for one in world.coverage}):
        begun = [one for one in _coverage(world, person_key) if one.from_on <= day]
        if not begun or _is_dead(world, person_key, day):
            continue
        covered_on = min(begun[-1].to_on, day)
        if covered_on == day:
            yield OnOat(person_key, _giver(world, person_key, day), covered_on, late=False)
        elif (day - covered_on).days <= 7 and not _has_left(world, person_key, covered_on, day):
            yield OnOat(person_key, _giver(world, person_key, day), covered_on, late=True)


def _coverage(world: World, person_key: str) -> list[Coverage]:
    """The person's OAT in order of time."""
    mine = [one for one in world.coverage if one.person_key == person_key and one.line == "oat"]
    return sorted(mine, key=lambda one: one.from_on)


def _giver(world: World, person_key: str, day: date) -> str | None:
    """Who gave the last medicine up to the day; None: nobody says."""
    giver = None
    for one in sorted(world.last_giver, key=lambda one: one.from_on):
        if (one.person_key, one.line) == (person_key, "oat") and one.from_on <= day:
            giver = one.facility_key
    return giver


def _is_dead(world: World, person_key: str, day: date) -> bool:
    return any(
        one.person_key == person_key and one.died_hi is not None and one.died_hi <= day
        for one in world.person
    )


def _has_left(world: World, person_key: str, covered_on: date, day: date) -> bool:
    """Deported, or off every programme, from the last covered day on."""
    for move in world.transition:
        deported = (move.person_key, move.kind, move.exit_reason) == (person_key, "release", "deported")
        if deported and covered_on <= move.moved_on <= day:
            return True
    programmes = [one for one in world.treatment if one.person_key == person_key and one.line == "oat"]
    if any(_is_open(one, day) for one in programmes):
        return False
    return any(_was_closed(one, covered_on, day) for one in programmes)


def _is_open(programme: Treatment, day: date) -> bool:
    begun = programme.start_hi is not None and programme.start_hi <= day
    return begun and (programme.stop_lo is None or programme.stop_lo > day)


def _was_closed(programme: Treatment, covered_on: date, day: date) -> bool:
    if programme.stop_lo is None or programme.stop_hi is None:
        return False
    if programme.stop_reason == "transferred_out" and programme.to_facility_key is not None:
        return False
    return covered_on <= programme.stop_lo and programme.stop_hi <= day
