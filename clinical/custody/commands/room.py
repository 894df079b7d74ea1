"""Moved to another wing or cell of the same prison: the row of the round moves with the person."""

from clinical.custody.encounters import in_room
from clinical.custody.movement import Asks, Before, Json, Movement, Told, Where


def moved_to_room(before: Before, told: Told) -> list[Json]:
    """The stay goes on, from now on in another place."""
    return [in_room(before, told)]


MOVEMENTS = (Movement("room", Where.HELD, moved_to_room, asks=frozenset({Asks.ROOM})),)
