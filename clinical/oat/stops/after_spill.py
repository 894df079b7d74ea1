"""A prescriber releases: the dose of this slot was spilled. Nothing is given in its place by itself."""

from clinical.oat.attendance import Attendance
from clinical.oat.happened import Kind
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "after-spill"

STOP = Stop(
    CODE,
    Sentence(N_("The dose was spilled. A prescriber decides whether another is given")),
    Releaser.PRESCRIBER,
    (Sentence(N_("Tell the prescriber how much was spilled, and who saw it")),),
)


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """How much of it was swallowed, only the prescriber can weigh (``spill.py``)."""
    slot = attendance.slot
    spilled = (one for one in attendance.record.happened if one.kind is Kind.SPILLED)
    if slot is None or not any(one.slot == slot.key for one in spilled):
        return None
    return STOP
