"""A book with its lines, page by page, on the screen and as PDF."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from clinical.register.errors import NotThere
from clinical.register.reading import (
    Holding,
    holdings,
    lines_numbered,
    lines_recorded,
    taken_back_among,
)
from clinical.register.stock import Book, book_with
from fhir_store.keyring import Keyring
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.auditor.names import facility_name
from services.access.decision import Interaction
from services.access.roles.types import STOCK
from services.register.addresses import BOOK
from services.register.keeper import Keeper, NotHere, Reader
from services.register.lines import LineRow, line_rows
from services.register.naming import held, names_for, product_name
from services.register.overview_page import BatchRow, batch_rows
from services.register.sheet import Printed, register_sheet
from services.register.typed import id_in
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

LINES = 25
"""On a page, as in a book of paper."""

LONGEST_DAYS = 366
NO_PERIOD = N_("Choose two days, the first not after the last, at most a year apart.")


@dataclass(frozen=True)
class BookPage:
    """A page of a book."""

    id: UUID
    site: str
    product: str
    balance: str
    batches: tuple[BatchRow, ...]
    rows: tuple[LineRow, ...]
    page: int
    pages: int
    line: int
    """The line that was asked for; 0: none."""
    unconfirmed: tuple[int, ...]
    """The numbers of the lines of somebody who was alone, since which nobody has counted by two."""
    may_enter: bool
    since: date
    until: date


def book_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=BOOK, include_in_schema=False)

    @router.get("/{book}")
    def lines(
        request: Request,
        keeper: Reader,
        book: str,
        page: Annotated[int, Query(ge=0, le=10**6)] = 0,
        line: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Response:
        keyring: Keyring = request.app.state.exchange.store.keyring
        with keeper.database.snapshot() as connection:
            found = own_book(connection, keeper, book)
            shown = _page(connection, keyring, keeper, found, page, line)
        keeper.log_view(found.facility, "register-book")
        return pages.render(request, "register/book.html", shown)

    @router.get("/{book}/pdf")
    def printed(request: Request, keeper: Reader, book: str, since: str = "", until: str = "") -> Response:
        first, last = _period(since, until, keeper.day)
        keyring: Keyring = request.app.state.exchange.store.keyring
        with keeper.database.snapshot() as connection:
            found = own_book(connection, keeper, book)
            sheet = _printed(connection, keyring, keeper, found, first, last)
        made = register_sheet(sheet)
        at = keeper.circumstances(found.facility)
        keeper.log(kinds.export(at, [STOCK], results=len(sheet.rows), page="register-book"))
        return Response(
            made,
            media_type="application/pdf",
            headers={"Content-Disposition": 'inline; filename="register.pdf"'},
        )

    return router


def own_book(connection: Connection, keeper: Keeper, written: str) -> Book:
    """A book of a site that the reader sees. Raises NotHere."""
    try:
        found = book_with(connection, id_in(written))
    except NotThere:
        raise NotHere from None
    keeper.require(found.facility, Interaction.READ)
    return found


def _page(
    connection: Connection, keyring: Keyring, keeper: Keeper, book: Book, page: int, line: int
) -> BookPage:
    count = max(1, -(-book.last_line // LINES))
    number = min(page or _page_of(line) or count, count)
    first, last = (number - 1) * LINES + 1, number * LINES
    holding = _holding(connection, book)
    return BookPage(
        book.id,
        facility_name(raw_cursor(connection), keyring, book.facility),
        product_name(book.product),
        held(book.balance, book.product),
        batch_rows(holding, keeper, all_of_them=True),
        _rows(connection, keyring, book, first, last),
        number,
        count,
        line,
        tuple(one.number for one in holding.unconfirmed),
        keeper.can(book.facility, Interaction.CREATE),
        keeper.day.replace(day=1),
        keeper.day,
    )


def _page_of(line: int) -> int:
    return -(-line // LINES)


def _holding(connection: Connection, book: Book) -> Holding:
    return next(one for one in holdings(connection, book.facility) if one.book.id == book.id)


def _rows(connection: Connection, keyring: Keyring, book: Book, first: int, last: int) -> tuple[LineRow, ...]:
    found = lines_numbered(connection, book.id, first, last)
    undone = taken_back_among(connection, book.id, first, last)
    return line_rows(found, names_for(connection, keyring, found), book.product.unit, undone)


def _period(since: str, until: str, today: date) -> tuple[date, date]:
    """The days that were asked for; without them the month so far. Raises BadRequest."""
    try:
        last = date.fromisoformat(until) if until else today
        first = date.fromisoformat(since) if since else last.replace(day=1)
    except ValueError:
        raise BadRequest(NO_PERIOD) from None
    if not date(2000, 1, 1) <= first <= last <= today + timedelta(1) or (last - first).days >= LONGEST_DAYS:
        raise BadRequest(NO_PERIOD)
    return first, last


def _printed(
    connection: Connection, keyring: Keyring, keeper: Keeper, book: Book, first: date, last: date
) -> Printed:
    found = lines_recorded(
        connection, book.id, _midnight(first, keeper), _midnight(last + timedelta(1), keeper)
    )
    numbers = [one.number for one in found]
    undone = taken_back_among(connection, book.id, numbers[0], numbers[-1]) if numbers else {}
    rows = line_rows(found, names_for(connection, keyring, found), book.product.unit, undone)
    before = found[0].balance - found[0].safe_change - found[0].container_change if found else book.balance
    return Printed(
        facility_name(raw_cursor(connection), keyring, book.facility),
        product_name(book.product),
        held(before, book.product),
        rows,
        first,
        last,
        keeper.zone,
    )


def _midnight(day: date, keeper: Keeper) -> datetime:
    return datetime.combine(day, time.min, keeper.zone)
