"""The movement list: one label, one list of rooms, one order, whatever somebody is called for. Pure.

Ordered by time, then by prison number. Two calls of one person to one room at one time are one line: a second line would say
that there is a second medicine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from clinical.custody.fitness_for_transfer import Fitness
from services.custody.calls import PlacedCall, Room
from services.custody.people import UNKNOWN, Held
from services.shared.languages import gettext as _


@dataclass(frozen=True)
class Line:
    """Who has to be where at what time."""

    at: time
    person: Held
    room: str
    fitness: str
    """``yes``, ``no``, ``escort``, or ``ask``."""
    called_off: bool


@dataclass(frozen=True)
class Day:
    """The list of a civil day."""

    on: date
    lines: tuple[Line, ...]

    @property
    def by_room(self) -> Mapping[str, tuple[Line, ...]]:
        """The lines of each room, in the same order."""
        rooms = sorted({line.room for line in self.lines})
        return {room: tuple(line for line in self.lines if line.room == room) for room in rooms}


@dataclass(frozen=True)
class Known:
    """What is known of the people on a list."""

    people: Mapping[str, Held]
    fitness: Mapping[str, Fitness | None]


def day(on: date, calls: Iterable[PlacedCall], known: Known, now: datetime) -> Day:
    """The list of a day; ``now`` is in the facility's zone."""
    standing: dict[tuple[time, str, str], bool] = {}
    for call in calls:
        if call.on == on:
            place = (call.at, call.patient, room_label(call.room))
            standing[place] = standing.get(place, True) and call.called_off
    lines = {
        (at, person.number, patient, room): Line(
            at, person, room, stated(known.fitness.get(patient)), off and _is_ahead(on, at, now)
        )
        for (at, patient, room), off in standing.items()
        for person in [known.people.get(patient, UNKNOWN)]
    }
    return Day(on, tuple(lines[place] for place in sorted(lines)))


def room_label(room: Room | None) -> str:
    """A room as custody sees it."""
    if room is None:
        return _("Medical department")
    if room.name:
        return room.name
    if room.number is None:
        return _("Outside the facility")
    return _("Medical room %(number)d") % {"number": room.number}


def stated(fitness: Fitness | None) -> str:
    """What is said where nothing is stated is the stricter."""
    return fitness.value if fitness else "ask"


def _is_ahead(on: date, at: time, now: datetime) -> bool:
    """Whether the hour of a call is still to come. Of one that is over nothing is told: it would say who refused."""
    return (on, at) > (now.date(), now.time())
