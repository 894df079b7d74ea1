"""After a lockdown: what a prescriber decides for somebody who missed doses for the institution's reason.

The numbers are the prescriber's. What the protocol has for a new induction is filled in, and nothing more.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from clinical.oat.order import OatOrder, Step
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.shares import shared
from clinical.oat.orders.stairs import stairs
from clinical.protocols import Protocol
from clinical.words import N_

RISE = "oat.titration-step"
AGAIN = "oat.titration-not-before"


class Decision(StrEnum):
    """What is decided."""

    CONTINUE = "continue"
    REDUCE = "reduce"
    RE_TITRATE = "re-titrate"
    HOLD = "hold"


WORDS = {
    Decision.CONTINUE: N_("Continue as ordered"),
    Decision.REDUCE: N_("Reduce to"),
    Decision.RE_TITRATE: N_("Begin anew from"),
    Decision.HOLD: N_("Hold until seen"),
}

NO_MG = N_("Say how many mg: more than 0, and less than was ordered.")
NOT_SET = N_(
    "The protocol does not say how a new induction rises for this medicine. Write the order on the person's own page."
)
OF_DEPOT = N_("A depot is not reduced or begun anew here. Write the order on the person's own page.")


def reduced(order: OatOrder, mg: Decimal, day: date) -> OatOrder:
    """So much a day from a day on, to the end that the order has; shared out as it was. Raises CannotBePlanned."""
    parts = order.parts_on(day)
    if order.product.is_depot:
        raise CannotBePlanned(OF_DEPOT)
    if not parts or not 0 < mg < order.mg_on(day):
        raise CannotBePlanned(NO_MG)
    return replace(_from(order, day), steps=(Step(day, None, shared(parts, mg)),))


def re_titrated(order: OatOrder, mg: Decimal, day: date, protocol: Protocol) -> OatOrder:
    """A new induction from so much, up to what was ordered, by the protocol's step. Raises CannotBePlanned, BadProtocol."""
    product, up_to = order.product, order.mg_on(day)
    if product.is_depot:
        raise CannotBePlanned(OF_DEPOT)
    if not 0 < mg < up_to:
        raise CannotBePlanned(NO_MG)
    rise, again = protocol.decimal(f"{RISE}.{product.code}"), protocol.days(f"{AGAIN}.{product.code}")
    if not rise or not again:
        raise CannotBePlanned(NOT_SET)
    asked = Asked(product, day, order.end, mg, change_mg=rise, every_days=again)
    return replace(_from(order, day), steps=stairs(asked, up_to), induction_start=day)


def _from(order: OatOrder, day: date) -> OatOrder:
    """A new order in place of one, from a day on. It goes on with the induction of that one."""
    return replace(
        order,
        id="",
        version="",
        start=day,
        prior=order.id,
        signed_at=None,
        prescriber=None,
        held_because=None,
    )
