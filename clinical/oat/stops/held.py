"""A prescriber releases: a clinician has set a hold."""

from collections.abc import Iterator

from clinical.oat.attendance import Attendance
from clinical.oat.hold import WORDS, HoldReason, holds_on
from clinical.oat.order import OrderStatus
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "held"


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """By a Flag, or by the order itself; an order on hold that does not say why is held by a clinician."""
    reason = next(_reasons(attendance), None)
    if reason is None:
        return None
    return Stop(
        CODE,
        Sentence(N_("On hold: %(why)s"), {"why": WORDS[reason]}),
        Releaser.PRESCRIBER,
        (Sentence(N_("Read who set the hold, and why")),),
    )


def _reasons(attendance: Attendance) -> Iterator[HoldReason]:
    yield from (hold.reason for hold in holds_on(attendance.record.holds, attendance.day))
    order = attendance.order
    if order and order.status is OrderStatus.ON_HOLD:
        yield order.held_because or HoldReason.CLINICAL
