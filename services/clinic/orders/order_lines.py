"""Orders as a page says them: what, how much from when to when, who signed, what became of it and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from clinical.custody.sanction import Sanction
from clinical.oat.hold import WORDS as HOLD_WORDS
from clinical.oat.hold import Hold
from clinical.oat.induction import nth_day
from clinical.oat.law import allows_telephone_orders
from clinical.oat.order import OatOrder, OrderStatus, Step, Weekday
from clinical.oat.orders.changing import decided_by
from clinical.oat.orders.near_sanction import near_sanction
from clinical.oat.orders.stop_reason import WORDS as STOP_WORDS
from clinical.oat.orders.stop_reason import stop_reason_of
from clinical.oat.orders.taken_back import WORDS as MISTAKE_WORDS
from clinical.oat.orders.taken_back import may_take_back, mistake_of
from clinical.oat.proposal import LIVE
from clinical.oat.shapes import known_day
from clinical.oat.telephone import countersigning
from services.clinic.orders.here import Here
from services.clinic.orders.words import SIGNATURES, STATUSES, WEEKDAYS
from services.clinic.reading import parsed
from services.clinic.sentences import amount

STOPPED = frozenset({OrderStatus.STOPPED, OrderStatus.CANCELLED, OrderStatus.ON_HOLD})
"""What somebody decided, or the protocol: an order that came to its last day was not stopped."""


@dataclass(frozen=True)
class PartLine:
    """One dose of a day; ``at`` empty: in the round."""

    mg: str
    at: str


@dataclass(frozen=True)
class StepLine:
    """The doses from a day to a day; ``last`` None: to the end of the order."""

    first: date
    last: date | None
    mg: str
    parts: tuple[PartLine, ...]


@dataclass(frozen=True)
class SpokenLine:
    """What was said on the telephone. ``by``: by when the prescriber signs; None: at once."""

    said_at: datetime
    heard_by: str
    listener: str
    read_back: bool
    countersigned_at: datetime | None
    by: datetime | None
    late: bool
    takes_back: bool
    """Whether the reader may take it back, if no dose was given by it."""


@dataclass(frozen=True)
class OrderLine:
    """One order. Words wait for their translation."""

    id: str
    product: str
    steps: tuple[StepLine, ...]
    interval_days: int
    start: date
    end: date | None
    status: str
    signature: str
    prescriber: str
    signed_at: datetime | None
    facility: str
    reason: str
    """Why it was ended, suspended or taken back; empty: nobody said, or it was not."""
    decided_by: str
    decided_at: str
    take_home: tuple[str, ...]
    induction_day: int | None
    spoken: SpokenLine | None
    live: bool
    """Whether it counts today or later."""
    suspended: bool
    ended: bool
    in_error: bool
    near_sanction: date | None
    """The first day of the sanction near which it was ended or suspended; None: of none."""


@dataclass(frozen=True)
class HoldLine:
    """One hold. ``reason`` waits for its translation."""

    id: str
    reason: str
    start: date
    end: date | None
    set_by: str
    near_sanction: date | None


def order_lines(
    here: Here,
    orders: Iterable[OatOrder],
    names: Mapping[str, str],
    facilities: Mapping[str, str],
    sanctions: Sequence[Sanction] = (),
) -> tuple[OrderLine, ...]:
    """The lines; ``names`` of accounts and ``facilities`` of Organizations, by their ids."""
    return tuple(
        replace(_line(here, one, names, facilities), near_sanction=_stopped_near(here, one, sanctions))
        for one in orders
    )


def _stopped_near(here: Here, order: OatOrder, sanctions: Sequence[Sanction]) -> date | None:
    """Of an order that somebody ended or suspended, by the day of that decision."""
    decision = decided_by(parsed(here.known.orders[order.id]))
    day = known_day(decision[1], here.asking.zone) if decision else None
    if order.status not in STOPPED or day is None:
        return None
    return _near(here, day, sanctions)


def _near(here: Here, day: date, sanctions: Sequence[Sanction]) -> date | None:
    found = near_sanction(day, sanctions, here.law)
    return found.start if found else None


def _line(here: Here, order: OatOrder, names: Mapping[str, str], facilities: Mapping[str, str]) -> OrderLine:
    request = parsed(here.known.orders[order.id])
    decision = decided_by(request)
    day, is_live = here.asking.day, order.status in LIVE
    return OrderLine(
        order.id,
        order.product.name,
        step_lines(order),
        order.interval_days,
        order.start,
        order.end,
        STATUSES[order.status],
        SIGNATURES[order.signature],
        names.get(order.prescriber or "", ""),
        order.signed_at,
        facilities.get(order.facility or "", ""),
        _reason(order, request),
        names.get(decision[0].partition("/")[2], "") if decision else "",
        decision[1] if decision else "",
        tuple(WEEKDAYS[one] for one in Weekday if one in order.take_home),
        nth_day(here.known.record.inducted(order), day, here.law) if is_live else None,
        _spoken(here, order, names),
        is_live and (order.end is None or order.end >= day),
        order.status is OrderStatus.ON_HOLD,
        order.status in (OrderStatus.STOPPED, OrderStatus.CANCELLED),
        order.status is OrderStatus.ENTERED_IN_ERROR,
        None,
    )


def _reason(order: OatOrder, request: Mapping[str, object]) -> str:
    if order.held_because is not None:
        return HOLD_WORDS[order.held_because]
    if mistake := mistake_of(request):
        return MISTAKE_WORDS[mistake]
    reason = stop_reason_of(request)
    return STOP_WORDS[reason] if reason else ""


def _spoken(here: Here, order: OatOrder, names: Mapping[str, str]) -> SpokenLine | None:
    said = order.telephone
    if said is None:
        return None
    signing = countersigning(said, here.asking.at, here.law)
    return SpokenLine(
        said.said_at,
        names.get(said.heard_by or "", ""),
        names.get(said.listener or "", ""),
        said.read_back,
        said.countersigned_at,
        signing.by,
        signing.is_late,
        order.status in LIVE and may_take_back(order, str(here.asking.who.account.id)),
    )


def step_lines(order: OatOrder) -> tuple[StepLine, ...]:
    """How much, from when to when."""
    return tuple(StepLine(one.first, one.last, amount(one.mg), part_lines(one)) for one in order.steps)


def part_lines(step: Step) -> tuple[PartLine, ...]:
    """The doses of a day."""
    return tuple(PartLine(amount(one.mg), f"{one.at:%H:%M}" if one.at else "") for one in step.parts)


def hold_lines(
    here: Here, holds: Iterable[Hold], names: Mapping[str, str], sanctions: Sequence[Sanction]
) -> tuple[HoldLine, ...]:
    """The holds, the latest first."""
    found = sorted(holds, key=lambda one: (one.start, one.id), reverse=True)
    return tuple(
        HoldLine(
            one.id,
            HOLD_WORDS[one.reason],
            one.start,
            one.end,
            names.get(one.set_by or "", ""),
            _near(here, one.start, sanctions),
        )
        for one in found
    )


def named_in(orders: Iterable[OatOrder], holds: Iterable[Hold], here: Here) -> set[str]:
    """The ids of the accounts whose names the lines say."""
    found: set[str | None] = {one.set_by for one in holds}
    for one in orders:
        decision = decided_by(parsed(here.known.orders[one.id]))
        found |= {one.prescriber, decision[0].partition("/")[2] if decision else None}
        if one.telephone:
            found |= {one.telephone.heard_by, one.telephone.listener}
    return {one for one in found if one}


def telephone_allowed(here: Here) -> bool:
    """Whether the law lets a prescriber order by telephone. Nobody has set it: no."""
    return allows_telephone_orders(here.law).yes


def mg_text(mg: Decimal | None) -> str:
    """With no more decimals than it needs; empty: none."""
    return "" if mg is None else amount(mg)
