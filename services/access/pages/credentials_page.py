"""Another password, and a PIN for the tablet at hand."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.access.pages.account_page import ACCOUNT
from services.access.pages.arrival import source_of
from services.access.pages.browser import browser_of
from services.access.pages.forms import Field, To, answered
from services.access.pages.said import REFUSED, UNUSABLE, Said, not_done, too_soon
from services.access.pages.signed_in import Present, SignedIn, desk_of
from services.access.people.errors import PeopleError
from services.access.people.outcomes import TryLater
from services.access.people.request_journal import journal_of
from services.access.people.sessions import rotate
from services.shared.languages import gettext as _
from services.shared.own_paths import own_path
from services.shared.pages import Pages

CHANGE = "change of password"
"""As the log names it."""


@dataclass(frozen=True)
class PasswordPage:
    """Another password."""

    said: Said | None
    done: bool


@dataclass(frozen=True)
class PinPage:
    """A PIN for this tablet."""

    to: str
    on_tablet: bool
    said: Said | None


def credentials_router(pages: Pages) -> APIRouter:
    """The addresses. All of them work without scripts."""
    router = APIRouter(prefix=ACCOUNT, include_in_schema=False)

    @router.get("/password")
    def password_form(request: Request, who: SignedIn) -> Response:
        return answered(pages, request, "password", PasswordPage(None, done=False), None)

    @router.post("/password")
    def password(
        request: Request, who: SignedIn, present: Field = "", wanted: Field = "", again: Field = ""
    ) -> Response:
        said = _changed(request, who, present, wanted, again)
        return answered(pages, request, "password", PasswordPage(said, done=said is None), said)

    @router.get("/pin")
    def pin_form(request: Request, who: SignedIn, to: To = ACCOUNT) -> Response:
        page = PinPage(own_path(to), who.session.device is not None, None)
        return answered(pages, request, "pin", page, None)

    @router.post("/pin")
    def pin(
        request: Request, who: SignedIn, pin: Field = "", again: Field = "", to: Field = ACCOUNT
    ) -> Response:
        said = _chosen(request, who, pin, again)
        if said is None:
            return RedirectResponse(own_path(to), 303)
        page = PinPage(own_path(to), who.session.device is not None, said)
        return answered(pages, request, "pin", page, said)

    return router


def _changed(request: Request, who: Present, present: str, wanted: str, again: str) -> Said | None:
    """Why the password was not changed; None if it was."""
    if wanted != again:
        return Said(_("The two new passwords differ. Type both anew."), UNUSABLE)
    desk, browser = desk_of(request), browser_of(request)
    try:
        change = desk.password_change(journal_of(request))
        refused = change.change(source_of(request), who.session, present, wanted, desk.now())
    except PeopleError as error:
        return not_done(error)
    if isinstance(refused, TryLater):
        journal_of(request).throttled(desk.database, CHANGE, desk.now())
        return too_soon(refused)
    if refused is not None:
        journal_of(request).refused(desk.database, CHANGE, refused, desk.now())
        return Said(_("The present password was not accepted. Type it anew."), REFUSED)
    assert browser.session_token is not None
    with desk.database.transaction() as connection:
        new = rotate(connection, browser.session_token)
    if new is not None:
        browser.give_session(new)
    return None


def _chosen(request: Request, who: Present, pin: str, again: str) -> Said | None:
    """Why the PIN was not taken; None if it was."""
    if pin != again:
        return Said(_("The two PINs differ. Type both anew."), UNUSABLE)
    desk, browser = desk_of(request), browser_of(request)
    assert browser.session_token is not None
    try:
        desk.pins(journal_of(request)).choose(
            browser.session_token, browser.device_token or "", pin, desk.now()
        )
    except PeopleError as error:
        return not_done(error)
    return None
