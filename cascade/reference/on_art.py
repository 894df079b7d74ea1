"""Who is on antiretroviral treatment at the end of a day, person by person; and the measure of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cascade.reference import Member, World
from cascade.reference.placing import at_period_end
from cascade.tables import Coverage, Period, Treatment

ENDS = ("stopped", "refused", "emigrated")


@dataclass(frozen=True)
class OnArt:
    """A person on ART."""

    person_key: str
    facility_key: str | None
    first_covered_on: date
    last_covered_on: date


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person on ART."""
    for person_key in sorted({one.person_key for one in world.coverage}):
        one = on_art(world, person_key, period.last, int(profile.removeprefix("late_")))
        if one:
            status = "on_art" if _is_diagnosed(world, person_key, period.last) else "without_diagnosis"
            yield at_period_end(world, period, person_key, None, one.facility_key, status)


def on_art(world: World, person_key: str, day: date, late_days: int = 28) -> OnArt | None:
    """The person, if on ART at the end of the day."""
    begun = [one for one in _coverage(world, person_key) if one.from_on <= day]
    if not begun or _is_dead(world, person_key, day):
        return None
    covered_on = min(begun[-1].to_on, day)
    late = (day - covered_on).days
    if late > late_days or _has_left(world, person_key, day, late):
        return None
    return OnArt(person_key, _giver(world, person_key, day), begun[0].from_on, covered_on)


def _coverage(world: World, person_key: str) -> list[Coverage]:
    """The person's ART in order of time."""
    mine = [one for one in world.coverage if one.person_key == person_key and one.line == "art"]
    return sorted(mine, key=lambda one: one.from_on)


def _giver(world: World, person_key: str, day: date) -> str | None:
    """Who gave the last medicine up to the day; None: nobody says."""
    given = [
        (one.from_on, one.facility_key)
        for one in world.last_giver
        if one.person_key == person_key and one.line == "art" and one.from_on <= day
    ]
    return max(given)[1] if given else None


def _is_dead(world: World, person_key: str, day: date) -> bool:
    return any(
        one.person_key == person_key and one.died_hi is not None and one.died_hi <= day
        for one in world.person
    )


def _has_left(world: World, person_key: str, day: date, late: int) -> bool:
    """Deported, or off every programme, and no medicine on a later day."""
    received = [
        one.supplied_hi
        for one in world.supply
        if one.person_key == person_key and one.line == "art" and one.supplied_hi and one.supplied_hi <= day
    ]
    since = max(received, default=date.min)
    for move in world.transition:
        deported = (move.person_key, move.kind, move.exit_reason) == (person_key, "release", "deported")
        if deported and since <= move.moved_on <= day:
            return True
    programmes = [one for one in world.treatment if one.person_key == person_key and one.line == "art"]
    if any(_is_open(one, day) for one in programmes):
        return False
    return any(_ends_treatment(one, since, day, late) for one in programmes)


def _is_open(programme: Treatment, day: date) -> bool:
    begun = programme.start_hi is not None and programme.start_hi <= day
    return begun and (programme.stop_lo is None or programme.stop_lo > day)


def _ends_treatment(programme: Treatment, since: date, day: date, late: int) -> bool:
    if programme.stop_lo is None or programme.stop_hi is None:
        return False
    if not since <= programme.stop_lo or not programme.stop_hi <= day:
        return False
    if programme.stop_reason == "transferred_out":
        return programme.to_facility_key is None and late > 0
    return programme.stop_reason in ENDS


def _is_diagnosed(world: World, person_key: str, day: date) -> bool:
    return any(
        one.person_key == person_key
        and (one.condition, one.certainty) == ("hiv", "confirmed")
        and one.diagnosed_hi is not None
        and one.diagnosed_hi <= day
        for one in world.diagnosis
    )
