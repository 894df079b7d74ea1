"""Hiding, locking and ending the session that a browser holds."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse

from services.access.pages.browser import browser_of
from services.access.pages.signed_in import UNLOCK, SessionHolder, UnseenSession, desk_of
from services.access.people.request_journal import journal_of
from services.access.people.sessions import Session, hide, lock, sign_out
from services.shared.actors import Public


def session_router() -> APIRouter:
    """The addresses. Those under ``/session`` are also asked by the script of the screen."""
    router = APIRouter(include_in_schema=False)

    @router.get("/session")
    def state(session: UnseenSession) -> JSONResponse:
        return _state(session)

    @router.post("/session/seen")
    def seen(session: SessionHolder) -> JSONResponse:
        return _state(session)

    @router.post("/session/hide")
    def hide_now(request: Request, session: UnseenSession) -> JSONResponse:
        browser, desk = browser_of(request), desk_of(request)
        assert browser.session_token is not None
        with desk.database.transaction() as connection:
            hide(connection, browser.session_token, desk.now())
        return _state(session)

    @router.post("/session/lock")
    def lock_now(request: Request, session: UnseenSession) -> RedirectResponse:
        browser, desk = browser_of(request), desk_of(request)
        assert browser.session_token is not None
        with desk.database.transaction() as connection:
            lock(connection, browser.session_token, desk.now())
        return RedirectResponse(UNLOCK, 303)

    @router.post("/sign-out")
    def end(request: Request, public: Public) -> RedirectResponse:
        browser = browser_of(request)
        if browser.session_token is not None:
            _end(request, browser.session_token)
        return RedirectResponse("/", 303)

    return router


def _end(request: Request, token: str) -> None:
    desk = desk_of(request)
    with desk.database.transaction() as connection:
        whose = sign_out(connection, token)
        if whose is not None:
            journal_of(request).ended(connection, whose, "by its holder", desk.now())
    browser_of(request).forget_session()


def _state(session: Session) -> JSONResponse:
    return JSONResponse({"state": session.state.value})
