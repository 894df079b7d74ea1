"""What is out on a round: what was drawn from it, its cups, and the way back."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.register.cup import Cup
from clinical.register.cups import cups_of
from clinical.register.errors import NotThere
from clinical.register.kind import DOSES
from clinical.register.product import Unit
from clinical.register.reading import lines_of_issue, taken_back_among
from clinical.register.stock import HeldIn, Issue, book_with, issue_with
from fhir_store.keyring import Keyring
from services.access.decision import Interaction
from services.register.acts.about import issue_facts
from services.register.acts.act import Fact
from services.register.addresses import ISSUE, POUR
from services.register.keeper import Keeper, NotHere, Reader
from services.register.lines import LineRow, line_rows
from services.register.naming import held, measured, names_for, product_name
from services.register.typed import id_in
from services.shared.pages import Pages


@dataclass(frozen=True)
class CupRow:
    """A cup by its label. Whose it is stands on the list of the round, and not here."""

    id: UUID
    label: str
    poured: str
    left: str
    empty: bool


@dataclass(frozen=True)
class IssuePage:
    """One container."""

    id: UUID
    book: UUID
    product: str
    container: str
    facts: tuple[Fact, ...]
    is_out: bool
    in_it: str
    below: bool
    doses: int
    cups: tuple[CupRow, ...]
    rows: tuple[LineRow, ...]
    may_enter: bool
    pours: str
    """Where cups are poured of it; empty: none are."""


def issue_router(pages: Pages) -> APIRouter:
    """The address."""
    router = APIRouter(prefix=ISSUE, include_in_schema=False)

    @router.get("/{issue}")
    def out(request: Request, keeper: Reader, issue: str) -> Response:
        keyring: Keyring = request.app.state.exchange.store.keyring
        with keeper.database.snapshot() as connection:
            found = _own_issue(connection, keeper, issue)
            page = _page(connection, keyring, keeper, found)
        keeper.log_view(found.facility, "register-issue")
        return pages.render(request, "register/issue.html", page)

    return router


def _own_issue(connection: Connection, keeper: Keeper, written: str) -> Issue:
    try:
        found = issue_with(connection, id_in(written))
    except NotThere:
        raise NotHere from None
    keeper.require(found.facility, Interaction.READ)
    return found


def _page(connection: Connection, keyring: Keyring, keeper: Keeper, issue: Issue) -> IssuePage:
    book = book_with(connection, issue.book)
    unit = book.product.unit
    lines = lines_of_issue(connection, issue.id)
    undone = taken_back_among(connection, issue.book, lines[0].number, book.last_line)
    rows = line_rows(lines, names_for(connection, keyring, lines), unit, undone)
    return IssuePage(
        issue.id,
        issue.book,
        product_name(book.product),
        issue.container,
        issue_facts(issue),
        issue.closed_by is None,
        held(issue.in_it, book.product),
        issue.in_it < 0,
        sum(1 for one in lines if one.kind in DOSES and one.number not in undone),
        tuple(_cup(one, issue, unit) for one in cups_of(connection, issue.id)),
        rows,
        keeper.can(book.facility, Interaction.CREATE),
        f"{POUR}/{issue.id}?facility={issue.facility}" if issue.held_in is HeldIn.CUPS else "",
    )


def _cup(cup: Cup, issue: Issue, unit: Unit) -> CupRow:
    label = f"{issue.container}-{cup.number}"
    return CupRow(cup.id, label, measured(cup.poured.amount, unit), measured(cup.left, unit), cup.left <= 0)
