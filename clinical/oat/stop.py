"""A stop: why the Given button does not work, who can release it, and what to do now.

It acts on the button, never on the record: a dose that was in fact taken is recorded, whatever stops there were.
"""

from dataclasses import dataclass
from datetime import datetime

from clinical.oat.attendance import Attendance
from clinical.oat.release import Releaser
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

ESCALATE_WITHIN = "oat.escalate-within"

CALL = Sentence(N_("Call the prescriber on call"))
"""A page writes the telephone number beside it."""

CARE = (
    Sentence(N_("Ask how the person is and score the withdrawal (COWS)")),
    Sentence(N_("Treat the symptoms of withdrawal by the protocol")),
    CALL,
)
"""What everybody gets who is stopped, whatever the reason."""

PREGNANT = Sentence(N_("Pregnant: call the prescriber at once. Withdrawal endangers the pregnancy"))


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        code: by which it is released and recorded.
        says: why, in a plain sentence.
        released_by: who can release it.
        do_now: what to do, in this order.
        until: when it passes by itself; None: it does not, or nobody knows when.
        escalate_at: by when somebody has to have seen to it; None: not reckoned yet.
        not_set: the parameters that nobody set, so that the stricter path was taken.
    """

    code: str
    says: Sentence
    released_by: Releaser
    do_now: tuple[Sentence, ...] = ()
    until: datetime | None = None
    escalate_at: datetime | None = None
    not_set: tuple[str, ...] = ()


def escalate_at(attendance: Attendance, protocol: Protocol) -> datetime:
    """By when somebody has to have seen to a stop: at once if pregnant, or where nobody set how long. Raises BadProtocol."""
    within = protocol.duration(ESCALATE_WITHIN)
    since = attendance.stopped_since or attendance.at
    return since if attendance.pregnant or within is None else since + within
