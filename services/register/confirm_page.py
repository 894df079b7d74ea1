"""One press of somebody who has counted after a colleague who was alone, and found the same."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.register.confirming import confirm
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotThere, RegisterError
from clinical.register.stock import book_with
from clinical.register.two_people import Hands
from services.access.audit import kinds
from services.access.decision import Interaction
from services.access.roles.types import STOCK
from services.register.addresses import CONFIRM, address_of_book
from services.register.entry_page import Sent
from services.register.keeper import Keeper, NotHere, Writer
from services.register.typed import Typed
from services.register.words import FLAWS
from services.shared.errors import Unprocessable
from services.shared.pages import Pages


def confirm_router(pages: Pages) -> APIRouter:
    """The address. It works without scripts."""
    router = APIRouter(include_in_schema=False)

    @router.post(CONFIRM)
    def confirmed(keeper: Writer, typed: Sent) -> RedirectResponse:
        entered = _confirm(keeper, typed)
        line = entered.lines[0]
        return RedirectResponse(address_of_book(line.book, line.number), 303)

    return router


def _confirm(keeper: Keeper, typed: Typed) -> Entered:
    """Raises NotHere, RoleMissing, Unprocessable."""
    try:
        book, event, number = typed.id("book"), typed.id("event"), typed.number("number")
        site = _site(keeper, book)
        return keeper.database.run(lambda connection: _enter(connection, keeper, site, event, book, number))
    except NotThere:
        raise NotHere from None
    except RegisterError as flaw:
        raise Unprocessable(FLAWS[type(flaw)]) from None


def _site(keeper: Keeper, book: UUID) -> str:
    with keeper.database.snapshot() as connection:
        site = book_with(connection, book).facility
    keeper.require(site, Interaction.CREATE)
    return site


def _enter(
    connection: Connection, keeper: Keeper, site: str, event: UUID, book: UUID, number: int
) -> Entered:
    hands = Hands(keeper.who.account.id)
    entering = Entering(site, event, keeper.now, keeper.day, hands, keeper.law)
    entered = confirm(connection, entering, book, number)
    keeper.log_with(connection, kinds.write(keeper.circumstances(site), "create", STOCK, kinds.NOBODY))
    return entered
