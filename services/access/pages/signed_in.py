"""Who calls a route of a page: a person with an open session. The database is asked with each request.

A session, a tablet or an account that was ended, and a role that was taken away, is out at the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from services.access.pages.browser import browser_of
from services.access.pages.desk import Desk
from services.access.people.accounts import Account, account_with
from services.access.people.grants import person_with
from services.access.people.holdings import Person
from services.access.people.session_state import State
from services.access.people.sessions import Session, find, rotate
from services.shared.actors import actor
from services.shared.errors import Forbidden, Unauthorized
from services.shared.languages import N_

SIGN_IN = "/sign-in"
UNLOCK = "/unlock"


class SignInFirst(Unauthorized):
    message = N_("Nobody is signed in here, or not any more. Sign in.")


class UnlockFirst(SignInFirst):
    title = N_("The session is locked")
    message = N_("Unlock it with the PIN, or sign in anew.")


class RoleMissing(Forbidden):
    message = N_(
        "Your roles do not open this. Ask an administrator or your medical lead for the role it needs."
    )


class GoTo(Exception):
    """The browser is to be led to another page of ours before this one."""

    def __init__(self, page: str, to: str) -> None:
        super().__init__()
        self.address = f"{page}?{urlencode({'to': to})}"


async def lead_there(request: Request, error: Exception) -> RedirectResponse:
    """Answer ``GoTo``."""
    assert isinstance(error, GoTo)
    return RedirectResponse(error.address, 303)


@dataclass(frozen=True)
class Present:
    """Who is signed in and has not locked."""

    account: Account
    session: Session
    person: Person
    """What the account holds at this instant."""


def desk_of(request: Request) -> Desk:
    """What the pages on people work with."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request, *, touches: bool = True) -> Session | None:
    """The session of a request, locked or not. Asked once for each request."""
    if not hasattr(request.state, "session"):
        request.state.session = _found(request, touches=touches)
    found: Session | None = request.state.session
    return found


def whoever(request: Request) -> Session:
    """The session of a request, locked or not. Raises SignInFirst, GoTo."""
    session = session_of(request)
    if session is None:
        raise _first(request, SIGN_IN, SignInFirst)
    return session


def present(request: Request) -> Present:
    """Who is signed in and has not locked. Raises SignInFirst, UnlockFirst, GoTo."""
    session = whoever(request)
    if session.state is State.LOCKED:
        raise _first(request, UNLOCK, UnlockFirst)
    desk = desk_of(request)
    with desk.database.transaction() as connection:
        account = account_with(connection, session.account)
        return Present(account, session, person_with(connection, session.account, desk.now()))


def signed_in(*roles: str) -> Callable[[Request], Present]:
    """An actor: somebody who is signed in and, if roles are named, has one of them anywhere.

    Where it counts is for the decision on the record to say.
    """

    @actor
    def somebody(request: Request) -> Present:
        who = present(request)
        if roles and not any(who.person.holds(role) for role in roles):
            raise RoleMissing
        return who

    return somebody


@actor
def unseen(request: Request) -> Session:
    """The session of what a page asks by itself: it keeps no session from locking. Raises SignInFirst."""
    session = session_of(request, touches=False)
    if session is None:
        raise SignInFirst
    return session


SignedIn = Annotated[Present, Depends(signed_in())]
SessionHolder = Annotated[Session, Depends(actor(whoever))]
UnseenSession = Annotated[Session, Depends(unseen)]


def _found(request: Request, *, touches: bool) -> Session | None:
    browser, desk = browser_of(request), desk_of(request)
    token, device = browser.session_token, browser.device_token
    if token is None:
        return None
    locks_after = desk.locks_after(on_tablet=device is not None)
    with desk.database.cursor() as cursor:
        session = find(cursor, token, device, desk.now(), lock_after=locks_after, touches=touches)
    # What a page loads besides must not change the token under the page's forms.
    if session is not None and session.rotation_due and request.method == "GET" and is_navigation(request):
        _rotate(request, token)
    return session


def _rotate(request: Request, token: str) -> None:
    with desk_of(request).database.transaction() as connection:
        new = rotate(connection, token)
    if new is not None:
        browser_of(request).give_session(new)


def is_navigation(request: Request) -> bool:
    """Whether a person goes to a page or sends a form, and no script asks for something besides."""
    mode = request.headers.get("sec-fetch-mode", "navigate")
    return mode == "navigate" and "text/html" in request.headers.get("accept", "")


def _first(request: Request, page: str, otherwise: type[SignInFirst]) -> Exception:
    if not is_navigation(request):
        return otherwise()
    return GoTo(page, request.url.path if request.method == "GET" else "/")
