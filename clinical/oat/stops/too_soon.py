"""No dose now: not enough time has passed since an opioid agonist was taken, a depot included."""

from clinical.oat.attendance import Attendance
from clinical.oat.gap import earliest_after
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "too-soon"


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """Of several doses the one that lasts longest decides. Raises BadProtocol."""
    slot = attendance.slot
    if slot is None:
        return None
    latest = max(
        (
            earliest_after(dose, slot, attendance.record, protocol, attendance.zone)
            for dose in attendance.record.taken(attendance.at)
        ),
        key=lambda earliest: earliest.at,
        default=None,
    )
    if latest is None or latest.at <= attendance.at:
        return None
    return Stop(
        CODE,
        Sentence(N_("Too soon after the last dose. The next can be given from %(at)s on"), {"at": latest.at}),
        Releaser.NOBODY,
        (Sentence(N_("Look for drowsiness and slow breathing; keep naloxone at hand")),),
        until=latest.at,
        not_set=latest.not_set,
    )
