"""A file that would take away very many people at once is held: a wrong column empties a prison, and a window with it. Pure.

Counted are movements after which somebody is not expected at the window. The protocol says from when on it is many:
``custody.movement-file.held-above-percent`` of those who are held, and ``custody.movement-file.held-above-people`` at least.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clinical.custody.commands import MOVEMENTS
from clinical.custody.movement import Where
from clinical.protocols import Protocol

PERCENT = "custody.movement-file.held-above-percent"
PEOPLE = "custody.movement-file.held-above-people"


@dataclass(frozen=True)
class MassChange:
    """From when on a file is held. Proposed by Throughcare, no source."""

    percent: int = 10
    people: int = 5

    def is_one(self, leaving: int, held: int) -> bool:
        """Whether so many leaving of so many who are held are more than happens on a day."""
        return leaving > self.people and leaving * 100 > held * self.percent


def mass_change_of(protocol: Protocol) -> MassChange:
    """As the country's protocol says. Raises BadProtocol."""
    percent, people = protocol.whole_number(PERCENT), protocol.whole_number(PEOPLE)
    return MassChange(
        MassChange.percent if percent is None else percent, MassChange.people if people is None else people
    )


def leaving(movements: Iterable[str]) -> int:
    """How many of some movements, by their codes, take somebody away from the window."""
    return sum(takes_away(code) for code in movements)


def takes_away(code: str) -> bool:
    """Whether somebody is not expected here after a movement; a line that could not be read says nothing."""
    movement = MOVEMENTS.get(code)
    return (
        movement is not None
        and movement.where in (Where.PRESENT, Where.HELD, Where.ANYWHERE)
        and not (movement.is_planned or code == "room")
    )
