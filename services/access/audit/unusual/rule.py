"""What a rule of unusual access is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.access.audit.unusual.seen import Group, Known, Seen

Find = Callable[[Sequence[Seen], Known, ZoneInfo], Iterable[Group]]
"""From the events of one actor at one facility, in order of their time, to the groups that are unusual."""


@dataclass(frozen=True)
class UnusualRule:
    """One rule. ``title`` and ``words`` are in English, as the page translates them."""

    code: str
    """As it is stored: never changed."""
    title: str
    words: str
    """What it looks for, with its numbers."""
    find: Find
    resolves_itself: bool = False
    """Whether what comes later can make an open finding of it disappear."""
