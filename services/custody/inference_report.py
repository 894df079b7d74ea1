"""Who could be guessed from the movement list, and how to mix: for the medical lead. Pure.

The patterns are made of what custody sees: the room by its name there, the hour, how often.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from clinical.custody.inference import LARGEST_SHARE, MINUTES, SMALLEST_GROUP, Call, Group, Pattern, inferable
from services.custody.calls import PlacedCall
from services.custody.movement_list import room_label
from services.custody.people import UNKNOWN, Held

DAYS = 28
"""How far back the report looks. Proposed."""


@dataclass(frozen=True)
class When:
    """One habit of a pattern in words: the room, and from when to when, in minutes of the day."""

    room: str
    begins: str
    ends: str
    frequency: str


@dataclass(frozen=True)
class Standing:
    """People who stand out together."""

    pattern: tuple[When, ...]
    people: int
    private: tuple[Held, ...]
    to_add: int
    could_join: tuple[Held, ...]
    could_go: tuple[tuple[tuple[When, ...], int], ...]


@dataclass(frozen=True)
class Slot:
    """Half an hour of the day: how many different people were called in it."""

    begins: str
    private: int
    others: int

    @property
    def called(self) -> int:
        """All of them."""
        return self.private + self.others


@dataclass(frozen=True)
class InferenceReport:
    """What the page shows."""

    standing: tuple[Standing, ...]
    slots: tuple[Slot, ...]
    called: int
    guessed: int

    @property
    def most(self) -> int:
        """The number of people in the fullest slot, for drawing."""
        return max((slot.called for slot in self.slots), default=1)


def listed(calls: Iterable[PlacedCall]) -> list[Call]:
    """The calls as custody saw them. One that was called off told nobody to go anywhere."""
    return [
        Call(call.patient, room_label(call.room), call.on, call.at) for call in calls if not call.called_off
    ]


def inference_report(
    calls: Collection[Call], private: Collection[str], people: Mapping[str, Held]
) -> InferenceReport:
    """The report on the calls of ``DAYS`` days; ``private`` are the people who have something that stays private."""
    groups = inferable(calls, private, DAYS)
    return InferenceReport(
        standing=tuple(_standing(group, people) for group in groups),
        slots=tuple(slots(calls, private)),
        called=len({call.person for call in calls}),
        guessed=sum(len(group.private) for group in groups),
    )


def slots(calls: Iterable[Call], private: Collection[str]) -> list[Slot]:
    """The half hours in which somebody was called, in their order."""
    called: dict[int, set[str]] = {}
    for call in calls:
        called.setdefault((call.at.hour * 60 + call.at.minute) // MINUTES * MINUTES, set()).add(call.person)
    return [
        Slot(clock(minute), len(there.intersection(private)), len(there.difference(private)))
        for minute, there in sorted(called.items())
    ]


def clock(minute: int) -> str:
    """A minute of the day, such as 06:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _standing(group: Group, people: Mapping[str, Held]) -> Standing:
    return Standing(
        pattern=_words(group.pattern),
        people=len(group.people),
        private=_known(group.private, people),
        to_add=group.to_add,
        could_join=_known(group.could_join, people),
        could_go=tuple((_words(pattern), places) for pattern, places in group.could_go[:3]),
    )


def _known(ids: Iterable[str], people: Mapping[str, Held]) -> tuple[Held, ...]:
    return tuple(sorted((people.get(one, UNKNOWN) for one in ids), key=lambda one: (one.number, one.name)))


def _words(pattern: Pattern) -> tuple[When, ...]:
    return tuple(
        When(habit.room, clock(habit.minute), clock(habit.minute + MINUTES), habit.frequency)
        for habit in sorted(pattern)
    )


THRESHOLDS = {"share": LARGEST_SHARE, "people": SMALLEST_GROUP, "minutes": MINUTES, "days": DAYS}
"""What the report goes by. Proposed, all of it."""
