"""A dose draws on the register in the transaction that records it. Wrong book stock never blocks a dose in hand.

Where the register cannot be written, for whatever reason, the dose stands without it and is marked, and somebody
enters it in the book afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from clinical.oat.happened import Happened, Kind
from clinical.oat.product import Product, Route
from clinical.oat.round.dose_event import DoseEvent
from clinical.protocols import Protocol
from clinical.register.amount import amount_for
from clinical.register.cup import Poured
from clinical.register.draw import Drawing, draw
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotTakenBack, NotThere, RegisterError
from clinical.register.product import Form, StockProduct
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import book_with, issue_with
from clinical.register.taking_back import remove
from clinical.register.two_people import Hands

BOOKS = text("""
SELECT b.form, b.strength FROM clinical.register_book b WHERE b.facility = :facility AND b.atc = :atc AND b.form = ANY(:forms)
""")
OUT = """
SELECT i.id, i.container, i.held_in = 'cups', i.session, i.in_it, b.atc, b.form, b.strength
FROM clinical.register_issue i JOIN clinical.register_book b ON b.id = i.book
WHERE i.facility = %s AND i.closed_by IS NULL ORDER BY i.container
"""
# What the register would find out only at the end of the transaction, and lose the dose with it.
CHECK_NOW = text("SET CONSTRAINTS ALL IMMEDIATE")
CHECK_LATER = text("SET CONSTRAINTS ALL DEFERRED")

LOST_AGAINST_ANOTHER = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of what may simply be done again."""

FORMS: Mapping[tuple[Route, bool], frozenset[Form]] = {
    (Route.ORAL, True): frozenset({Form.ORAL_SOLUTION}),
    (Route.ORAL, False): frozenset({Form.TABLET, Form.CAPSULE}),
    (Route.SUBLINGUAL, False): frozenset({Form.SUBLINGUAL_TABLET, Form.SUBLINGUAL_FILM}),
    (Route.SUBCUTANEOUS, False): frozenset({Form.SYRINGE}),
}
"""The forms of which a product can be, by how it is taken and whether it is measured."""


@dataclass(frozen=True)
class Container:
    """What is out on the round.

    Attributes:
        id: by which a dose names it.
        name: as it stands on it.
        cups: whether it was poured into cups before.
        left: by the book, in its unit.
    """

    id: UUID
    name: str
    cups: bool
    session: str
    left: Decimal
    product: StockProduct

    def serves(self, product: Product) -> bool:
        """Whether a dose of a product can come from it."""
        return self.product.atc == product.atc and self.product.form in forms_of(product)


@dataclass(frozen=True)
class Site:
    """Where and by which law it is entered."""

    facility: str
    law: Protocol
    day: date


def containers_out(cursor: psycopg.Cursor[Any], facility: str) -> list[Container]:
    """Everything that is out at a facility."""
    return [
        Container(id_, name, cups, session, left, StockProduct(atc, Form(form), strength))
        for id_, name, cups, session, left, atc, form, strength in cursor.execute(OUT, (facility,)).fetchall()
    ]


def forms_of(product: Product) -> frozenset[Form]:
    """The forms of which a product can be."""
    return FORMS.get((product.route, product.by_volume), frozenset())


def enter(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> bool:
    """Enter an event in the register; whether the book holds. A site that keeps no book of the medicine enters nothing."""
    return _holds(connection, lambda: _enter(connection, site, event, happened))


def _enter(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> Entered:
    if happened.was_taken:
        return _draw(connection, site, event, happened)
    if event.kind is Kind.SPILLED and event.container is not None and event.mg is not None:
        product = book_with(connection, issue_with(connection, event.container).book).product
        amount = _amount(event, product)
        entering = _entering(site, event, happened)
        return spill(connection, entering, event.container, amount, SpillReason.OTHER, event.cup)
    return Entered()


def take_back(connection: Connection, site: Site, event: DoseEvent, dose: Happened) -> bool:
    """A dose was entered in error: its amount is back where it was. Whether the book holds."""

    def removed() -> Entered:
        try:
            return remove(connection, _entering(site, event, dose), UUID(dose.event or dose.id))
        except (NotThere, NotTakenBack, ValueError):
            # It never stood in a book of ours, or was taken back before.
            return Entered()

    return _holds(connection, removed)


def _holds(connection: Connection, work: Callable[[], Entered]) -> bool:
    """Do it, or leave the register as it was; whether it was done and no discrepancy came of it."""
    savepoint = connection.begin_nested()
    try:
        entered = work()
        connection.execute(CHECK_NOW)
        connection.execute(CHECK_LATER)
    except RegisterError:
        savepoint.rollback()
        return False
    except DBAPIError as error:
        savepoint.rollback()
        if getattr(error.orig, "sqlstate", None) in LOST_AGAINST_ANOTHER:
            raise
        return False
    savepoint.commit()
    return not entered.discrepancies


def _draw(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> Entered:
    product = _stock_product(connection, site, event, happened)
    if product is None:
        return Entered()
    drawing = Drawing(
        product=product,
        amount=_amount(event, product),
        administration=happened.id,
        given=_given(event),
        issue=event.container,
        cup=event.cup,
        follows=event.of if event.kind is Kind.RE_DOSE else None,
    )
    return draw(connection, _entering(site, event, happened), drawing)


class StrengthNotKnown(RegisterError):
    """The site keeps books of the medicine, and nobody says of which strength the dose was."""


def _stock_product(
    connection: Connection, site: Site, event: DoseEvent, happened: Happened
) -> StockProduct | None:
    """Of which book; None: the site keeps none of this medicine. Raises StrengthNotKnown, NotThere."""
    if event.container is not None:
        return book_with(connection, issue_with(connection, event.container).book).product
    assert happened.product is not None, "a dose that was taken names its medicine"
    asked = {
        "facility": site.facility,
        "atc": happened.product.atc,
        "forms": sorted(forms_of(happened.product)),
    }
    kept = [StockProduct(happened.product.atc, Form(form), strength) for form, strength in connection.execute(BOOKS, asked)]  # fmt: skip
    if event.concentration is not None:
        kept = [one for one in kept if one.strength == event.concentration] or kept
    if len(kept) > 1:
        raise StrengthNotKnown
    return kept[0] if kept else None


def _amount(event: DoseEvent, product: StockProduct) -> Decimal:
    """In the unit of the book. Raises RegisterError."""
    if product.form is Form.ORAL_SOLUTION and event.ml is not None:
        return event.ml
    if event.mg is None:
        raise StrengthNotKnown
    return amount_for(event.mg, product)


def _given(event: DoseEvent) -> Poured:
    slot, version = event.slot, event.order_version or ""
    return Poured(
        patient=event.person,
        slot=slot_name(event),
        order=slot.order if slot else "",
        version=int(version) if version.isdigit() else 0,
        amount=event.ml or event.mg or Decimal(),
    )


def slot_name(event: DoseEvent) -> str:
    """The slot as the register names it."""
    slot = event.slot
    return slot_named(slot.order, slot.day, slot.part) if slot else ""


def slot_named(order: str, day: date, part: int) -> str:
    """The same, of an order, its day and the number of the dose on it."""
    return f"{order}|{day.isoformat()}|{part}"


def _entering(site: Site, event: DoseEvent, happened: Happened) -> Entering:
    hands = Hands(event.given_by, event.witness, event.single_handed)
    return Entering(site.facility, event.id, happened.occurred_at, site.day, hands, site.law)
