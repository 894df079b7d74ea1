"""No dose now: this slot has been taken already, here or elsewhere."""

from clinical.oat.attendance import Attendance
from clinical.oat.happened import Happened
from clinical.oat.release import Releaser
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "already-recorded"


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """What was refused, or not given for another reason, is no dose: it may still be given until the day closes."""
    slot = attendance.slot
    if slot is None or not is_taken(slot, attendance.record.taken(attendance.at)):
        return None
    return Stop(
        CODE,
        Sentence(N_("This dose is recorded as given already")),
        Releaser.NOBODY,
        (
            Sentence(N_("Look at who recorded it, when and where")),
            Sentence(N_("If a second dose was taken, record what happened")),
        ),
    )


def is_taken(slot: Slot, taken: tuple[Happened, ...]) -> bool:
    """Whether a slot was taken. A dose that names no slot is one of its civil day: the first such is the first of the day, and so on."""
    unassigned = sum(dose.slot is None and dose.day == slot.day for dose in taken)
    return slot.part <= unassigned or any(dose.slot == slot.key for dose in taken)
