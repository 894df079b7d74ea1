"""Signing in to the confidential view with the name and token of a client. Full sign-in of people is to replace it."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.access.sessions import COOKIE, LIFETIME_S, SessionRefused
from services.shared.actors import Public
from services.shared.pages import Pages

log = structlog.get_logger()

SCOPE = "system/MeasureReport.r"


@dataclass(frozen=True)
class SignInPage:
    """The form."""

    refused: bool
    scope: str = SCOPE


def sign_in_page(pages: Pages, request: Request, *, refused: bool = False) -> HTMLResponse:
    """The form, for whoever is not signed in."""
    return pages.render(request, "ministry/sign_in.html", SignInPage(refused), status=403 if refused else 401)


def sign_in_router(pages: Pages) -> APIRouter:
    """The form's address, and that to sign out. Both answer a browser without scripts."""
    router = APIRouter(prefix="/ministry", include_in_schema=False)

    @router.post("/sign-in")
    def sign_in(
        request: Request,
        public: Public,
        name: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        state = request.app.state
        try:
            secret = state.sessions.begin(name.strip(), token.strip())
        except SessionRefused:
            # Neither the name nor the token is written: either may be a slip of the pen that says too much.
            log.warning("a sign-in to the confidential view was refused")
            return sign_in_page(pages, request, refused=True)
        log.info("signed in to the confidential view", reader=name.strip())
        back = RedirectResponse("/ministry", 303)
        back.set_cookie(
            COOKIE,
            secret,
            max_age=LIFETIME_S,
            path="/ministry",
            httponly=True,
            samesite="strict",
            secure=state.settings.is_https,
        )
        return back

    @router.post("/sign-out")
    def sign_out(request: Request, public: Public) -> RedirectResponse:
        request.app.state.sessions.end(request.cookies.get(COOKIE, ""))
        back = RedirectResponse("/", 303)
        back.delete_cookie(COOKIE, path="/ministry")
        return back

    return router
