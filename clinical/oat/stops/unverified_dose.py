"""A prescriber releases: the last dose elsewhere is not verified, and the planned one is more than the capped first dose."""

from clinical.oat.attendance import Attendance
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.oat.unverified import Cap, cap_of, is_unverified
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "unverified-dose"


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """Up to the cap a prescriber's order suffices. Raises BadProtocol."""
    slot = attendance.slot
    if slot is None or not is_unverified(attendance.record, attendance.at):
        return None
    cap = cap_of(slot.order.product, protocol)
    if cap.allows(slot.mg):
        return None
    return Stop(
        CODE,
        Sentence(N_("The last dose elsewhere is not verified. The claimed dose is not given")),
        Releaser.PRESCRIBER,
        (Sentence(N_("Call who is said to have treated the person, and write the call down")), *_most(cap)),
        not_set=cap.not_set,
    )


def _most(cap: Cap) -> tuple[Sentence, ...]:
    if cap.mg is None:
        return ()
    return (Sentence(N_("A prescriber can order at most %(mg)s mg until it is verified"), {"mg": cap.mg}),)
