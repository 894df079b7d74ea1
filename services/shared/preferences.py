"""How a reader likes pages: theme and language, kept in two cookies and nowhere else."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from services.shared.actors import Public
from services.shared.errors import Unprocessable
from services.shared.languages import Languages
from services.shared.own_paths import own_path
from services.shared.pages import LANGUAGE_COOKIE, THEME_COOKIE, Theme
from services.shared.security import ONE_YEAR_S


def preferences_router(languages: Languages) -> APIRouter:
    """The two forms in the header of every page. They work without scripts."""
    router = APIRouter(prefix="/preferences", include_in_schema=False)

    @router.post("/theme")
    def choose_theme(
        request: Request, public: Public, theme: Annotated[Theme, Form()], here: Annotated[str, Form()] = "/"
    ) -> RedirectResponse:
        return _kept(request, THEME_COOKIE, theme, here)

    @router.post("/language")
    def choose_language(
        request: Request, public: Public, lang: Annotated[str, Form()], here: Annotated[str, Form()] = "/"
    ) -> RedirectResponse:
        if lang not in languages.offered:
            raise Unprocessable
        return _kept(request, LANGUAGE_COOKIE, lang, here)

    return router


def _kept(request: Request, cookie: str, choice: str, here: str) -> RedirectResponse:
    back = RedirectResponse(own_path(here), 303)
    secure = request.app.state.settings.is_https
    back.set_cookie(cookie, choice, max_age=ONE_YEAR_S, httponly=True, samesite="lax", secure=secure)
    return back
