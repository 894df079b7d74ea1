"""The days of induction, in which doses build up in the body and the limits are stricter."""

from datetime import date

from clinical.oat.order import OatOrder
from clinical.protocols import Protocol

LASTS = "oat.induction-lasts"


def induction_day(order: OatOrder, day: date) -> int | None:
    """The number of the day of induction, from 1 on; None: the order belongs to none, or it has not begun."""
    if order.induction_start is None or day < order.induction_start:
        return None
    return (day - order.induction_start).days + 1


def is_in_induction(order: OatOrder, day: date, protocol: Protocol) -> bool:
    """Whether a day is one of induction. How long it lasts not set: as long as the order. Raises BadProtocol."""
    return nth_day(order, day, protocol) is not None


def nth_day(order: OatOrder, day: date, protocol: Protocol) -> int | None:
    """The number of the day of induction as long as that lasts; None: it is over, or there is none. Raises BadProtocol."""
    nth = induction_day(order, day)
    lasts = protocol.days(f"{LASTS}.{order.product.agonist}")
    return nth if nth is not None and (lasts is None or nth <= lasts) else None
