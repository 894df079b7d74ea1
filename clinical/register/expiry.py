"""How long a batch may be used. Pure.

``register.expiry-warning-days``: for so many days before its last one a batch is marked. Not set: only what is over is.
"""

from datetime import date, timedelta
from enum import StrEnum

from clinical.protocols import Protocol

WARNING_DAYS = "register.expiry-warning-days"


class Expiry(StrEnum):
    """How a batch stands."""

    GOOD = "good"
    SOON = "soon"
    OVER = "over"


def is_over(expires_on: date, day: date) -> bool:
    """Whether a batch may not be issued on a civil day any more. The day of expiry is its last good one."""
    return day > expires_on


def expiry(expires_on: date, day: date, protocol: Protocol) -> Expiry:
    """How a batch stands on a civil day."""
    if is_over(expires_on, day):
        return Expiry.OVER
    days = protocol.whole_number(WARNING_DAYS) or 0
    return Expiry.SOON if expires_on - day <= timedelta(days) and days else Expiry.GOOD
