"""Who left, or is about to leave, and has no naloxone; and who comes for doses and is due another."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from clinical.custody.consequences import Duty
from clinical.oat.naloxone import ATC, NALOXONE, RENEW_AFTER, handed_over_of, naloxone_due_on
from clinical.oat.shapes import Json
from clinical.words import N_, Sentence
from clinical.worklists.coded import coded
from clinical.worklists.duties import duties
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import OAT, About, Line, Whom, Worklist

# Nobody holds them: they go home with it. In prison it is handed over at the release, which is a duty of its own.
COME_HERE = """
SELECT DISTINCT e.patient_id FROM clinical.oat_event e WHERE e.facility_id = %s AND e.day >= %s LIMIT 5000
"""
LATELY = timedelta(days=14)

AT_RELEASE = N_("for a release")
NEVER = N_("none is known to be handed over")
RENEW = N_("handed over on %(day)s: another is due")
NOT_SET = N_("nobody has set after how long another is due")


def _find(ward: Ward) -> Iterator[Line]:
    for one in duties(ward, Duty.NALOXONE):
        yield Line(one.patient, (Sentence(AT_RELEASE), *one.says), one.due_at)
    come = {patient for (patient,) in ward.ask(COME_HERE, ward.facility, ward.day - LATELY)}
    at_home = sorted(ward.living(come - set(ward.known)))
    handed = coded(ward, at_home, "MedicationDispense", ATC, NALOXONE)
    for patient in at_home:
        yield from _renewal(ward, patient, handed.get(patient, ()))


def _renewal(ward: Ward, patient: str, dispenses: Sequence[Json]) -> Iterator[Line]:
    handed = (handed_over_of(one, ward.reader.zone) for one in dispenses)
    last = max((one.day for one in handed if one), default=None)
    if last is None:
        yield Line(patient, (Sentence(NEVER),), rank=1)
    elif (due := naloxone_due_on(last, ward.law)) <= ward.day:
        told = [Sentence(NOT_SET)] if ward.law.not_set(RENEW_AFTER) else []
        at = datetime.combine(due, time.min, ward.reader.zone)
        yield Line(patient, (Sentence(RENEW, {"day": last}), *told), at, 2)


WORKLIST = Worklist(
    code="naloxone",
    title=N_("Naloxone due"),
    to_do=N_("Hand it over with the briefing on overdose, and record that."),
    whom=Whom.NURSE,
    about=About("MedicationDispense", OAT),
    find=_find,
    place=36,
    on_shift=True,
)
