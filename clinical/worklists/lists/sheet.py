"""The sheets of paper that lie ready for a day without a network, and are not printed yet."""

from collections.abc import Iterator
from datetime import date

from clinical.oat.round.round_list import slots_of
from clinical.oat.round.session import session_of, sessions
from clinical.oat.round.sheet_due import day_of_sheets, missing
from clinical.words import N_
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DOSES, NOBODY_KNOWN, Line, Whom, Worklist

PRINTED = "SELECT DISTINCT session FROM clinical.round_sheet WHERE facility = %s AND day = %s"


def _find(ward: Ward) -> Iterator[Line]:
    """A line for each round."""
    day = day_of_sheets(ward.at, ward.reader.zone, ward.law)
    if day is None:
        return
    printed = {session for (session,) in ward.ask(PRINTED, ward.facility, day)}
    for _ in missing(_planned(ward, day), printed):
        yield Line(NOBODY_KNOWN)


def _planned(ward: Ward, day: date) -> set[str]:
    """The names of the rounds of a day in which somebody has a dose."""
    among = sessions(ward.law)
    slots = (slot for person in ward.people.values() for slot in slots_of(person, day, ward.law))
    return {session_of(slot, among).name for slot in slots}


WORKLIST = Worklist(
    code="sheet",
    title=N_("The sheet for a day without network is not printed"),
    to_do=N_(
        "Print it in the evening and lay it where the round begins: it is all there is if everything fails."
    ),
    whom=Whom.NURSE,
    about=DOSES,
    find=_find,
    place=13,
    on_shift=True,
    page="/round/paper?facility=%s",
)
