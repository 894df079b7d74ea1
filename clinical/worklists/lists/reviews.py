"""Whom a prescriber has to see: nothing is given for now, a movement, a late signature, an interaction, an ECG, or it is time again."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice

from clinical.custody.consequences import Duty
from clinical.oat.ecg import LOINC, QTC, Ecg, ecg_of
from clinical.oat.ecg_due import ecg_due_by, is_ecg_due
from clinical.oat.hold import WORDS, HoldReason
from clinical.oat.interaction import EFFECT_WORDS
from clinical.oat.interaction_due import to_be_looked_at
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.product import Agonist
from clinical.oat.proposal import LIVE
from clinical.oat.review import EVERY, last_review, review_due_on
from clinical.oat.round.round_list import orders_on
from clinical.oat.round.situation import Situation
from clinical.words import N_, Sentence, Value
from clinical.worklists.coded import coded
from clinical.worklists.duties import duties
from clinical.worklists.interacting import interacting
from clinical.worklists.spoken import waiting
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist

HELD = """
SELECT h.patient_id, h.reason, h.starts FROM clinical.oat_hold h
WHERE h.patient_id = ANY(%s) AND (h.ends IS NULL OR h.ends >= %s) AND h.starts <= %s
"""
SINCE = N_("held since %(day)s")
SUSPENDED = N_("an order is suspended")
AFTER_MOVEMENT = N_("the orders are to be looked at after a movement")
NOT_COUNTERSIGNED = N_("a telephone order is not countersigned, and late")
NO_ECG = N_("an ECG is due: none is known")
OLD_ECG = N_("an ECG is due: the last was on %(day)s")
PREGNANT = N_(
    "pregnant: the step down to %(mg)s mg on %(day)s does not take effect by itself, %(stands)s mg stands"
)
INTERACTION = N_("an interaction with another medicine. %(effect)s")
INTERACTION_UNTIL = N_("an interaction with another medicine, until %(last)s. %(effect)s")
AGAIN = N_("a prescriber last signed an order on %(day)s")
NOT_SET = N_("nobody has set how often a treatment is looked at again")


def _find(ward: Ward) -> Iterator[Line]:
    """A line for each reason; what stops doses comes first."""
    yield from _held(ward)
    for person in ward.people.values():
        if person.presence.doses_here:
            yield from _not_stepped_down(ward, person)
            yield from _suspended(ward, person)
            yield from _time_again(ward, person)
    for one in duties(ward, Duty.REVIEW_ORDERS):
        yield Line(one.patient, (Sentence(AFTER_MOVEMENT), *one.says), one.due_at, 1)
    for late in waiting(ward):
        if late.is_late:
            yield Line(late.patient, (Sentence(NOT_COUNTERSIGNED),), late.sign_by, 1)
    yield from _interactions(ward)
    yield from _ecgs(ward)


def _held(ward: Ward) -> Iterator[Line]:
    for patient, (reason, starts) in ward.by_person(HELD, ward.held, ward.day, ward.day):
        says = (Sentence(WORDS[HoldReason(reason)]), Sentence(SINCE, {"day": starts}))
        yield Line(patient, says, _morning(ward, starts))


def _suspended(ward: Ward, person: Situation) -> Iterator[Line]:
    for order in _live(ward, person):
        if order.status is OrderStatus.ON_HOLD:
            why = [Sentence(WORDS[order.held_because])] if order.held_because else []
            yield Line(person.patient, (Sentence(SUSPENDED), *why), rank=-1 if person.pregnant else 0)


def _not_stepped_down(ward: Ward, person: Situation) -> Iterator[Line]:
    """The next step of each order that would have fallen, today's first."""
    standing = {one.id: one for one in orders_on(person, ward.day)}
    for order in _live(ward, person):
        steps = zip(order.steps, standing[order.id].steps, strict=True)
        held = ((planned, stands) for planned, stands in steps if planned.mg < stands.mg)
        ahead = ((one, stands) for one, stands in held if one.last is None or one.last >= ward.day)
        for planned, stands in islice(ahead, 1):
            values: dict[str, Value] = {"mg": planned.mg, "day": planned.first, "stands": stands.mg}
            yield Line(person.patient, (Sentence(PREGNANT, values),), _morning(ward, planned.first), -1)


def _time_again(ward: Ward, person: Situation) -> Iterator[Line]:
    last = last_review(_live(ward, person), ward.reader.zone)
    if last is None:
        return
    due = review_due_on(last, ward.law)
    if due <= ward.day:
        told = [Sentence(NOT_SET)] if ward.law.not_set(EVERY) else []
        yield Line(person.patient, (Sentence(AGAIN, {"day": last}), *told), _morning(ward, due), 3)


def _interactions(ward: Ward) -> Iterator[Line]:
    """Without the name of the other medicine: it may tell of HIV. Whoever sees that in the record reads it on the page of the orders."""
    treated = {
        one.patient: live
        for one in ward.people.values()
        if one.presence.doses_here and (live := _live(ward, one))
    }
    for patient, medicines in interacting(ward, sorted(treated)).items():
        signed_on = last_review(treated[patient], ward.reader.zone)
        agonists = {one.product.agonist for one in treated[patient]}
        hits = (hit for one in agonists for hit in to_be_looked_at(one, medicines, ward.day, signed_on))
        for effect, last in sorted({(hit.effect, hit.last) for hit in hits}, key=str):
            values = {"effect": EFFECT_WORDS[effect]}
            says = (
                Sentence(INTERACTION_UNTIL, {**values, "last": last})
                if last
                else Sentence(INTERACTION, values)
            )
            yield Line(patient, (says,), rank=1)


def _ecgs(ward: Ward) -> Iterator[Line]:
    on_methadone = {
        person.patient: max(doses)
        for person in ward.people.values()
        if person.presence.doses_here and (doses := _methadone(ward, person))
    }
    known = coded(ward, sorted(on_methadone), "Observation", LOINC, QTC)
    for patient, mg in on_methadone.items():
        taken = (ecg_of(one, ward.reader.zone) for one in known.get(patient, ()))
        last = max((one for one in taken if one and one.day <= ward.day), key=_day, default=None)
        if is_ecg_due(mg, last, ward.day, ward.law):
            yield _ecg_line(ward, patient, last)


def _methadone(ward: Ward, person: Situation) -> list[Decimal]:
    """What each order of methadone gives today, in mg."""
    live = (one for one in _live(ward, person) if one.product.agonist is Agonist.METHADONE)
    return [one.mg_on(ward.day) for one in live]


def _ecg_line(ward: Ward, patient: str, last: Ecg | None) -> Line:
    if last is None:
        return Line(patient, (Sentence(NO_ECG),), rank=2)
    by = ecg_due_by(last, ward.law)
    return Line(patient, (Sentence(OLD_ECG, {"day": last.day}),), _morning(ward, by) if by else None, 2)


def _live(ward: Ward, person: Situation) -> list[OatOrder]:
    """The orders of the day that count, or would if they were not suspended; a spoken one is for one dose."""
    return [
        one
        for one in person.record.orders
        if one.status in LIVE
        and one.telephone is None
        and one.start <= ward.day
        and (one.end is None or one.end >= ward.day)
    ]


def _day(ecg: Ecg) -> date:
    return ecg.day


def _morning(ward: Ward, day: date) -> datetime:
    return datetime.combine(day, time.min, ward.reader.zone)


WORKLIST = Worklist(
    code="reviews",
    title=N_("Reviews due"),
    to_do=N_("A prescriber sees the person, and lets the treatment go on, changes it or ends it."),
    whom=Whom.PRESCRIBER,
    about=ORDERS,
    find=_find,
    place=30,
)
