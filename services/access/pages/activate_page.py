"""Using an account for the first time: the code on paper, then a password and a second factor of one's own."""

from collections.abc import Callable
from dataclasses import dataclass

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from services.access.pages.arrival import let_in, source_of, where_to
from services.access.pages.browser import browser_of
from services.access.pages.ceremonies import asked, over
from services.access.pages.forms import Field, answered
from services.access.pages.said import UNUSABLE, Said, not_done, refused_activation, too_soon
from services.access.pages.signed_in import desk_of
from services.access.people.activation import Offer
from services.access.people.errors import (
    ActivationRefused,
    PasskeyRefused,
    PasskeysNotOffered,
    PeopleError,
)
from services.access.people.login_names import folded
from services.access.people.outcomes import Method, Refused, SignedIn, TryLater, Why
from services.access.people.request_journal import journal_of
from services.shared.actors import Public
from services.shared.languages import gettext as _
from services.shared.pages import Pages

ACTIVATE = "/activate"
GROUP = 4
"""So many letters of a secret stand together, for whoever types them."""


@dataclass(frozen=True)
class ActivatePage:
    """Login name and activation code."""

    said: Said | None
    encrypted: bool


@dataclass(frozen=True)
class ChoosePage:
    """Password and second factor."""

    ticket: str
    secret: tuple[str, ...]
    """In groups, to be typed into an application where it has no camera."""
    picture: str
    """The same as a QR code, as an address of its own."""
    passkeys: bool
    said: Said | None


@dataclass(frozen=True)
class RecoveryCodesPage:
    """The codes, shown this once."""

    codes: tuple[str, ...]
    onward: str


class ActivatePages:
    """The answers; the routes are below."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def first(self, request: Request, said: Said | None = None) -> HTMLResponse:
        """The form for the code."""
        page = ActivatePage(said, browser_of(request).is_encrypted)
        return answered(self._pages, request, "activate", page, said)

    def begin(self, request: Request, login: str, code: str) -> Response:
        """Answer the code."""
        if not browser_of(request).is_encrypted:
            return self.first(request)
        desk = desk_of(request)
        journal = journal_of(request)
        outcome = desk.activation(journal).begin(source_of(request), login, code, desk.now())
        if isinstance(outcome, Offer):
            return self._choose(request, outcome, None)
        if isinstance(outcome, TryLater):
            journal.throttled(desk.database, Method.ACTIVATION, desk.now(), tried=folded(login))
            return self.first(request, too_soon(outcome))
        journal.refused(desk.database, Method.ACTIVATION, outcome, desk.now(), tried=folded(login))
        return self.first(request, refused_activation())

    def finish(
        self, request: Request, ticket: str, password: str, again: str, step: Callable[[], SignedIn]
    ) -> Response:
        """Answer the choice. Nothing counts until all of it is there."""
        if password != again:
            return self._again(
                request, ticket, Said(_("The two passwords differ. Type both anew."), UNUSABLE)
            )
        try:
            outcome = step()
        except (ActivationRefused, PasskeyRefused) as refused:
            desk = desk_of(request)
            why = Refused(Why.WRONG_CODE if isinstance(refused, ActivationRefused) else Why.PASSKEY)
            journal_of(request).refused(desk.database, Method.ACTIVATION, why, desk.now())
            return self._again(request, ticket, not_done(refused))
        except PeopleError as refused:
            return self._again(request, ticket, not_done(refused))
        let_in(request, outcome)
        onward = where_to(desk_of(request), source_of(request), outcome, "/")
        page = RecoveryCodesPage(outcome.recovery_codes, onward)
        return answered(self._pages, request, "recovery_codes", page, None)

    def _again(self, request: Request, ticket: str, said: Said) -> HTMLResponse:
        desk = desk_of(request)
        try:
            offer = desk.activation(journal_of(request)).offered(ticket, desk.now())
        except ActivationRefused as is_over:
            return self.first(request, not_done(is_over))
        return self._choose(request, offer, said)

    def _choose(self, request: Request, offer: Offer, said: Said | None) -> HTMLResponse:
        passkeys = desk_of(request).party is not None
        page = ChoosePage(offer.ticket, in_groups(offer.secret), picture_of(offer.uri), passkeys, said)
        return answered(self._pages, request, "choose", page, said)


def activate_router(pages: Pages) -> APIRouter:
    """The addresses of the first use. All but passkeys work without scripts."""
    router = APIRouter(prefix=ACTIVATE, include_in_schema=False)
    page = ActivatePages(pages)

    @router.get("")
    def begin(request: Request, public: Public) -> Response:
        return page.first(request)

    @router.post("")
    def code(request: Request, public: Public, login: Field = "", code: Field = "") -> Response:
        return page.begin(request, login, code)

    @router.post("/code")
    def with_code(
        request: Request,
        public: Public,
        ticket: Field = "",
        password: Field = "",
        again: Field = "",
        code: Field = "",
    ) -> Response:
        desk, source = desk_of(request), source_of(request)
        return page.finish(
            request,
            ticket,
            password,
            again,
            lambda: desk.activation(journal_of(request)).with_code(
                source, ticket, password, code, desk.now()
            ),
        )

    @router.post("/passkey/challenge")
    def challenge(request: Request, public: Public, ticket: Field = "") -> JSONResponse:
        desk = desk_of(request)
        try:
            return asked(desk.activation(journal_of(request)).begin_passkey(ticket, desk.now()))
        except (ActivationRefused, PasskeysNotOffered):
            return over()

    @router.post("/passkey")
    def with_passkey(
        request: Request,
        public: Public,
        ticket: Field = "",
        password: Field = "",
        again: Field = "",
        handle: Field = "",
        response: Field = "",
    ) -> Response:
        desk, source = desk_of(request), source_of(request)
        return page.finish(
            request,
            ticket,
            password,
            again,
            lambda: desk.activation(journal_of(request)).with_passkey(
                source, ticket, password, handle, response, desk.now()
            ),
        )

    return router


def in_groups(secret: str) -> tuple[str, ...]:
    """A secret in groups of four."""
    return tuple(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def picture_of(uri: str) -> str:
    """A QR code as an address that holds it: black on white also at night, with the margin that readers need."""
    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
