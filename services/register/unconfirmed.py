"""Counts of somebody who was alone, for the next shift: who, what, and whether the reader may confirm them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from clinical.register.confirming import ToConfirm, to_confirm
from clinical.register.stock import Book, book_with
from services.access.decision import Interaction
from services.register.keeper import Keeper
from services.register.naming import batches_named, measured, people_named, product_name
from services.register.words import KINDS
from services.shared.languages import gettext as _


@dataclass(frozen=True)
class CountRow:
    """A count to be confirmed. ``event`` is that of the press: pressed twice it is one."""

    book: UUID
    number: int
    event: UUID
    product: str
    lot: str
    what: str
    who: str
    at: datetime
    in_safe: str
    own: bool
    """Whether the reader did something alone since the last count by two, so that somebody else confirms it."""
    may: bool


def counts_to_confirm(connection: Connection, keeper: Keeper, books: Iterable[UUID]) -> tuple[CountRow, ...]:
    """Those of some books, in their order."""
    return tuple(
        _row(connection, keeper, book_with(connection, book), one)
        for book in books
        for one in to_confirm(connection, book)
    )


def _row(connection: Connection, keeper: Keeper, book: Book, one: ToConfirm) -> CountRow:
    line, reader = one.line, keeper.who.account.id
    own = reader in one.alone
    return CountRow(
        book.id,
        line.number,
        uuid4(),
        product_name(book.product),
        batches_named(connection, [line.batch])[line.batch].lot,
        _(KINDS[line.kind]),
        people_named(connection, [line.signed.first]).get(line.signed.first, ""),
        line.happened_at,
        measured(one.in_safe, book.product.unit),
        own,
        keeper.can(book.facility, Interaction.CREATE) and not own,
    )
