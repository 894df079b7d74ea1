"""What somebody typed into the form of a new order, as what the rules understand."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from clinical.oat.order import OatOrder, Weekday
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.drafting import drafted
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet, order_sets
from clinical.oat.orders.proposing import Judged
from clinical.oat.orders.sets.before_depot import DAYS as DAYS_BEFORE_DEPOT
from clinical.oat.product import products
from clinical.oat.proposal import OpioidKind, OtherOpioid
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import Here
from services.clinic.round.typed import amount_in
from services.clinic.when import when
from services.shared.errors import BadRequest
from services.shared.languages import N_

NOT_MG = N_("A dose is a number of mg, such as 60 or 7.5.")
NOT_DAYS = N_("Days are a whole number, 1 or more.")
NOT_A_DAY = N_("Choose the first day of the order from the calendar.")
NOT_AN_END = N_("Choose the last day of the order from the calendar.")
NOT_A_TIME = N_("A time is written as 07:30. Leave it empty: in the round.")
CHOOSE = N_("Choose an order set and a medicine.")
PAST = N_("An order begins today or later. What was given before is recorded as what happened.")
NO_LONGER = N_("The order that this one goes on from is not valid any more. Look at the orders again.")

MOST_MG = Decimal(2000)
"""More is a slip of the pen, also of a monthly depot. Proposed by Throughcare, no source."""
MOST_DAYS = 366


class TypedOrder(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    set: str = ""
    product: str = ""
    start: str = ""
    end: str = ""
    mg: str = ""
    at: str = ""
    second_mg: str = ""
    second_at: str = ""
    change_mg: str = ""
    every_days: str = ""
    to_mg: str = ""
    take_home: list[str] = []
    low_tolerance: str = ""
    opioid: str = ""
    opioid_at: str = ""
    prior: str = ""
    token: str = ""
    seen: str = ""
    weighed: str = ""
    reason: str = ""
    second: str = ""
    pin: str = ""


def order_in(typed: TypedOrder, here: Here) -> OatOrder:
    """The order, without an id. Raises Unfit, BadRequest."""
    order_set, product = order_sets().get(typed.set), products().get(typed.product)
    if order_set is None or product is None:
        raise Unfit(CHOOSE)
    start = _day(typed.start, NOT_A_DAY)
    if start < here.asking.day:
        raise Unfit(PAST)
    asked = Asked(
        product,
        start,
        _day(typed.end, NOT_AN_END) if typed.end.strip() else None,
        _mg(typed.mg) or Decimal(),
        _time(typed.at),
        _mg(typed.second_mg),
        _time(typed.second_at),
        _mg(typed.change_mg),
        _days(typed.every_days),
        _mg(typed.to_mg),
        frozenset(Weekday(one) for one in typed.take_home if one in list(Weekday)),
        here.law.days(DAYS_BEFORE_DEPOT),
    )
    return _drafted(order_set, asked, here, prior_in(typed, here))


def _drafted(order_set: OrderSet, asked: Asked, here: Here, prior: OatOrder | None) -> OatOrder:
    try:
        return drafted(
            order_set, asked, here.patient.id, here.facility, prior.id if prior is not None else None
        )
    except CannotBePlanned as why:
        raise Unfit(why.says) from None


def prior_in(typed: TypedOrder, here: Here) -> OatOrder | None:
    """The order that it goes on from; None: none was named. Raises Unfit."""
    if not typed.prior:
        return None
    found = here.known.order(typed.prior)
    if found is None:
        raise Unfit(NO_LONGER)
    return found


def judged_in(typed: TypedOrder, now: datetime, zone: ZoneInfo) -> Judged:
    """What the prescriber adds. Raises Unfit."""
    low = typed.low_tolerance == "yes"
    if typed.opioid not in list(OpioidKind):
        return Judged(low)
    return Judged(low, (OtherOpioid(OpioidKind(typed.opioid), when(typed.opioid_at, now, zone)),))


def token_in(typed: TypedOrder) -> str:
    """The id that the order will have, drawn when its form was shown. Raises BadRequest."""
    try:
        return str(UUID(typed.token))
    except ValueError:
        raise BadRequest from None


def _mg(written: str) -> Decimal | None:
    if not written.strip():
        return None
    mg = amount_in(written)
    if mg is None or mg > MOST_MG:
        raise Unfit(NOT_MG)
    return mg


def _days(written: str) -> int | None:
    if not written.strip():
        return None
    if not (written.strip().isascii() and written.strip().isdigit() and 0 < int(written) <= MOST_DAYS):
        raise Unfit(NOT_DAYS)
    return int(written)


def _day(written: str, words: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise Unfit(words) from None


def _time(written: str) -> time | None:
    if not written.strip():
        return None
    try:
        found = time.fromisoformat(written.strip())
    except ValueError:
        raise Unfit(NOT_A_TIME) from None
    if found.tzinfo is not None:
        raise Unfit(NOT_A_TIME)
    return found.replace(second=0, microsecond=0)


def usual_end(start: date, at_most_days: int | None) -> date | None:
    """The end that the form proposes: the longest that the protocol has; None: nobody set how long."""
    return None if at_most_days is None else start + timedelta(days=at_most_days - 1)
