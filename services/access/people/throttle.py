"""How long to wait after failures. Pure.

The wait doubles and is bounded: a nurse gets in at six in the morning whatever somebody tried at night.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """How failures of one kind slow further tries down."""

    free: int
    """So many failures cost nothing."""
    first: timedelta
    """The wait after the next one; it doubles with each."""
    longest: timedelta


OF_LOGIN = Limit(free=5, first=timedelta(seconds=2), longest=timedelta(minutes=5))
"""Of one login name, whether or not there is such an account. Proposed."""

OF_SOURCE = Limit(free=30, first=timedelta(seconds=1), longest=timedelta(minutes=1))
"""Of one source address: a whole prison may be behind one. Proposed."""

OF_SECOND = Limit(free=4, first=timedelta(seconds=30), longest=timedelta(minutes=30))
"""Of who signs second, by login name and device: six digits are soon tried out. Proposed."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Since the last try. Proposed."""


@dataclass(frozen=True)
class Failures:
    """What is known of earlier tries."""

    count: int
    blocked_until: datetime | None
    last_at: datetime


def wait(failures: int, limit: Limit) -> timedelta:
    """How long no further try is taken after so many failures."""
    beyond = failures - limit.free
    if beyond <= 0:
        return timedelta(0)
    # 2**40 seconds are beyond any limit already, and larger powers beyond timedelta.
    return min(limit.longest, limit.first * (1 << min(beyond - 1, 40)))


def still_blocked(before: Failures, limit: Limit, at: datetime) -> timedelta:
    """How long to wait before a try is taken; zero if it is taken now.

    A wait longer than the limit's longest was set by a clock that was ahead. One try is taken then, and the wait after it
    is of this clock: nobody is kept out until the other one's time has come.
    """
    if before.blocked_until is None:
        return timedelta(0)
    left = before.blocked_until - at
    return timedelta(0) if left > limit.longest else max(timedelta(0), left)


def after_another(before: Failures, limit: Limit, at: datetime) -> Failures:
    """With one more try, which counts as failed until it is known to be right."""
    count = 1 if at - before.last_at > FORGOTTEN_AFTER else before.count + 1
    waits = wait(count, limit)
    return Failures(count, at + waits if waits else None, at)
