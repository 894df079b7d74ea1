"""What does not fit: the list of what is open, and one with what was done to find out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.register.discrepancy import Discrepancy, discrepancy_with
from clinical.register.entering import Entering
from clinical.register.errors import NotThere, RegisterError
from clinical.register.investigation import Step, add_step
from clinical.register.ledger import lines_of
from clinical.register.placing import may_be_of, undrawn
from clinical.register.reading import closed_discrepancies, closing_of, holdings, steps_of
from clinical.register.stock import book_with
from clinical.register.two_people import Hands
from fhir_store.keyring import Keyring
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.auditor.names import facility_name
from services.access.decision import Interaction
from services.access.pages.said import UNUSABLE, Said
from services.access.roles.types import STOCK
from services.register.addresses import DISCREPANCIES, DISCREPANCY
from services.register.entry_page import Sent
from services.register.keeper import Keeper, NotHere, Reader, Writer
from services.register.lines import LineRow, line_rows
from services.register.naming import as_said, difference, names_for, people_named, product_name
from services.register.typed import LONGEST_NOTE, Typed, Unfit, id_in
from services.register.words import CAUSES, FLAWS, FOUND_BY, STEPS, Choice, choices
from services.shared.languages import gettext as _
from services.shared.pages import Pages

MOST_CLOSED = 20
BY_PEOPLE = {step: words for step, words in STEPS.items() if step is not Step.TAKEN_BACK}


@dataclass(frozen=True)
class DiscrepancyRow:
    """One in a list."""

    id: UUID
    product: str
    words: str
    amount: str
    opened_at: datetime


@dataclass(frozen=True)
class ListPage:
    """What is open, and the newest of what was closed."""

    site: str
    name: str
    choice: tuple[Choice, ...]
    open: tuple[DiscrepancyRow, ...]
    closed: tuple[DiscrepancyRow, ...]


@dataclass(frozen=True)
class StepRow:
    """What was done to find out."""

    words: str
    note: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Ended:
    """How it ended."""

    words: str
    note: str
    at: datetime
    by: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """A dose that has no line yet.

    Attributes:
        words: how much it was, as it was said; empty: nobody said.
        at: when it was given.
        products: of which it may be, where nobody said which.
    """

    words: str
    at: datetime
    products: tuple[str, ...]


@dataclass(frozen=True)
class DiscrepancyPage:
    """One discrepancy."""

    one: DiscrepancyRow
    book: UUID
    issue: UUID | None
    opened_by: tuple[str, ...]
    rows: tuple[LineRow, ...]
    """The lines of the entry that opened it, and of the one that closed it."""
    steps: tuple[StepRow, ...]
    ended: Ended | None
    step_choices: tuple[Choice, ...]
    may_enter: bool
    may_close: bool
    waiting: Waiting | None
    said: Said | None


def discrepancy_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(include_in_schema=False)

    @router.get(DISCREPANCIES)
    def worklist(
        request: Request, keeper: Reader, site: Annotated[str, Query(max_length=64)] = ""
    ) -> Response:
        chosen = keeper.site(site)
        keyring: Keyring = request.app.state.exchange.store.keyring
        with keeper.database.snapshot() as connection:
            page = _list(connection, keyring, keeper, chosen)
        keeper.log_view(chosen, "register-discrepancies")
        return pages.render(request, "register/discrepancies.html", page)

    @router.get(f"{DISCREPANCY}/{{discrepancy}}")
    def one(request: Request, keeper: Reader, discrepancy: str) -> Response:
        return _one(pages, keeper, discrepancy)

    @router.post(f"{DISCREPANCY}/{{discrepancy}}/step")
    def step(request: Request, keeper: Writer, discrepancy: str, typed: Sent) -> Response:
        return _add_step(pages, keeper, discrepancy, typed)

    return router


def _list(connection: Connection, keyring: Keyring, keeper: Keeper, site: str) -> ListPage:
    held = holdings(connection, site)
    books = [one.book.id for one in held]
    cursor = raw_cursor(connection)
    named = tuple(Choice(one, facility_name(cursor, keyring, one)) for one in sorted(keeper.may))
    open_ones = sorted((each for one in held for each in one.discrepancies), key=lambda one: one.opened_at)
    closed = closed_discrepancies(connection, books, MOST_CLOSED)
    return ListPage(
        site,
        facility_name(cursor, keyring, site),
        named if len(named) > 1 else (),
        tuple(_row(connection, one) for one in open_ones),
        tuple(_row(connection, one) for one in closed),
    )


def _row(connection: Connection, one: Discrepancy) -> DiscrepancyRow:
    product = book_with(connection, one.book).product
    words = _(FOUND_BY[one.found_by])
    return DiscrepancyRow(
        one.id, product_name(product), words, difference(one.amount, product.unit), one.opened_at
    )


def _one(pages: Pages, keeper: Keeper, written: str, said: Said | None = None) -> Response:
    keyring: Keyring = keeper.request.app.state.exchange.store.keyring
    with keeper.database.snapshot() as connection:
        found, site = _own(connection, keeper, written)
        page = _page(connection, keyring, keeper, found, site, said)
    keeper.log_view(site, "register-discrepancy")
    return pages.render(
        keeper.request, "register/discrepancy.html", page, status=said.status if said else 200
    )


def _own(connection: Connection, keeper: Keeper, written: str) -> tuple[Discrepancy, str]:
    """One of a site that the reader sees, and the site. Raises NotHere."""
    try:
        found = discrepancy_with(connection, id_in(written))
    except NotThere:
        raise NotHere from None
    site = book_with(connection, found.book).facility
    keeper.require(site, Interaction.READ)
    return found, site


def _page(
    connection: Connection,
    keyring: Keyring,
    keeper: Keeper,
    found: Discrepancy,
    site: str,
    said: Said | None,
) -> DiscrepancyPage:
    unit = book_with(connection, found.book).product.unit
    closing, steps = closing_of(connection, found), steps_of(connection, found.id)
    lines = [*lines_of(connection, found.event), *([closing.line] if closing and closing.line else [])]
    lines = list({(one.book, one.number): one for one in lines}.values())
    people = people_named(
        connection,
        {
            found.first,
            *(one.account for one in steps),
            *([found.second] if found.second else []),
            *([closing.first, closing.second] if closing else []),
        },
    )
    return DiscrepancyPage(
        _row(connection, found),
        found.book,
        found.issue,
        tuple(people.get(one, "") for one in (found.first, found.second) if one),
        line_rows(lines, names_for(connection, keyring, lines), unit),
        tuple(StepRow(_(STEPS[one.step]), one.note, one.at, people.get(one.account, "")) for one in steps),
        Ended(
            _(CAUSES[closing.cause]),
            closing.note,
            closing.at,
            (people.get(closing.first, ""), people.get(closing.second, "")),
        )
        if closing
        else None,
        choices(BY_PEOPLE),
        keeper.can(site, Interaction.CREATE),
        keeper.can(site, Interaction.UPDATE),
        _waiting(connection, found) if found.is_open else None,
        said,
    )


def _waiting(connection: Connection, found: Discrepancy) -> Waiting | None:
    dose = undrawn(connection, found)
    if dose is None:
        return None
    products = [product_name(book_with(connection, one).product) for one in may_be_of(connection, dose)]
    return Waiting(as_said(dose.mg, dose.ml), dose.happened_at, tuple(products) if len(products) > 1 else ())


def _add_step(pages: Pages, keeper: Keeper, written: str, typed: Typed) -> Response:
    try:
        keeper.database.run(lambda connection: _step(connection, keeper, written, typed))
    except Unfit as flaw:
        return _one(pages, keeper, written, Said(_(flaw.words), UNUSABLE))
    except RegisterError as flaw:
        return _one(pages, keeper, written, Said(_(FLAWS[type(flaw)]), UNUSABLE))
    return RedirectResponse(f"{DISCREPANCY}/{id_in(written)}", 303)


def _step(connection: Connection, keeper: Keeper, written: str, typed: Typed) -> None:
    found, site = _own(connection, keeper, written)
    keeper.require(site, Interaction.CREATE)
    step, note = typed.word("step", Step), typed.text("note", LONGEST_NOTE, optional=True)
    hands = Hands(keeper.who.account.id)
    entering = Entering(site, uuid4(), keeper.now, keeper.day, hands, keeper.law)
    add_step(connection, entering, found.id, step, note)
    keeper.log_with(connection, kinds.write(keeper.circumstances(site), "create", STOCK, kinds.NOBODY))
