"""Proving again who one is, before one's credentials change."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.access.pages.arrival import source_of
from services.access.pages.ceremonies import asked, over
from services.access.pages.forms import Field, To, answered
from services.access.pages.fresh import ACCOUNT, PROVE
from services.access.pages.said import REFUSED, Said, not_done, refused_passkey, too_soon
from services.access.pages.signed_in import SignedIn, desk_of
from services.access.people.errors import Busy
from services.access.people.outcomes import Refused, TryLater
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.request_journal import journal_of
from services.shared.languages import gettext as _
from services.shared.own_paths import own_path
from services.shared.pages import Pages

PROOF = "proof before a change of credentials"
"""As the log names it."""


@dataclass(frozen=True)
class ProvePage:
    """Password, or passkey."""

    to: str
    passkeys: bool
    said: Said | None


def prove_router(pages: Pages) -> APIRouter:
    """The addresses. The password works without scripts."""
    router = APIRouter(prefix=PROVE, include_in_schema=False)

    @router.get("")
    def form(request: Request, who: SignedIn, to: To = ACCOUNT) -> Response:
        return _form(pages, request, to, None)

    @router.post("")
    def password(request: Request, who: SignedIn, password: Field = "", to: Field = ACCOUNT) -> Response:
        desk = desk_of(request)
        try:
            outcome = desk.fresh_proof().password(source_of(request), who.session, password, desk.now())
        except Busy as busy:
            return _form(pages, request, to, not_done(busy))
        wrong = Said(_("The password was not accepted. Type it anew."), REFUSED)
        return _proved(pages, request, to, outcome, wrong)

    @router.post("/passkey/challenge")
    def challenge(request: Request, who: SignedIn) -> JSONResponse:
        desk = desk_of(request)
        begun = desk.fresh_proof().begin_passkey(desk.now())
        return asked(begun) if isinstance(begun, Ceremony) else over()

    @router.post("/passkey")
    def passkey(
        request: Request, who: SignedIn, handle: Field = "", response: Field = "", to: Field = ACCOUNT
    ) -> Response:
        desk = desk_of(request)
        outcome = desk.fresh_proof().passkey(source_of(request), who.session, handle, response, desk.now())
        return _proved(pages, request, to, outcome, refused_passkey())

    return router


def _proved(
    pages: Pages, request: Request, to: str, outcome: Refused | TryLater | None, wrong: Said
) -> Response:
    desk = desk_of(request)
    if isinstance(outcome, TryLater):
        journal_of(request).throttled(desk.database, PROOF, desk.now())
        return _form(pages, request, to, too_soon(outcome))
    if outcome is not None:
        journal_of(request).refused(desk.database, PROOF, outcome, desk.now())
        return _form(pages, request, to, wrong)
    return RedirectResponse(own_path(to), 303)


def _form(pages: Pages, request: Request, to: str, said: Said | None) -> HTMLResponse:
    page = ProvePage(own_path(to), desk_of(request).party is not None, said)
    return answered(pages, request, "prove", page, said)
