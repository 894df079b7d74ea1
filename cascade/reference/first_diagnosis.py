"""The first confirmed diagnosis of HIV, person by person."""

from datetime import date

from cascade.reference import World
from cascade.tables import Diagnosis


def first_diagnosis(world: World, person_key: str) -> Diagnosis | None:
    """The one surely made first; None: none is confirmed, or none has a date."""
    found = [
        one
        for one in world.diagnosis
        if (one.person_key, one.condition, one.certainty) == (person_key, "hiv", "confirmed")
        and one.diagnosed_hi is not None
    ]
    return min(found, key=lambda one: (one.diagnosed_hi or date.max, one.record_key), default=None)


def diagnosed_people(world: World) -> list[str]:
    """Everybody with such a diagnosis, by key."""
    people = sorted({one.person_key for one in world.diagnosis})
    return [one for one in people if first_diagnosis(world, one)]
