"""Whom a prescriber has to see: after a movement, or because nothing is given for now."""

from collections.abc import Iterator
from datetime import datetime, time

from clinical.custody.consequences import Duty
from clinical.oat.hold import WORDS, HoldReason
from clinical.words import N_, Sentence
from clinical.worklists.duties import duties
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DUTIES, Line, Whom, Worklist

HELD = """
SELECT h.patient_id, h.reason, h.starts FROM clinical.oat_hold h
WHERE h.patient_id = ANY(%s) AND (h.ends IS NULL OR h.ends >= %s) AND h.starts <= %s
"""
SINCE = N_("held since %(day)s")
AFTER_MOVEMENT = N_("the orders are to be looked at after a movement")


def _find(ward: Ward) -> Iterator[Line]:
    for patient, (reason, starts) in ward.by_person(HELD, ward.held, ward.day, ward.day):
        since = datetime.combine(starts, time.min, ward.reader.zone)
        yield Line(patient, (Sentence(WORDS[HoldReason(reason)]), Sentence(SINCE, {"day": starts})), since)
    for one in duties(ward, Duty.REVIEW_ORDERS):
        yield Line(one.patient, (Sentence(AFTER_MOVEMENT), *one.says), one.due_at, 1)


WORKLIST = Worklist(
    code="reviews",
    title=N_("Reviews due"),
    to_do=N_("A prescriber sees the person, and lets the treatment go on, changes it or ends it."),
    whom=Whom.PRESCRIBER,
    about=DUTIES,
    find=_find,
    place=30,
)
