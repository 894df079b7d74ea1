"""What of the round contradicts itself, was kept apart, or is marked."""

from collections.abc import Iterator

from clinical.oat.round.flags import WORDS
from clinical.oat.round.kept import UNKNOWN, to_work_off
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DOSES, NOBODY_KNOWN, Line, Whom, Worklist

MOST = 200


def _find(ward: Ward) -> Iterator[Line]:
    for one in to_work_off(ward.reader.cursor, ward.facility, MOST):
        patient = NOBODY_KNOWN if one.patient == UNKNOWN or one.resource_id is None else one.patient
        yield Line(patient, tuple(Sentence(WORDS[flag]) for flag in one.flags), one.received_at)


WORKLIST = Worklist(
    code="conflicts",
    title=N_("Conflicts of the round"),
    to_do=N_("Look at both records, and say what in fact happened."),
    whom=Whom.EVERYBODY,
    about=DOSES,
    find=_find,
    place=14,
    on_shift=True,
    page="/round/conflicts?facility=%s",
)
