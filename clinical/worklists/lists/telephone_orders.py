"""Telephone orders that their prescriber has not signed yet."""

from collections.abc import Iterator

from clinical.words import N_, Sentence
from clinical.worklists.spoken import waiting
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist

SAID = N_("said %(at)s")
LATE = N_("the signature is late")


def _find(ward: Ward) -> Iterator[Line]:
    for one in waiting(ward):
        says = [Sentence(SAID, {"at": one.said_at}), *([Sentence(LATE)] if one.is_late else [])]
        yield Line(one.patient, tuple(says), one.sign_by)


WORKLIST = Worklist(
    code="telephone-orders",
    title=N_("Telephone orders to countersign"),
    to_do=N_("The prescriber reads what was given by telephone, and signs it."),
    whom=Whom.PRESCRIBER,
    about=ORDERS,
    find=_find,
    place=16,
    on_shift=True,
)
