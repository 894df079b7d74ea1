"""No other site sends our forms: asked of every request that changes something, before its route is called.

It is a dependency of the application itself, so no route can forget it.
"""

from fastapi import Request

from services.access.pages.browser import browser_of
from services.access.people.csrf import is_csrf_token
from services.access.people.request_origin import SAFE_METHODS, is_from_our_pages
from services.access.systems.token_route import PATH as TOKEN_PATH
from services.shared.errors import Forbidden
from services.shared.languages import N_

OF_PROGRAMS = frozenset({TOKEN_PATH})
"""They carry no cookie, and prove with each request who they are. The FHIR API does not come by here at all."""

FIELD = "csrf"
HEADER = "x-csrf-token"


class NotFromOurPages(Forbidden):
    title = N_("This was not sent from our own page")
    message = N_("Open the page at this installation's own address, and send it from there.")


class PageIsOld(Forbidden):
    title = N_("This page is out of date")
    message = N_("Nothing was changed. Open the page anew, then send it again.")


async def not_forged(request: Request) -> None:
    """Return if the request changes nothing or comes from a form of ours. Raises NotFromOurPages, PageIsOld."""
    if request.method in SAFE_METHODS or request.scope["path"] in OF_PROGRAMS:
        return
    headers = request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if not is_from_our_pages(request.method, origin, site, request.app.state.settings.base_url):
        raise NotFromOurPages
    token = browser_of(request).session_token
    if token is not None and not is_csrf_token(token, await _given(request)):
        raise PageIsOld


async def _given(request: Request) -> str:
    by_script = request.headers.get(HEADER)
    if by_script is not None:
        return by_script
    field = (await request.form()).get(FIELD)
    return field if isinstance(field, str) else ""
