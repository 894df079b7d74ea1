"""Which cups stand for a planned dose, and whether each may be handed out; which are left over at the end. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clinical.oat.round.row import Row, State
from clinical.oat.round.stock import slot_named
from clinical.register.amount import amount_for
from clinical.register.cup import CupFlaw, Poured, flaws
from clinical.register.errors import NotMeasurable
from clinical.register.product import StockProduct
from clinical.register.tray import Standing
from clinical.words import N_

WORDS: dict[CupFlaw, str] = {
    CupFlaw.OTHER_PERSON: N_("The cup was poured for somebody else."),
    CupFlaw.OTHER_SLOT: N_("The cup was poured for another dose."),
    CupFlaw.ORDER_CHANGED: N_("The order was changed after the cup was poured."),
    CupFlaw.OTHER_AMOUNT: N_("There is another amount in the cup."),
    CupFlaw.EMPTY: N_("The cup is empty."),
    CupFlaw.EXPIRED: N_("What is in the cup has expired."),
}
DO_NOW = (
    N_("Do not hand it out. Put it aside."),
    N_("Pour a new cup in the register."),
    N_("Put the old one back or destroy it there, by two."),
)


@dataclass(frozen=True)
class Checked:
    """A cup that stands for somebody. ``flaw``: why it is not handed out; None: it is."""

    standing: Standing
    flaw: CupFlaw | None


def wanted(row: Row, product: StockProduct) -> Poured | None:
    """What has to be in a cup for a planned dose; None: no order gives one, or it cannot be measured of this strength."""
    if row.slot is None:
        return None
    order, version = row.slot.order, row.slot.order.version
    try:
        amount = amount_for(row.slot.mg, product)
    except NotMeasurable:
        return None
    return Poured(row.patient, slot_of(row), order.id, int(version) if version.isdigit() else 0, amount)


def slot_of(row: Row) -> str:
    """The planned dose as the register names it; empty: there is none."""
    return slot_named(*row.slot.key) if row.slot else ""


def day_of(standing: Standing) -> date:
    """The civil day for which a cup was poured; of a slot that is none of the round's the first of all days."""
    try:
        return date.fromisoformat(standing.cup.poured.slot.split("|")[1])
    except (IndexError, ValueError):
        return date.min


def cups_of(row: Row, rows: Iterable[Row], standing: Iterable[Standing]) -> tuple[Checked, ...]:
    """The cups of the day for a row: those of its slot, and those of the person that no row asks for any more.

    Args:
        row: the row.
        rows: of the list, with all of the same person.
        standing: the cups of the site.
    """
    own = [one for one in standing if one.cup.poured.patient == row.patient and day_of(one) == row.day]
    if not own:
        return ()
    asked = {slot_of(one) for one in rows if one.patient == row.patient} - {slot_of(row)}
    return tuple(check(one, row) for one in own if one.cup.poured.slot not in asked)


def check(standing: Standing, row: Row) -> Checked:
    """Whether a cup may be handed out for a row. A part of it may have been taken before."""
    asked = wanted(row, standing.product)
    if asked is None:
        return Checked(standing, CupFlaw.ORDER_CHANGED)
    found = flaws(standing.cup, asked, row.day)
    return Checked(standing, _first(found))


def _first(found: Sequence[CupFlaw]) -> CupFlaw | None:
    """What is to be said: under another order the slot and the amount are others too."""
    if CupFlaw.OTHER_PERSON in found:
        return CupFlaw.OTHER_PERSON
    return CupFlaw.ORDER_CHANGED if CupFlaw.ORDER_CHANGED in found else next(iter(found), None)


def good(cups: Iterable[Checked]) -> tuple[Standing, ...]:
    """Those that may be handed out."""
    return tuple(one.standing for one in cups if one.flaw is None)


def stopping(row: Row, cups: Sequence[Checked]) -> tuple[CupFlaw, ...]:
    """Why Given does not work: a cup stands for the dose, and none that may be handed out."""
    if row.state is State.DONE or good(cups):
        return ()
    return tuple(dict.fromkeys(one.flaw for one in cups if one.flaw is not None))


def left_over(
    rows: Sequence[Row], standing: Iterable[Standing], session: str, day: date
) -> tuple[Standing, ...]:
    """The cups that a round which is over leaves standing: all but those of a dose that a later round still gives."""
    later = {slot_of(row) for row in rows if row.session != session and row.state is not State.DONE}
    return tuple(one for one in standing if one.cup.poured.slot not in later and day_of(one) <= day)


def mg_in(standing: Standing) -> Decimal:
    """What is in it."""
    return standing.cup.left * standing.product.strength
