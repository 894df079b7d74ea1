"""A prescriber releases: a telephone order that is not allowed, was not read back, or is for another slot."""

from clinical.oat.attendance import Attendance
from clinical.oat.law import allows_telephone_orders
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.oat.telephone import flaws_of
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "telephone-order"


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """The first of its flaws is told. Raises BadProtocol."""
    slot = attendance.slot
    if slot is None or slot.order.telephone is None:
        return None
    flaw = next(flaws_of(slot.order.telephone, slot.order.prescriber, slot, protocol), None)
    if flaw is None:
        return None
    return Stop(
        CODE,
        flaw,
        Releaser.PRESCRIBER,
        (Sentence(N_("Ask the prescriber to sign an order")),),
        not_set=allows_telephone_orders(protocol).not_set,
    )
