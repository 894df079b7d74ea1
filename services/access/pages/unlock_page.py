"""The page of a locked session: a PIN opens it again, under another token."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.access.pages.browser import browser_of
from services.access.pages.forms import Field, To, answered
from services.access.pages.said import REFUSED, Said, not_done
from services.access.pages.signed_in import UNLOCK, SessionHolder, desk_of
from services.access.people.errors import Busy
from services.access.people.pins import FullSignInNeeded, StillLocked, Unlocked, has_pin
from services.access.people.request_journal import journal_of
from services.access.people.session_state import State
from services.access.people.sessions import Session
from services.shared.languages import gettext as _
from services.shared.languages import ngettext
from services.shared.own_paths import own_path
from services.shared.pages import Pages


@dataclass(frozen=True)
class UnlockPage:
    """Nobody is named on it."""

    to: str
    pin: bool
    """Whether a PIN unlocks; else it takes a full sign-in."""
    said: Said | None


def unlock_router(pages: Pages) -> APIRouter:
    """Its address."""
    router = APIRouter(include_in_schema=False)

    @router.get(UNLOCK)
    def unlock_form(request: Request, session: SessionHolder, to: To = "/") -> Response:
        if session.state is not State.LOCKED:
            return RedirectResponse(own_path(to), 303)
        return _form(pages, request, to, pin=_has_pin(request, session))

    @router.post(UNLOCK)
    def unlock(request: Request, session: SessionHolder, pin: Field = "", to: Field = "/") -> Response:
        if session.state is not State.LOCKED:
            return RedirectResponse(own_path(to), 303)
        return _unlocked(pages, request, pin, to)

    return router


def _unlocked(pages: Pages, request: Request, pin: str, to: str) -> Response:
    browser, desk = browser_of(request), desk_of(request)
    assert browser.session_token is not None
    try:
        pins = desk.pins(journal_of(request))
        outcome = pins.unlock(browser.session_token, browser.device_token or "", pin, desk.now())
    except Busy as busy:
        return _form(pages, request, to, pin=True, said=not_done(busy))
    if isinstance(outcome, Unlocked):
        browser.give_session(outcome.token)
        return RedirectResponse(own_path(to), 303)
    if isinstance(outcome, StillLocked):
        return _form(pages, request, to, pin=True, said=_tries(outcome.tries_left))
    if outcome.ended:
        browser.forget_session()
    return _form(pages, request, to, pin=False, said=_no_pin(outcome))


def _form(pages: Pages, request: Request, to: str, *, pin: bool, said: Said | None = None) -> HTMLResponse:
    return answered(pages, request, "unlock", UnlockPage(own_path(to), pin, said), said)


def _has_pin(request: Request, session: Session) -> bool:
    if session.device is None:
        return False
    with desk_of(request).database.transaction() as connection:
        return has_pin(connection, session.account, session.device)


def _tries(left: int) -> Said:
    text = ngettext(
        "This PIN is wrong. %(count)d try is left, then it takes a full sign-in.",
        "This PIN is wrong. %(count)d tries are left, then it takes a full sign-in.",
        left,
    )
    return Said(text % {"count": left}, REFUSED)


def _no_pin(outcome: FullSignInNeeded) -> Said:
    if outcome.ended:
        return Said(_("Too many wrong PINs: the session has ended. Sign in anew."), REFUSED)
    return Said(_("No PIN unlocks this session. Sign in anew."), REFUSED)
