"""What can be done with an order or a hold that stands: what follows from each, for which role, and what is written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import psycopg

from clinical.oat.day_close import last_closed
from clinical.oat.hold import WORDS as HOLD_WORDS
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.missed import missed_days
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.orders.changing import decided, resumed, stopped, suspended
from clinical.oat.orders.known import cups_poured
from clinical.oat.orders.stop_reason import WORDS as STOP_WORDS
from clinical.oat.orders.stop_reason import StopReason
from clinical.oat.orders.strip import standing, strip_of
from clinical.oat.orders.taken_back import WORDS as MISTAKE_WORDS
from clinical.oat.orders.taken_back import Mistake, dose_by, may_take_back, taken_back
from clinical.oat.proposal import LIVE
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release, Releaser, detected_issue_of
from clinical.oat.round.round_list import slots_of
from clinical.oat.stops.held import CODE as HELD
from clinical.oat.take_home import Span
from clinical.words import Sentence
from fhir_store.write import Write
from services.clinic.consent_form import Unfit
from services.clinic.openings import Choice, choices
from services.clinic.orders.here import Here
from services.clinic.reading import Json, parsed
from services.clinic.sentences import said
from services.clinic.writing import changed, new, new_with_id
from services.shared.errors import BadRequest
from services.shared.languages import N_, gettext

Word = TypeVar("Word", bound=StrEnum)


class Act(StrEnum):
    """What is done."""

    STOP = "stop"
    SUSPEND = "suspend"
    RESUME = "resume"
    HOLD = "hold"
    LIFT = "lift"
    TAKE_BACK = "take-back"


TITLES = {
    Act.STOP: N_("End the order"),
    Act.SUSPEND: N_("Suspend the order"),
    Act.RESUME: N_("Resume the order"),
    Act.HOLD: N_("Set a hold"),
    Act.LIFT: N_("Release the hold"),
    Act.TAKE_BACK: N_("Take the telephone order back"),
}

DONE = {
    Act.STOP: N_("The order is ended."),
    Act.SUSPEND: N_("The order is suspended."),
    Act.RESUME: N_("The order is valid again."),
    Act.HOLD: N_("The hold is set."),
    Act.LIFT: N_("The hold is released."),
    Act.TAKE_BACK: N_("The telephone order is taken back. It stands under What was, as entered in error."),
}

NO_REASON = N_("Choose a reason.")
GIVEN_BY_IT = N_(
    "A dose was given by this telephone order, so it cannot be taken back. If the dose was wrong, record a dosing error with "
    "that dose, and call the prescriber."
)

FOLLOWS = {
    Act.STOP: (
        N_("No dose is given by this order from now on. That cannot be undone; a new order can be written."),
        N_("Tolerance falls within days. Talk about overdose, and hand out naloxone."),
    ),
    Act.SUSPEND: (
        N_("No dose is given by this order until a prescriber resumes it. Other orders stay valid."),
        N_("Days without a dose count as missed."),
    ),
    Act.RESUME: (N_("Doses are given by this order again, from now on, up to its last day."),),
    Act.HOLD: (
        N_("No dose is given, of any order, until a prescriber releases the hold."),
        N_(
            "Who is held gets COWS, care for the symptoms and the prescriber on call; days without a dose count as missed."
        ),
    ),
    Act.LIFT: (
        N_("Doses are given again. Other stops stand as they are."),
        N_("The hold counts for today; the doses of today are let go ahead."),
    ),
    Act.TAKE_BACK: (
        N_("No dose is given by it. It stays in the record as entered in error, with who took it back."),
        N_("If the prescriber ordered another dose, write that down as a new telephone order."),
    ),
}

CUPS = N_(
    "Cups that stand poured for it: %(count)s. They stop at the window and go back to the stock, by two"
)
MISSED = N_("Days missed in a row: %(days)s. What they mean is told at the window")
NO_ORDER_ON = N_("No valid order on %(first)s")
NO_ORDER = N_("No valid order from %(first)s to %(last)s")
NO_ORDER_AFTER = N_("No valid order from %(first)s on")
PREGNANT = N_("Pregnant: withdrawal endangers the pregnancy. Speak with the person and with obstetrics first")


@dataclass(frozen=True)
class Subject:
    """What an act is about: an order, a hold, or the person."""

    act: Act
    order: OatOrder | None = None
    hold: Hold | None = None


def subject_in(here: Here, act: str, what: str) -> Subject:
    """Raises BadRequest if there is nothing of that kind."""
    if act not in list(Act):
        raise BadRequest
    if act == Act.HOLD:
        return Subject(Act.HOLD)
    if act == Act.LIFT:
        hold = next((one for one in here.known.record.holds if one.id == what), None)
        if hold is None:
            raise BadRequest
        return Subject(Act.LIFT, hold=hold)
    order = here.known.order(what)
    if order is None:
        raise BadRequest
    if act == Act.TAKE_BACK and order.telephone is None:
        raise BadRequest
    return Subject(Act(act), order)


def may_do(here: Here, subject: Subject) -> bool:
    """A nurse may set a hold, and take back what they wrote down themselves; all else is a prescriber's."""
    if subject.act is Act.HOLD:
        return here.may_hold
    if subject.act is Act.TAKE_BACK:
        me = str(here.asking.who.account.id)
        is_own = subject.order is not None and may_take_back(subject.order, me)
        return is_own and (here.may_hear or here.may_order)
    return here.may_order


def hinders(here: Here, subject: Subject) -> str:
    """Why it cannot be done at all, and what to do instead, in English; empty: it can."""
    order = subject.order
    given = subject.act is Act.TAKE_BACK and order and dose_by(order, here.known.record)
    return GIVEN_BY_IT if given else ""


def is_done(here: Here, subject: Subject, token: str) -> bool:
    """Whether it is as it would be afterwards: a button was pressed twice."""
    order, hold = subject.order, subject.hold
    match subject.act:
        case Act.STOP:
            return order is not None and order.status not in LIVE
        case Act.SUSPEND:
            return order is not None and order.status is OrderStatus.ON_HOLD
        case Act.RESUME:
            return order is not None and order.status is OrderStatus.ACTIVE
        case Act.LIFT:
            return hold is not None and hold.end is not None
        case Act.TAKE_BACK:
            return order is not None and order.status is OrderStatus.ENTERED_IN_ERROR
        case Act.HOLD:
            return any(one.id == token for one in here.known.record.holds)


def reasons_of(act: Act) -> tuple[Choice, ...]:
    """The closed list of each; none is disciplinary."""
    if act is Act.STOP:
        return choices(STOP_WORDS)
    if act is Act.TAKE_BACK:
        return choices(MISTAKE_WORDS)
    return choices(HOLD_WORDS) if act in (Act.HOLD, Act.SUSPEND) else ()


def follows_from(here: Here, cursor: psycopg.Cursor[object], subject: Subject) -> list[str]:
    """What follows, in the language of the request."""
    found = [gettext(one) for one in FOLLOWS[subject.act]]
    return [*found, *(said(one, here.asking.zone) for one in _also(here, cursor, subject))]


def _also(here: Here, cursor: psycopg.Cursor[object], subject: Subject) -> Iterator[Sentence]:
    order, record = subject.order, here.known.record
    if subject.act in (Act.STOP, Act.SUSPEND, Act.HOLD) and here.known.situation.pregnant:
        yield Sentence(PREGNANT)
    if order is not None and (cups := cups_poured(cursor, order.id)):
        yield Sentence(CUPS, {"count": cups})
    if subject.act is Act.STOP and order is not None:
        others = [one for one in standing(record) if one.id != order.id]
        left = strip_of(_with(here, others), here.asking.day)
        yield from (_without(one, left.days[-1].day) for one in left.gaps)
    if subject.act in (Act.RESUME, Act.LIFT):
        yield from _missed(here, order or next(iter(standing(record)), None))


def _without(gap: Span, last: date) -> Sentence:
    if gap.last == last:
        return Sentence(NO_ORDER_AFTER, {"first": gap.first})
    return Sentence(
        NO_ORDER_ON if gap.first == gap.last else NO_ORDER, {"first": gap.first, "last": gap.last}
    )


def _with(here: Here, orders: Sequence[OatOrder]) -> TreatmentRecord:
    return replace(here.known.record, orders=tuple(orders))


def _missed(here: Here, order: OatOrder | None) -> Iterator[Sentence]:
    if order is None:
        return
    closed = last_closed(here.asking.at, here.asking.zone, here.law)
    missed = missed_days(here.known.record, order, closed, here.law)
    if missed.days:
        yield Sentence(MISSED, {"days": missed.days})


# --- what is written


def writes_of(here: Here, subject: Subject, reason: str, token: str) -> list[Write]:
    """What is written. Raises Unfit if a reason is missing, or something stands against it."""
    if hindered := hinders(here, subject):
        raise Unfit(hindered)
    if subject.act is Act.HOLD:
        return [new_with_id(flag_of(_hold(here, _reason(HoldReason, reason), token)))]
    if subject.hold is not None:
        return list(_lifted(here, subject.hold))
    assert subject.order is not None  # every other act is about an order
    return [_decided(here, subject.order, _change(here, subject, reason))]


def _change(here: Here, subject: Subject, reason: str) -> Callable[[Json], Json]:
    order = subject.order
    match subject.act:
        case Act.STOP:
            why = _reason(StopReason, reason)
            assert order is not None  # it is what is stopped
            return lambda request: stopped(request, order, why, here.asking.day)
        case Act.SUSPEND:
            held = _reason(HoldReason, reason)
            return lambda request: suspended(request, held)
        case Act.TAKE_BACK:
            mistake = _reason(Mistake, reason)
            return lambda request: taken_back(request, mistake)
        case _:
            return resumed


def _decided(here: Here, order: OatOrder, change: Callable[[Json], Json]) -> Write:
    stored = here.known.orders[order.id]
    by = str(here.asking.who.account.id)
    return changed(stored, decided(change(parsed(stored)), by, here.asking.at))


def _reason(among: type[Word], typed: str) -> Word:
    if typed not in list(among):
        raise Unfit(NO_REASON)
    return among(typed)


def _hold(here: Here, reason: HoldReason, token: str) -> Hold:
    by = str(here.asking.who.account.id)
    return Hold(token, here.patient.id, reason, here.asking.day, set_by=by)


def _lifted(here: Here, hold: Hold) -> Iterator[Write]:
    """It ends yesterday. One that was set today covers today as well, and its doses of today are let go ahead."""
    day = here.asking.day
    last = max(hold.start, day - timedelta(days=1))
    stored = here.known.holds[hold.id]
    flag = parsed(stored)
    period = {**flag["period"], "end": last.isoformat()}
    yield changed(stored, {**flag, "status": "inactive", "period": period})
    if last >= day:
        yield from released_today(here, HELD)


def released_today(here: Here, stop: str) -> Iterator[Write]:
    """A prescriber's release of one stop, of every dose of today."""
    slots = slots_of(here.known.situation, here.asking.day, here.law)
    for part in sorted({one.part for one in slots} or {1}):
        release = Release(
            stop,
            Releaser.PRESCRIBER,
            here.asking.at,
            here.asking.day,
            part,
            str(here.asking.who.account.id),
            patient=here.patient.id,
        )
        yield new(detected_issue_of(release))
