"""Doses of the day that are still open after their round: until the day closes they can be given."""

from collections.abc import Iterator

from clinical.oat.happened import KIND_WORDS, REASON_WORDS
from clinical.oat.round.row import Row, State
from clinical.oat.round.session import Session, sessions
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist

NOT_YET = N_("nothing is recorded of this dose yet")
TAKEN_HOME = N_("to be taken at home")


def _find(ward: Ward) -> Iterator[Line]:
    over = {one.name for one in _over(sessions(ward.law), ward.session)}
    for row in ward.rows:
        went_by = row.session in over or row.state is State.AGAIN
        if row.slot and row.presence.doses_here and row.state is not State.DONE and went_by:
            yield Line(row.patient, tuple(_says(row)), row.due_at, 0 if row.pregnant else 1)


def _over(among: tuple[Session, ...], now: Session) -> tuple[Session, ...]:
    """The rounds of the day that were before the one that is under way."""
    return among[: among.index(now)]


def _says(row: Row) -> Iterator[Sentence]:
    if row.done is None:
        yield Sentence(NOT_YET)
    else:
        yield Sentence(REASON_WORDS[row.done.reason] if row.done.reason else KIND_WORDS[row.done.kind])
    if row.slot and row.slot.take_home:
        yield Sentence(TAKEN_HOME)


WORKLIST = Worklist(
    code="open-today",
    title=N_("Open this afternoon"),
    to_do=N_("Find the person, and give the dose or record what happened before the day closes."),
    whom=Whom.NURSE,
    about=ORDERS,
    find=_find,
    place=20,
    on_shift=True,
)
