"""Who is stopped and waits for a prescriber."""

from collections.abc import Iterator

from clinical.oat.release import Releaser
from clinical.oat.round.row import Row, State
from clinical.words import N_
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DOSES, Line, Whom, Worklist


def _find(ward: Ward) -> Iterator[Line]:
    """Each person once, whatever stops there are and however many doses of the day they stand before."""
    seen: set[str] = set()
    for row in ward.rows:
        if row.state is not State.DONE and row.patient not in seen and (line := _line(row)):
            seen.add(row.patient)
            yield line


def _line(row: Row) -> Line | None:
    waiting = [one for one in row.stops if one.released_by is Releaser.PRESCRIBER]
    if not waiting:
        return None
    escalate = min((one.escalate_at for one in waiting if one.escalate_at), default=None)
    return Line(row.patient, tuple(one.says for one in waiting), escalate, 0 if row.pregnant else 1)


WORKLIST = Worklist(
    code="stops",
    title=N_("Stopped, waiting for a prescriber"),
    to_do=N_(
        "A prescriber releases the dose or orders another. Until then: withdrawal score, symptomatic care, a call."
    ),
    whom=Whom.PRESCRIBER,
    about=DOSES,
    find=_find,
    place=12,
    on_shift=True,
    page="/round/stops?facility=%s",
)
