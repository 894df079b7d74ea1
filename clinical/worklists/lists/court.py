"""Who goes to court today or tomorrow: the dose is given before departure or in the late round."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import RESTRICTED, About, Line, Whom, Worklist

PLANNED = """
SELECT a.patient_id, a.started_at, a.dose_plan FROM clinical.absence a
WHERE a.facility_id = %s AND a.kind = 'court' AND a.status IN ('planned', 'in-progress')
    AND a.started_at >= %s AND a.started_at < %s ORDER BY a.started_at LIMIT 500
"""
NOT_DECIDED = N_("nobody has said when the dose is given")
LEAVES = N_("leaves %(at)s")
TWO_DAYS = timedelta(days=2)


def _find(ward: Ward) -> Iterator[Line]:
    begins = datetime.combine(ward.day, time.min, ward.reader.zone)
    ends = datetime.combine(ward.day + TWO_DAYS, time.min, ward.reader.zone)
    rows = ward.ask(PLANNED, ward.facility, begins, ends)
    living = set(ward.living({patient for patient, *_ in rows}))
    for patient, leaves, plan in (row for row in rows if row[0] in living):
        says = [Sentence(LEAVES, {"at": leaves}), *([] if plan else [Sentence(NOT_DECIDED)])]
        yield Line(patient, tuple(says), leaves, 1 if plan else 0)


WORKLIST = Worklist(
    code="court",
    title=N_("Court, today and tomorrow"),
    to_do=N_("Say for each when the dose is given: before departure, or in the late round."),
    whom=Whom.NURSE,
    about=About("Encounter", RESTRICTED),
    find=_find,
    place=22,
    on_shift=True,
    page="/people/court",
)
