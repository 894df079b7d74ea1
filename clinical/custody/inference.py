"""Who could be told from the others by where and when they are called: what a guard learns without any label.

Pure. A guard sees that somebody is in some room at some hour of some days, for weeks. People who share a pattern cannot be
told apart. If too many of those who share one have a medicine that stays private, each of them is as good as named. The
report is for the medical lead; a custody officer never sees it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from math import ceil, floor

LARGEST_SHARE = 0.3
"""How many of those who share a pattern may have a private medicine. Proposed; no guideline says a number."""

SMALLEST_GROUP = 5
"""A pattern that fewer people share names them, whatever they have. Proposed."""

MINUTES = 30
"""Calls so close together are one habit to whoever watches the door. Proposed."""

DAILY, WEEKLY, RARE = "daily", "weekly", "rare"
"""How often: on most days; about every week; less."""


@dataclass(frozen=True)
class Call:
    """Somebody is called to a room on a day, as the movement list says it."""

    person: str
    room: str
    on: date
    at: time


@dataclass(frozen=True, order=True)
class Habit:
    """Where, at what time of day (in minutes, rounded down to ``MINUTES``), and how often."""

    room: str
    minute: int
    frequency: str


Pattern = frozenset[Habit]


@dataclass(frozen=True)
class Group:
    """People who share a pattern, of whom too many can be guessed."""

    pattern: Pattern
    people: frozenset[str]
    private: frozenset[str]
    """Those of them who have a private medicine."""
    to_add: int
    """How many others have to share the pattern until nobody is told from it."""
    could_join: tuple[str, ...]
    """Who could be called at these hours as well: people without a private medicine whose own pattern differs least."""
    could_go: tuple[tuple[Pattern, int], ...] = ()
    """Patterns just as frequent that hide some of them, and how many; where they hide most first."""


def inferable(calls: Iterable[Call], private: Collection[str], days: int) -> list[Group]:
    """The groups from whose pattern a private medicine could be inferred, the largest number of people first.

    Args:
        calls: all calls of a facility on its movement list in the time looked at.
        private: the people who have a medicine, or a visit, that stays private.
        days: how many days were looked at, at least 1.
    """
    patterns = patterns_of(calls, days)
    groups: dict[Pattern, set[str]] = {}
    for person, pattern in patterns.items():
        groups.setdefault(pattern, set()).add(person)
    found = [
        _group(pattern, people, private, patterns, groups)
        for pattern, people in groups.items()
        if to_add(len(people), len(people.intersection(private))) > 0
    ]
    return sorted(found, key=lambda group: (-len(group.private), sorted(group.pattern)))


def patterns_of(calls: Iterable[Call], days: int) -> dict[str, Pattern]:
    """Of each person, the habits that their calls show."""
    seen = {(one.person, one.room, _rounded(one.at), one.on) for one in calls}
    counted = Counter((person, room, minute) for person, room, minute, _ in seen)
    habits: dict[str, set[Habit]] = {}
    for (person, room, minute), times in counted.items():
        habits.setdefault(person, set()).add(Habit(room, minute, _frequency(times, days)))
    return {person: frozenset(own) for person, own in habits.items()}


def to_add(people: int, private: int) -> int:
    """How many others have to share a pattern of so many people, of whom so many have something private."""
    if private == 0:
        return 0
    return max(0, ceil(round(private / LARGEST_SHARE, 9)) - people, SMALLEST_GROUP - people)


def spare(people: int, private: int) -> int:
    """How many more with something private a pattern of so many people hides; 0 if it hides nobody as it is."""
    more = floor(round((LARGEST_SHARE * people - private) / (1 - LARGEST_SHARE), 9))
    return more if more > 0 and people + more >= SMALLEST_GROUP else 0


def _group(
    pattern: Pattern,
    people: Collection[str],
    private: Collection[str],
    patterns: Mapping[str, Pattern],
    groups: Mapping[Pattern, Collection[str]],
) -> Group:
    concerned = frozenset(people).intersection(private)
    others = [one for one in patterns if one not in people and one not in private]
    nearest = sorted(others, key=lambda one: (len(patterns[one] ^ pattern), one))
    needed = to_add(len(people), len(concerned))
    hiding = _hiding(pattern, private, groups)
    return Group(pattern, frozenset(people), concerned, needed, tuple(nearest[:needed]), tuple(hiding))


def _hiding(
    pattern: Pattern, private: Collection[str], groups: Mapping[Pattern, Collection[str]]
) -> list[tuple[Pattern, int]]:
    found = [
        (other, spare(len(people), len(frozenset(people).intersection(private))))
        for other, people in groups.items()
        if other != pattern and _frequencies(other) == _frequencies(pattern)
    ]
    return sorted(
        ((other, places) for other, places in found if places), key=lambda one: (-one[1], sorted(one[0]))
    )


def _frequencies(pattern: Pattern) -> list[str]:
    return sorted(habit.frequency for habit in pattern)


def _rounded(at: time) -> int:
    return (at.hour * 60 + at.minute) // MINUTES * MINUTES


def _frequency(times: int, days: int) -> str:
    if times * 2 > days:
        return DAILY
    return WEEKLY if times * 10 >= days else RARE
