"""What was typed for each person after a lockdown, and what it makes: orders, releases, holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from clinical.oat.checks import missed_days
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.issue import Issue
from clinical.oat.order import OatOrder
from clinical.oat.orders.after_break import Decision, re_titrated, reduced
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.strip import standing
from clinical.oat.slot import leading
from clinical.oat.stops.missed import CODE as MISSED
from fhir_store.write import Write
from services.clinic.consent_form import Unfit
from services.clinic.orders.acts import released_today
from services.clinic.orders.here import Here
from services.clinic.orders.signing import ToSign, issues_for, overridden, writes_of
from services.clinic.round.typed import amount_in
from services.clinic.writing import new_with_id
from services.shared.languages import N_

NO_ORDER = N_("No order is valid today. Write one on the person's own page.")


@dataclass(frozen=True)
class Decided:
    """What was decided for one person. ``token``: the id that the new order or hold will have."""

    person: str
    decision: Decision
    mg: str
    seen: str
    token: str


def decided_in(typed: Mapping[str, str]) -> tuple[Decided, ...]:
    """Those for whom something was chosen, in the order of the form."""
    people = [name.partition(".")[2] for name in typed if name.startswith("decision.")]
    return tuple(
        Decided(
            person,
            Decision(typed[f"decision.{person}"]),
            typed.get(f"{typed[f'decision.{person}']}.{person}", ""),
            typed.get(f"seen.{person}", ""),
            typed.get(f"token.{person}", ""),
        )
        for person in people
        if typed[f"decision.{person}"] in list(Decision)
    )


def order_today(here: Here) -> OatOrder | None:
    """The order that counts today."""
    day = here.asking.day
    valid = (one for one in standing(here.known.record) if one.is_valid_on(day) and not one.telephone)
    return leading(valid)


def new_order(here: Here, decided: Decided) -> OatOrder | None:
    """The order that a decision makes, with the id that it will have; None: it makes none. Raises Unfit."""
    if decided.decision not in (Decision.REDUCE, Decision.RE_TITRATE):
        return None
    before = order_today(here)
    if before is None:
        raise Unfit(NO_ORDER)
    mg = amount_in(decided.mg) or Decimal()
    try:
        made = (
            reduced(before, mg, here.asking.day)
            if decided.decision is Decision.REDUCE
            else re_titrated(before, mg, here.asking.day, here.law)
        )
    except CannotBePlanned as why:
        raise Unfit(why.says) from None
    return replace(made, id=decided.token, facility=here.facility, patient=here.patient.id)


def issues_of(here: Here, decided: Decided) -> tuple[Issue, ...]:
    """What is to be weighed. To continue as ordered is weighed for the days that were missed. Raises Unfit."""
    order = new_order(here, decided)
    if order is not None:
        return issues_for(here, order)
    before = order_today(here)
    if decided.decision is not Decision.CONTINUE or before is None:
        return ()
    found = issues_for(here, replace(before, start=here.asking.day))
    return tuple(one for one in found if one.code == missed_days.CODE)


def writes_for(here: Here, decided: Decided, reason: str, second: str | None) -> Iterator[Write]:
    """What is written. Raises Unfit."""
    order, issues, asking = new_order(here, decided), issues_of(here, decided), here.asking
    if order is not None:
        yield from writes_of(here, ToSign(order, reason=reason, second=second), issues)
    elif issues:
        before = order_today(here)
        assert before is not None  # it is what was weighed
        yield from overridden(here, before.id, issues, reason, second)
    if decided.decision is Decision.HOLD:
        by = str(asking.who.account.id)
        hold = Hold(decided.token, here.patient.id, HoldReason.MISSED_DOSES, asking.day, set_by=by)
        yield new_with_id(flag_of(hold))
    else:
        yield from released_today(here, MISSED)
