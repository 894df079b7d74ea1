"""A dose, or what was spilled of one, draws on the register in the transaction that records it. Wrong book stock never blocks it.

What does not fit opens a discrepancy, by which its line is written once somebody knows. Where the register cannot be written
at all, the dose stands without it, and somebody has to look at it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from clinical.oat.round.flags import Flag
from clinical.protocols import Protocol
from clinical.register.amount import amount_for, moved
from clinical.register.cup import Poured
from clinical.register.draw import Drawing, draw
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotTakenBack, NotThere, RegisterError
from clinical.register.product import Form, StockProduct
from clinical.register.spill import SpillReason
from clinical.register.stock import book_with, issue_with
from clinical.register.taking_back import remove
from clinical.register.two_people import Hands

BOOKS = text("""
SELECT b.form, b.strength FROM clinical.register_book b WHERE b.facility = :facility AND b.atc = :atc AND b.form = ANY(:forms)
ORDER BY NOT EXISTS (SELECT FROM clinical.register_issue i WHERE i.book = b.id AND i.closed_by IS NULL), b.form, b.strength
""")
ISSUED = """
SELECT i.id, i.container, i.held_in = 'cups', i.round_on, i.session, i.in_it, b.atc, b.form, b.strength
FROM clinical.register_issue i JOIN clinical.register_book b ON b.id = i.book
"""
OUT = f"{ISSUED} WHERE i.facility = %s AND i.closed_by IS NULL ORDER BY i.container"
OUT_ON = f"""{ISSUED} WHERE i.facility = %s AND (i.round_on = %s OR i.round_on < %s AND i.closed_by IS NULL)
ORDER BY i.container, i.session
"""
KEEPS = (
    "SELECT EXISTS (SELECT FROM clinical.register_book WHERE facility = %s AND atc = %s AND form = ANY(%s))"
)
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
        round_on: the civil day of the round that it was issued to.
        left: by the book, in its unit.
    """

    id: UUID
    name: str
    cups: bool
    round_on: date
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
    return [_container(row) for row in cursor.execute(OUT, (facility,)).fetchall()]


def containers_on(cursor: psycopg.Cursor[Any], facility: str, day: date) -> list[Container]:
    """What was issued to the rounds of a day, also if it was counted back since, and what was still out from before."""
    return [_container(row) for row in cursor.execute(OUT_ON, (facility, day, day)).fetchall()]


def keeps_book(cursor: psycopg.Cursor[Any], facility: str, product: Product) -> bool:
    """Whether a facility keeps a book of a product."""
    asked = (facility, product.atc, [str(one) for one in forms_of(product)])
    ((found,),) = cursor.execute(KEEPS, asked).fetchall()
    return bool(found)


def _container(row: Sequence[Any]) -> Container:
    id_, name, cups, round_on, session, left, atc, form, strength = row
    return Container(id_, name, cups, round_on, session, left, StockProduct(atc, Form(form), strength))


def forms_of(product: Product) -> frozenset[Form]:
    """The forms of which a product can be."""
    return FORMS.get((product.route, product.by_volume), frozenset())


def enter(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> Flag | None:
    """Enter an event in the register; what is remarkable. A site that keeps no book of the medicine enters nothing."""
    return _remarkable(connection, lambda: _enter(connection, site, event, happened))


def _enter(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> Entered:
    if happened.was_taken or event.kind is Kind.SPILLED:
        return _draw(connection, site, event, happened)
    return Entered()


def take_back(connection: Connection, site: Site, event: DoseEvent, dose: Happened) -> Flag | None:
    """A dose was entered in error: its amount is back where it was. What is remarkable."""

    def removed() -> Entered:
        try:
            return remove(connection, _entering(site, event, dose), UUID(dose.event or dose.id))
        except (NotThere, NotTakenBack, ValueError):
            # It never stood in a book of ours, or was taken back before.
            return Entered()

    return _remarkable(connection, removed)


def _remarkable(connection: Connection, work: Callable[[], Entered]) -> Flag | None:
    """Do it, or leave the register as it was; None: it was done and no discrepancy came of it."""
    savepoint = connection.begin_nested()
    try:
        entered = work()
        connection.execute(CHECK_NOW)
        connection.execute(CHECK_LATER)
    except RegisterError:
        savepoint.rollback()
        return Flag.NOT_IN_REGISTER
    except DBAPIError as error:
        # A database that is gone says nothing about a book.
        if error.connection_invalidated:
            raise
        savepoint.rollback()
        if getattr(error.orig, "sqlstate", None) in LOST_AGAINST_ANOTHER:
            raise
        return Flag.NOT_IN_REGISTER
    savepoint.commit()
    return Flag.STOCK if entered.discrepancies else None


def _draw(connection: Connection, site: Site, event: DoseEvent, happened: Happened) -> Entered:
    assert happened.product is not None, "a dose that was taken, or spilled, names its medicine"
    named = None if event.container is None else _in_container(connection, event.container)
    if named is not None and named.atc != happened.product.atc:
        # Out of what holds another medicine it did not come: it waits in a book of its own medicine.
        event, named = replace(event, container=None, cup=None, ml=None), None
    products = [named] if named else _stock_products(connection, site, event, happened.product)
    if not products:
        return Entered()
    drawing = Drawing(
        product=products[0],
        # Where nobody says of which strength it was, so many mg are no amount of any.
        amount=_amount(event, products[0]) if len(products) == 1 else None,
        administration=happened.id,
        given=_given(event),
        issue=event.container,
        cup=event.cup,
        follows=event.of if event.kind is Kind.RE_DOSE else None,
        spilled=SpillReason.OTHER if event.kind is Kind.SPILLED else None,
        mg=event.mg,
        ml=event.ml,
    )
    return draw(connection, _entering(site, event, happened), drawing)


def _stock_products(
    connection: Connection, site: Site, event: DoseEvent, product: Product
) -> list[StockProduct]:
    """Of which book it may be, what is out first; none: the site keeps none of this medicine.

    Raises NotThere where a container is named that nobody knows, and there is no book in which it could wait.
    """
    asked = {"facility": site.facility, "atc": product.atc, "forms": sorted(forms_of(product))}
    rows = connection.execute(BOOKS, asked)
    kept = [StockProduct(product.atc, Form(form), strength) for form, strength in rows]
    if event.concentration is not None:
        kept = [one for one in kept if one.strength == event.concentration] or kept
    if not kept and event.container is not None:
        raise NotThere
    return kept


def _in_container(connection: Connection, container: UUID) -> StockProduct | None:
    """What is in it; None: nobody knows a container of that id."""
    try:
        return book_with(connection, issue_with(connection, container).book).product
    except NotThere:
        return None


def _amount(event: DoseEvent, product: StockProduct) -> Decimal | None:
    """In the unit of the book; None: what was said is no amount of it that can be measured."""
    try:
        if product.form is Form.ORAL_SOLUTION and event.ml is not None:
            return moved(event.ml)
        return None if event.mg is None else moved(amount_for(event.mg, product))
    except RegisterError:
        return None


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
