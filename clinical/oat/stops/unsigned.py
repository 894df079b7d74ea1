"""A prescriber releases: nobody has signed the order."""

from clinical.oat.attendance import Attendance
from clinical.oat.order import Signature
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "unsigned"


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """A draft gives no dose."""
    if attendance.order is None or attendance.order.signature is not Signature.UNSIGNED:
        return None
    return Stop(
        CODE,
        Sentence(N_("The order is not signed")),
        Releaser.PRESCRIBER,
        (Sentence(N_("Ask the prescriber to sign it")),),
    )
