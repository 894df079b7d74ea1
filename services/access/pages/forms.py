"""How a page on people is answered: its template, and what it says went wrong."""

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse

from services.access.pages.said import Said
from services.shared.pages import Pages

Field = Annotated[str, Form()]
To = Annotated[str, Query()]


def answered(pages: Pages, request: Request, template: str, page: object, said: Said | None) -> HTMLResponse:
    """The page; with ``said``, which it shows, under its status."""
    answer = pages.render(
        request, f"access/{template}.html", page, status=200 if said is None else said.status
    )
    if said is not None and said.retry_after_s:
        answer.headers["Retry-After"] = str(said.retry_after_s)
    return answer
