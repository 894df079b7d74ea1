"""Who has take-home bottles, and until when they last."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from clinical.oat.product import products
from clinical.oat.take_home import MOST_DAYS, TakeHome, spans_in_hand
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import OAT, About, Line, Whom, Worklist

# In the community nobody is held: whoever had a dose here lately.
COME_HERE = """
SELECT DISTINCT e.patient_id FROM clinical.oat_event e WHERE e.facility_id = %s AND e.day >= %s LIMIT 5000
"""
LATELY = timedelta(days=14)
HANDED_OUT = """
SELECT t.patient_id, t.source_id, t.product, t.handed_over_on, t.days FROM clinical.oat_take_home t
WHERE t.patient_id = ANY(%s) AND t.handed_over_on > %s
"""
OUT = N_("bottles for %(days)s days, until %(day)s")
HANDED_OVER = N_("handed over on %(day)s")


def _find(ward: Ward) -> Iterator[Line]:
    come = [patient for (patient,) in ward.ask(COME_HERE, ward.facility, ward.day - LATELY)]
    handed: dict[str, list[TakeHome]] = defaultdict(list)
    people = sorted({*ward.held, *come})
    for patient, row in ward.by_person(HANDED_OUT, people, ward.day - timedelta(days=MOST_DAYS)):
        id_, product, on, days = row
        handed[patient].append(TakeHome(id_, patient, products()[product], on, days))
    for patient, supplies in handed.items():
        last = max((span.last for span in spans_in_hand(supplies)), default=None)
        if last is not None and last >= ward.day:
            yield _line(ward, patient, supplies, last)


def _line(ward: Ward, patient: str, supplies: list[TakeHome], last: date) -> Line:
    newest = max(supplies, key=lambda one: one.handed_over_on)
    left = sum(
        (span.last - max(span.first, ward.day)).days + 1
        for span in spans_in_hand(supplies)
        if span.last >= ward.day
    )
    says = (
        Sentence(OUT, {"days": left, "day": last}),
        Sentence(HANDED_OVER, {"day": newest.handed_over_on}),
    )
    return Line(patient, says, datetime.combine(last, time.max, ward.reader.zone))


WORKLIST = Worklist(
    code="take-home",
    title=N_("Take-home bottles out"),
    to_do=N_("Ask for the empty bottles at the next visit, and count them."),
    whom=Whom.NURSE,
    about=About("MedicationDispense", OAT),
    find=_find,
    place=38,
)
