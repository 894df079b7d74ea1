"""The books of a site: what is in the safe, what is out, and what somebody has to do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.oat.round.session import WORDS as SESSIONS
from clinical.protocols import Parameter
from clinical.register.expiry import WARNING_DAYS, Expiry, expiry
from clinical.register.reading import Holding, holdings, on_its_way
from clinical.register.stock import batch_with, book_with
from clinical.register.tolerance import PERCENT
from clinical.register.two_people import TWO_PEOPLE, not_set
from fhir_store.keyring import Keyring
from fhir_store.write import raw_cursor
from services.access.auditor.names import facility_name
from services.access.decision import Interaction
from services.register.addresses import REGISTER
from services.register.keeper import Keeper, Reader
from services.register.naming import held, measured, product_name
from services.register.unconfirmed import CountRow, counts_to_confirm
from services.register.words import EXPIRIES, KINDS, Choice
from services.shared.languages import N_
from services.shared.languages import gettext as _
from services.shared.pages import Pages

POURING = N_("Pouring cups")


@dataclass(frozen=True)
class BatchRow:
    """A batch of a book."""

    id: UUID
    lot: str
    expires_on: date
    expiry: str
    """What is to be said of its last day; empty if nothing is."""
    over: bool
    in_safe: str
    empty: bool


@dataclass(frozen=True)
class OutRow:
    """What is out on a round."""

    id: UUID
    container: str
    round_on: date
    session: str
    product: str
    in_it: str
    below: bool


@dataclass(frozen=True)
class BookCard:
    """A book."""

    id: UUID
    product: str
    balance: str
    in_safe: str
    out: str
    batches: tuple[BatchRow, ...]
    unconfirmed: int
    discrepancies: int


@dataclass(frozen=True)
class Coming:
    """What another site has sent."""

    transfer: UUID
    product: str
    site: str
    at: datetime


@dataclass(frozen=True)
class Setting:
    """A number that the register goes by."""

    words: str
    value: str
    source: str
    approved: bool


@dataclass(frozen=True)
class OverviewPage:
    """The register of a site."""

    site: str
    name: str
    choice: tuple[Choice, ...]
    books: tuple[BookCard, ...]
    out: tuple[OutRow, ...]
    coming: tuple[Coming, ...]
    counts: tuple[CountRow, ...]
    """Of somebody who was alone, to be confirmed."""
    discrepancies: int
    may_enter: bool
    not_set: tuple[str, ...]
    """What the law of the country does not say, in words."""
    settings: tuple[Setting, ...]


def overview_router(pages: Pages) -> APIRouter:
    """The address."""
    router = APIRouter(include_in_schema=False)

    @router.get(REGISTER)
    def overview(request: Request, keeper: Reader, site: str = "") -> Response:
        chosen = keeper.site(site)
        keyring: Keyring = request.app.state.exchange.store.keyring
        with keeper.database.snapshot() as connection:
            page = _page(connection, keyring, keeper, chosen)
        keeper.log_view(chosen, "register")
        return pages.render(request, "register/overview.html", page)

    return router


def _page(connection: Connection, keyring: Keyring, keeper: Keeper, site: str) -> OverviewPage:
    found = holdings(connection, site)
    cursor = raw_cursor(connection)
    named = tuple(Choice(one, facility_name(cursor, keyring, one)) for one in sorted(keeper.may))
    books = tuple(_card(one, keeper) for one in found)
    return OverviewPage(
        site,
        facility_name(cursor, keyring, site),
        named if len(named) > 1 else (),
        books,
        tuple(row for one in found for row in _out(one)),
        tuple(_coming(connection, keyring, site)),
        counts_to_confirm(connection, keeper, (one.book.id for one in found if one.unconfirmed)),
        sum(one.discrepancies for one in books),
        keeper.can(site, Interaction.CREATE),
        tuple(_law_words(name) for name in not_set(keeper.law)),
        tuple(_settings(keeper)),
    )


def _card(one: Holding, keeper: Keeper) -> BookCard:
    unit = one.book.product.unit
    in_safe = sum((batch.in_safe for batch in one.batches), Decimal())
    return BookCard(
        one.book.id,
        product_name(one.book.product),
        held(one.book.balance, one.book.product),
        measured(in_safe, unit),
        measured(one.book.balance - in_safe, unit),
        batch_rows(one, keeper),
        len(one.unconfirmed),
        len(one.discrepancies),
    )


def batch_rows(one: Holding, keeper: Keeper, *, all_of_them: bool = False) -> tuple[BatchRow, ...]:
    """The batches of a book; those that are empty only if they are asked for."""
    unit = one.book.product.unit
    rows = []
    for batch in one.batches:
        stands = expiry(batch.expires_on, keeper.day, keeper.law)
        words = _(EXPIRIES[stands]) if stands in EXPIRIES else ""
        over, empty = stands is Expiry.OVER, batch.in_safe == 0
        if all_of_them or not empty:
            rows.append(
                BatchRow(
                    batch.id, batch.lot, batch.expires_on, words, over, measured(batch.in_safe, unit), empty
                )
            )
    return tuple(rows)


def _out(one: Holding) -> list[OutRow]:
    unit, product = one.book.product.unit, product_name(one.book.product)
    return [
        OutRow(
            out.id, out.container, out.round_on, _(SESSIONS.get(out.session, out.session)), product,
            measured(out.in_it, unit), out.in_it < 0,
        )
        for out in one.out
    ]  # fmt: skip


def _coming(connection: Connection, keyring: Keyring, site: str) -> list[Coming]:
    rows = []
    for sent in on_its_way(connection, site):
        book = book_with(connection, batch_with(connection, sent.batch).book)
        name = facility_name(raw_cursor(connection), keyring, book.facility)
        rows.append(Coming(sent.event, product_name(book.product), name, sent.happened_at))
    return rows


def _law_words(name: str) -> str:
    code = name.removeprefix(f"{TWO_PEOPLE}.")
    words = {str(kind): text for kind, text in KINDS.items()}
    return _(words.get(code, POURING))


def _settings(keeper: Keeper) -> list[Setting]:
    named = (
        (PERCENT, N_("A residue may differ by this share of what was drawn, in percent")),
        (WARNING_DAYS, N_("A batch is marked so many days before its last one")),
    )
    return [_setting(keeper.law.parameters.get(name), words) for name, words in named]


def _setting(found: Parameter | None, words: str) -> Setting:
    if found is None:
        return Setting(_(words), _("not set"), "", approved=False)
    return Setting(_(words), str(found.value), found.source, approved=found.approved_by is not None)
