"""Signing in: login name and password, then a code or a security key; or a passkey alone."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.access.pages.arrival import let_in, source_of, where_to
from services.access.pages.browser import browser_of
from services.access.pages.ceremonies import asked, over
from services.access.pages.forms import Field, To, answered
from services.access.pages.said import (
    BEGIN_ANEW,
    Said,
    not_done,
    refused_code,
    refused_passkey,
    refused_password,
    too_soon,
)
from services.access.pages.signed_in import SIGN_IN, desk_of, session_of
from services.access.people.errors import Busy
from services.access.people.login_names import folded
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, TryLater
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.request_journal import journal_of
from services.access.people.session_state import State
from services.shared.actors import Public
from services.shared.own_paths import own_path
from services.shared.pages import Pages

PASSWORD = "password"  # noqa: S105
"""The first step, as the log names it."""

ONE_TIME = re.compile(r"[0-9\s]{1,12}")
"""What phones and tokens show; anything else is looked for among the recovery codes."""


@dataclass(frozen=True)
class SignInPage:
    """The first step."""

    to: str
    said: Said | None
    encrypted: bool
    """Whether anybody may sign in at this address at all."""
    passkeys: bool


@dataclass(frozen=True)
class SecondFactorPage:
    """The second step; nobody is named on it."""

    to: str
    ticket: str
    security_keys: bool
    said: Said | None


class SignInPages:
    """The answers; the routes are below."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def first(self, request: Request, to: str, said: Said | None = None) -> HTMLResponse:
        """The form for login name and password."""
        encrypted = browser_of(request).is_encrypted
        page = SignInPage(own_path(to), said, encrypted, desk_of(request).party is not None)
        return answered(self._pages, request, "sign_in", page, said)

    def second(
        self, request: Request, to: str, ticket: str, keys: bool, said: Said | None = None
    ) -> HTMLResponse:
        """The form for a code or a security key."""
        page = SecondFactorPage(own_path(to), ticket, keys, said)
        return answered(self._pages, request, "second_factor", page, said)

    def password(self, request: Request, login: str, password: str, to: str) -> Response:
        """Answer the first step."""
        if not browser_of(request).is_encrypted:
            return self.first(request, to)
        desk = desk_of(request)
        try:
            outcome = desk.sign_in(journal_of(request)).password(
                source_of(request), login, password, desk.now()
            )
        except Busy as busy:
            return self.first(request, to, not_done(busy))
        if isinstance(outcome, SecondFactorNeeded):
            return self.second(request, to, outcome.ticket, outcome.security_keys)
        if isinstance(outcome, TryLater):
            journal_of(request).throttled(desk.database, PASSWORD, desk.now(), tried=folded(login))
            return self.first(request, to, too_soon(outcome))
        journal_of(request).refused(desk.database, PASSWORD, outcome, desk.now(), tried=folded(login))
        return self.first(request, to, refused_password())

    def code(self, request: Request, ticket: str, code: str, keys: bool, to: str) -> Response:
        """Answer the second step with a code of any kind."""
        desk, source = desk_of(request), source_of(request)
        steps = desk.sign_in(journal_of(request))
        step, method = (
            (steps.code, Method.CODE)
            if ONE_TIME.fullmatch(code)
            else (steps.recovery_code, Method.RECOVERY_CODE)
        )
        outcome = step(source, ticket, code, desk.now())
        return self._second_step(request, outcome, method, ticket, keys, to)

    def key(self, request: Request, ticket: str, handle: str, response: str, to: str) -> Response:
        """Answer the second step with a security key."""
        desk = desk_of(request)
        steps = desk.sign_in(journal_of(request))
        outcome = steps.security_key(source_of(request), ticket, handle, response, desk.now())
        return self._second_step(request, outcome, Method.SECURITY_KEY, ticket, True, to)

    def passkey(self, request: Request, handle: str, response: str, to: str) -> Response:
        """Answer a passkey alone."""
        desk = desk_of(request)
        outcome = desk.sign_in(journal_of(request)).passkey(source_of(request), handle, response, desk.now())
        if isinstance(outcome, SignedIn):
            return _arrived(request, outcome, to)
        self._log(request, Method.PASSKEY, outcome)
        if isinstance(outcome, TryLater):
            return self.first(request, to, too_soon(outcome))
        return self.first(request, to, refused_passkey())

    def _second_step(
        self,
        request: Request,
        outcome: SignedIn | Refused | TryLater,
        method: Method,
        ticket: str,
        keys: bool,
        to: str,
    ) -> Response:
        if isinstance(outcome, SignedIn):
            return _arrived(request, outcome, to)
        self._log(request, method, outcome)
        if isinstance(outcome, TryLater):
            return self.second(request, to, ticket, keys, too_soon(outcome))
        if outcome.why in BEGIN_ANEW:
            return self.first(request, to, refused_code(outcome))
        return self.second(request, to, ticket, keys, refused_code(outcome))

    def _log(self, request: Request, method: Method, outcome: Refused | TryLater) -> None:
        desk, journal = desk_of(request), journal_of(request)
        if isinstance(outcome, TryLater):
            journal.throttled(desk.database, method, desk.now())
        else:
            journal.refused(desk.database, method, outcome, desk.now())


def sign_in_router(pages: Pages) -> APIRouter:
    """The addresses of signing in. All but passkeys and security keys work without scripts."""
    router = APIRouter(prefix=SIGN_IN, include_in_schema=False)
    page = SignInPages(pages)

    @router.get("")
    def begin(request: Request, public: Public, to: To = "/") -> Response:
        session = session_of(request)
        if session is not None and session.state is not State.LOCKED:
            return RedirectResponse(own_path(to), 303)
        return page.first(request, to)

    @router.post("")
    def password(
        request: Request, public: Public, login: Field = "", password: Field = "", to: Field = "/"
    ) -> Response:
        return page.password(request, login, password, to)

    @router.post("/code")
    def code(
        request: Request,
        public: Public,
        ticket: Field = "",
        code: Field = "",
        keys: Field = "",
        to: Field = "/",
    ) -> Response:
        return page.code(request, ticket, code, bool(keys), to)

    @router.post("/key/challenge")
    def key_challenge(request: Request, public: Public, ticket: Field = "") -> JSONResponse:
        desk = desk_of(request)
        begun = desk.sign_in(journal_of(request)).begin_security_key(ticket, desk.now())
        return asked(begun) if isinstance(begun, Ceremony) else over()

    @router.post("/key")
    def key(
        request: Request,
        public: Public,
        ticket: Field = "",
        handle: Field = "",
        response: Field = "",
        to: Field = "/",
    ) -> Response:
        return page.key(request, ticket, handle, response, to)

    @router.post("/passkey/challenge")
    def passkey_challenge(request: Request, public: Public) -> JSONResponse:
        desk = desk_of(request)
        begun = desk.sign_in(journal_of(request)).begin_passkey(desk.now())
        return asked(begun) if isinstance(begun, Ceremony) else over()

    @router.post("/passkey")
    def passkey(
        request: Request, public: Public, handle: Field = "", response: Field = "", to: Field = "/"
    ) -> Response:
        return page.passkey(request, handle, response, to)

    return router


def _arrived(request: Request, outcome: SignedIn, to: str) -> RedirectResponse:
    let_in(request, outcome)
    return RedirectResponse(where_to(desk_of(request), source_of(request), outcome, to), 303)
