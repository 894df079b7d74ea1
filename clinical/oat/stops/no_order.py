"""A prescriber releases: no order is valid today, or the one that was is over."""

from clinical.oat.attendance import Attendance
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "no-order"

LIVE = frozenset({OrderStatus.ACTIVE, OrderStatus.ON_HOLD, OrderStatus.DRAFT})
"""Whether somebody has signed it, or holds it, is another stop's."""

DO_NOW = (Sentence(N_("Ask the prescriber for an order, or for a telephone order where the law allows it")),)


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """An order that was stopped gives no dose from that moment on, though its day is not over."""
    order = attendance.order
    if order is None:
        return _stop(_said_of_none(attendance))
    if order.status in LIVE and order.is_valid_on(attendance.day):
        return None
    return _stop(Sentence(N_("The order is over")))


def _said_of_none(attendance: Attendance) -> Sentence:
    ended = [one.end for one in attendance.record.orders if one.end and _was_before(one, attendance)]
    if not ended:
        return Sentence(N_("No order is valid today"))
    return Sentence(N_("No order is valid today. The last one ended on %(day)s"), {"day": max(ended)})


def _was_before(order: OatOrder, attendance: Attendance) -> bool:
    return order.end is not None and order.end < attendance.day and order.is_valid_on(order.end)


def _stop(says: Sentence) -> Stop:
    return Stop(CODE, says, Releaser.PRESCRIBER, DO_NOW)
