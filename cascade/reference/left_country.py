"""Who has left the country, person by person."""

from collections.abc import Iterator
from datetime import date

from cascade.reference import World

Days = tuple[date, date]


def has_left(world: World, person_key: str, day: date) -> bool:
    """Whether they surely left by the end of the day, and surely did nothing here on a later day up to it."""
    left = [last for _, last in departures(world, person_key) if last <= day]
    if not left:
        return False
    return not any(first > max(left) and last <= day for first, last in _acts(world, person_key))


def departures(world: World, person_key: str) -> Iterator[Days]:
    """First and last possible day of each departure."""
    for move in world.transition:
        if (move.person_key, move.kind, move.exit_reason) == (person_key, "release", "deported"):
            yield move.moved_on, move.moved_on
    for one in world.treatment:
        if (one.person_key, one.stop_reason) == (person_key, "emigrated") and one.stop_lo and one.stop_hi:
            yield one.stop_lo, one.stop_hi


def _acts(world: World, person_key: str) -> Iterator[Days]:
    """First and last possible day of each act that took place here."""
    for move in world.transition:
        if (move.person_key, move.kind) == (person_key, "reception"):
            yield move.moved_on, move.moved_on
    dated = [(one.person_key, one.start_lo, one.start_hi) for one in world.treatment]
    dated += [
        (one.person_key, one.supplied_lo, one.supplied_hi) for one in world.supply if one.kind != "stated"
    ]
    dated += [(one.person_key, one.given_lo, one.given_hi) for one in world.dose if one.status != "not_given"]
    dated += [(one.person_key, one.performed_lo, one.performed_hi) for one in world.hiv_test]
    dated += [(one.person_key, one.collected_lo, one.collected_hi) for one in world.laboratory]
    yield from ((first, last) for whose, first, last in dated if whose == person_key and first and last)
