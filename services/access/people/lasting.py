"""What counts for a while from its beginning, and no longer where the clock is set back meanwhile. Pure.

Only when a thing ends is kept. One that ends later than it would if it began now has begun in a time that is still to
come: the clock was ahead then and has been set right. It does not count, whoever needs it begins anew.
"""

from datetime import datetime, timedelta

SLACK = timedelta(minutes=1)
"""So much the clocks of servers and the order of requests may differ. Proposed."""


def ends_between(at: datetime, lifetime: timedelta) -> dict[str, datetime]:
    """After ``at`` and not after ``latest`` ends what counts now."""
    return {"at": at, "latest": at + lifetime + SLACK}


def is_to_come(moment: datetime, at: datetime) -> bool:
    """Whether a moment that was kept has not been yet by the clock as it is now."""
    return moment - at > SLACK
