"""The nurse releases with a reason: the stay says that the person is elsewhere, but the person stands here."""

from clinical.oat.attendance import Attendance, Whereabouts
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "elsewhere"

SAYS = {
    Whereabouts.COURT: N_("The record says that this person is at court"),
    Whereabouts.HOSPITAL: N_("The record says that this person is in hospital"),
    Whereabouts.TRANSFERRED: N_("The record says that this person was transferred"),
    Whereabouts.RELEASED: N_("The record says that this person was released"),
    Whereabouts.ELSEWHERE: N_("The record says that this person is elsewhere"),
    Whereabouts.DEAD: N_("The record says that this person has died"),
}


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """Who stands at the window is believed before a movement list is, once it is sure who it is."""
    if attendance.whereabouts is Whereabouts.HERE:
        return None
    return Stop(
        CODE,
        Sentence(SAYS[attendance.whereabouts]),
        Releaser.NURSE,
        (
            Sentence(N_("Make sure who this is: photo, name, birth date, number")),
            Sentence(N_("Ask where the last dose was given")),
        ),
    )
