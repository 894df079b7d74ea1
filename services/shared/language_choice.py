"""Chooses the language of each request: ``?lang=``, else the reader's cookie, else what the browser asks for."""

from urllib.parse import parse_qs

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.shared.languages import Languages, use_language, wishes_of
from services.shared.pages import LANGUAGE_COOKIE


class LanguageChoice:
    """Sets the language that ``gettext`` answers in until the request ends."""

    def __init__(self, app: ASGIApp, *, languages: Languages) -> None:
        self.app = app
        self.languages = languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            use_language(
                self.languages.choose(*_wishes(scope)) if _has_wishes(scope) else self.languages.preferred
            )
        await self.app(scope, receive, send)


WISHES = {b"accept-language", b"cookie"}


def _has_wishes(scope: Scope) -> bool:
    """A program has none, and is spared the reading."""
    return b"lang=" in scope["query_string"] or any(name in WISHES for name, _ in scope["headers"])


def _wishes(scope: Scope) -> tuple[list[str], list[str]]:
    """What the reader has chosen, and what the browser asks for by itself."""
    connection = HTTPConnection(scope)
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [])
    kept = connection.cookies.get(LANGUAGE_COOKIE)
    wishes = wishes_of(connection.headers.get("accept-language", ""))
    return [*asked, *([kept] if kept else [])], wishes
