"""When a prescriber looks at a treatment again, whatever happens. The signature of an order is such a look."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinical.oat.order import OatOrder, Signature
from clinical.protocols import Protocol

EVERY = "oat.review-every"


def last_review(orders: Iterable[OatOrder], zone: ZoneInfo) -> date | None:
    """The civil day on which a prescriber last signed an order, of one that says no time its first day; None: of none."""
    signed = (one for one in orders if one.signature is Signature.SIGNED)
    days = (one.signed_at.astimezone(zone).date() if one.signed_at else one.start for one in signed)
    return max(days, default=None)


def review_due_on(last: date, protocol: Protocol) -> date:
    """The civil day of the next review. Nobody has set how often: the day after the last one. Raises BadProtocol."""
    every = protocol.days(EVERY)
    return last + timedelta(days=1 if every is None else every)
