"""How something is entered: a form, the balances that it would give, signatures, and then the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.register.discrepancy import Discrepancy, discrepancy_with
from clinical.register.entering import Entered, Entering
from clinical.register.errors import BookChanged, NotThere, RegisterError, SecondPersonNeeded
from clinical.register.product import Unit
from clinical.register.stock import book_with
from clinical.register.two_people import SOMEBODY, Hands
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.said import UNUSABLE, Said
from services.access.people.journal import account
from services.access.roles.types import STOCK
from services.register.acts import ACTS
from services.register.acts.act import About, Act, Asked, Input
from services.register.addresses import ENTER, address_of_entry, address_of_outcome
from services.register.keeper import Keeper, NotHere, Writer
from services.register.lines import LineRow, line_rows
from services.register.naming import difference, names_for
from services.register.rehearsal import rehearsed
from services.register.signing import NotSigned, Signing, hands_of, signing_of
from services.register.typed import Typed, Unfit, id_in
from services.register.words import FLAWS, FOUND_BY
from services.shared.errors import NotFound
from services.shared.languages import gettext as _
from services.shared.pages import Pages

CHANGED = 409


@dataclass(frozen=True)
class FormPage:
    """What is to be filled in."""

    act: Act
    about: About
    inputs: tuple[Input, ...]
    typed: Mapping[str, str]
    address: str
    said: Said | None


@dataclass(frozen=True)
class Opened:
    """A discrepancy that the entry opens."""

    words: str
    amount: str


@dataclass(frozen=True)
class Look:
    """What the entry would do."""

    rows: tuple[LineRow, ...]
    unit: Unit | None
    opened: tuple[Opened, ...]
    seen: int | None
    """The last line of the book before it."""


@dataclass(frozen=True)
class LookPage:
    """What would be written, to be signed."""

    act: Act
    about: About
    look: Look
    typed: Mapping[str, str]
    """Everything that was filled in, to be sent again."""
    event: UUID
    signing: Signing
    address: str
    said: Said | None


async def fields_of(request: Request) -> Typed:
    """What a form has sent."""
    sent = await request.form()
    return Typed({name: value for name, value in sent.items() if isinstance(value, str)})


Sent = Annotated[Typed, Depends(fields_of)]


def entry_router(pages: Pages) -> APIRouter:
    """The addresses. They work without scripts."""
    router = APIRouter(prefix=ENTER, include_in_schema=False)

    @router.get("/{what}")
    def form(request: Request, keeper: Writer, what: str) -> Response:
        return _form(pages, keeper, _act(what), Typed(dict(request.query_params)))

    @router.post("/{what}")
    def look(request: Request, keeper: Writer, what: str, typed: Sent) -> Response:
        act = _act(what)
        if "again" in typed:
            return _form(pages, keeper, act, typed)
        return _look(pages, keeper, act, typed)

    @router.post("/{what}/sign")
    def sign(request: Request, keeper: Writer, what: str, typed: Sent) -> Response:
        return _sign(pages, keeper, _act(what), typed)

    return router


def _act(code: str) -> Act:
    if code not in ACTS:
        raise NotFound
    return ACTS[code]


def _form(pages: Pages, keeper: Keeper, act: Act, typed: Typed, said: Said | None = None) -> Response:
    with keeper.database.transaction() as connection:
        about, asked = _about(keeper, act, typed, connection)
        inputs = act.inputs(asked, about)
    keeper.log_view(about.site, "register")
    page = FormPage(act, about, inputs, typed.fields, address_of_entry(act.code), said)
    return pages.render(keeper.request, "register/form.html", page, status=said.status if said else 200)


def _about(keeper: Keeper, act: Act, typed: Typed, connection: Connection) -> tuple[About, Asked]:
    """What it is about. Raises NotHere, RoleMissing."""
    asked = Asked(connection, keeper.request.app.state.exchange.store.keyring, keeper, typed)
    try:
        about = act.about(asked)
    except NotThere:
        raise NotHere from None
    keeper.require(about.site, act.needs)
    return about, asked


def _look(
    pages: Pages,
    keeper: Keeper,
    act: Act,
    typed: Typed,
    event: UUID | None = None,
    said: Said | None = None,
) -> Response:
    event = event or uuid4()
    try:
        about, found = rehearsed(keeper.database, partial(_rehearse, keeper, act, typed, event))
    except (RegisterError, Unfit) as flaw:
        return _form(pages, keeper, act, typed, _said(flaw))
    keeper.log_view(about.site, "register")
    kept = {name: value for name, value in typed.fields.items() if name not in NOT_SENT_AGAIN}
    page = LookPage(act, about, found, kept, event, signing_of(keeper, act), address_of_entry(act.code), said)
    return pages.render(keeper.request, "register/look.html", page, status=said.status if said else 200)


NOT_SENT_AGAIN = frozenset({"csrf", "event", "seen", "second", "secret", "alone", "again"})


def _rehearse(
    keeper: Keeper, act: Act, typed: Typed, event: UUID, connection: Connection
) -> tuple[About, Look]:
    about, asked = _about(keeper, act, typed, connection)
    entered = act.enter(
        connection, _entering(keeper, about, event, Hands(keeper.who.account.id, SOMEBODY)), typed
    )
    return about, _seen(asked, entered)


def _seen(asked: Asked, entered: Entered) -> Look:
    opened = [discrepancy_with(asked.connection, one) for one in entered.discrepancies]
    books = [*(one.book for one in entered.lines), *(one.book for one in opened)]
    if not books:
        return Look((), None, (), None)
    unit = book_with(asked.connection, books[0]).product.unit
    names = names_for(asked.connection, asked.keyring, entered.lines)
    seen = entered.lines[0].number - 1 if entered.lines else None
    words = tuple(_opened(one, unit) for one in opened)
    return Look(line_rows(entered.lines, names, unit), unit, words, seen)


def _opened(one: Discrepancy, unit: Unit) -> Opened:
    return Opened(_(FOUND_BY[one.found_by]), difference(one.amount, unit))


def _sign(pages: Pages, keeper: Keeper, act: Act, typed: Typed) -> Response:
    event = _event(typed)
    with keeper.database.transaction() as connection:
        about, _asked = _about(keeper, act, typed, connection)
    try:
        hands = hands_of(keeper, about.site, act, typed)
        entering = _entering(keeper, about, event, hands, _seen_before(typed))
        entered = keeper.database.run(partial(_enter, keeper, act, typed, entering))
    except NotSigned as refused:
        return _look(pages, keeper, act, typed, event, refused.said)
    except (BookChanged, SecondPersonNeeded) as flaw:
        return _look(pages, keeper, act, typed, event, _said(flaw))
    except (RegisterError, Unfit) as flaw:
        return _form(pages, keeper, act, typed, _said(flaw))
    return RedirectResponse(address_of_outcome(entered), 303)


def _enter(keeper: Keeper, act: Act, typed: Typed, entering: Entering, connection: Connection) -> Entered:
    entered = act.enter(connection, entering, typed)
    second = [account(entering.hands.second)] if entering.hands.second else []
    about = Subjects(targets=second)
    keeper.log_with(connection, kinds.write(keeper.circumstances(entering.facility), "create", STOCK, about))
    return entered


def _entering(keeper: Keeper, about: About, event: UUID, hands: Hands, seen: int | None = None) -> Entering:
    return Entering(about.site, event, keeper.now, keeper.day, hands, keeper.law, seen)


def _event(typed: Typed) -> UUID:
    try:
        return id_in(typed.fields.get("event", ""))
    except NotThere:
        raise NotHere from None


def _seen_before(typed: Typed) -> int | None:
    written = typed.fields.get("seen", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _said(flaw: RegisterError | Unfit) -> Said:
    if isinstance(flaw, Unfit):
        return Said(_(flaw.words), UNUSABLE)
    return Said(_(FLAWS[type(flaw)]), CHANGED if isinstance(flaw, BookChanged) else UNUSABLE)
