"""What was looked at lately is not read again: an event never changes, and a list names hundreds of people."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from services.access.audit.unusual.seen import Seen

MOST_ACTORS = 1_000
MOST_EVENTS = 300
"""Of one actor; what is beyond is read again."""


class Row(NamedTuple):
    """An event with where it belongs."""

    seen: Seen
    actor: str
    facility: str


class Recent:
    """The last events of those who did something last. One for a program; one thread uses it.

    Whom an event is about may have been erased meanwhile: here it is known as long as a rule asks for it, some minutes.
    """

    def __init__(self) -> None:
        self._of: OrderedDict[str, Mapping[int, Row]] = OrderedDict()

    def of(self, actor: str, since: datetime, until: datetime) -> dict[int, Row]:
        """Those of an actor, by their numbers."""
        known = self._of.get(actor, {})
        return {seq: row for seq, row in known.items() if since <= row.seen.at <= until}

    def keep(self, actor: str, rows: Iterable[Row]) -> None:
        """Remember these instead of those of before."""
        last = sorted(rows, key=lambda row: (row.seen.at, row.seen.seq))[-MOST_EVENTS:]
        self._of[actor] = {row.seen.seq: row for row in last}
        self._of.move_to_end(actor)
        while len(self._of) > MOST_ACTORS:
            self._of.popitem(last=False)
