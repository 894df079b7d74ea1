"""Whether a session is open, hidden or locked. Pure.

Full sign-in once a shift. On a shared tablet the screen hides soon and locks after the protocol's minutes.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.access.people.lasting import is_to_come

SHIFT = timedelta(hours=12)
"""A session ends with the shift, whatever happens in it. Proposed."""

HIDDEN_AFTER = timedelta(seconds=30)
"""Without a touch the screen hides names; the next touch shows them again. Proposed."""

SHORTEST_LOCK = timedelta(minutes=2)
LONGEST_LOCK = timedelta(minutes=10)


class State(StrEnum):
    """What a session answers."""

    OPEN = "open"
    HIDDEN = "hidden"
    LOCKED = "locked"


class Times(NamedTuple):
    """When a session was last touched, and what was done to it since."""

    seen_at: datetime
    hidden_at: datetime | None
    locked_at: datetime | None


def checked_lock(lock_after: timedelta) -> timedelta:
    """The protocol's time until a session locks. Raises ValueError outside 2 to 10 minutes."""
    if not SHORTEST_LOCK <= lock_after <= LONGEST_LOCK:
        raise ValueError("A session locks after 2 to 10 minutes.")
    return lock_after


def state(times: Times, lock_after: timedelta, at: datetime) -> State:
    """The state of a session that was last touched then. After a clock was set back nobody knows how long ago that is."""
    idle = at - times.seen_at
    if times.locked_at is not None or idle >= lock_after or is_to_come(times.seen_at, at):
        return State.LOCKED
    if times.hidden_at is not None or idle >= HIDDEN_AFTER:
        return State.HIDDEN
    return State.OPEN
