"""Adding and removing one's second factors, and new recovery codes. Each asks for a proof of minutes ago."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.access.pages.account_page import account_answer
from services.access.pages.activate_page import RecoveryCodesPage, in_groups, picture_of
from services.access.pages.ceremonies import asked, over
from services.access.pages.forms import Field, answered
from services.access.pages.fresh import ACCOUNT, FreshlyProved
from services.access.pages.said import Said, not_done
from services.access.pages.signed_in import desk_of
from services.access.people.activation import Offer
from services.access.people.another_proof import AnotherProof
from services.access.people.errors import PeopleError
from services.access.people.proofs import remove_proof
from services.access.people.recovery_codes import codes_left, new_recovery_codes
from services.access.people.request_journal import journal_of
from services.shared.pages import Pages

TOKEN, PASSKEY, CODES = "/token", "/passkey", "/recovery-codes"


@dataclass(frozen=True)
class TokenPage:
    """A secret for an application that shows codes; None where no further one has room."""

    offer: Offer | None
    secret: tuple[str, ...]
    picture: str
    said: Said | None


@dataclass(frozen=True)
class PasskeyPage:
    """A name for it."""

    passkeys: bool
    said: Said | None


@dataclass(frozen=True)
class NewCodesPage:
    """What new recovery codes mean for the old ones."""

    left: int


def proofs_router(pages: Pages) -> APIRouter:
    """The addresses. All but passkeys and security keys work without scripts."""
    router = APIRouter(prefix=ACCOUNT, include_in_schema=False)
    for made in (_tokens, _passkeys, _others):
        router.include_router(made(pages))
    return router


def _tokens(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(TOKEN)
    def token_form(request: Request, who: FreshlyProved) -> Response:
        try:
            offer = _steps(request).begin_token(who.account.id, who.account.login, desk_of(request).now())
        except PeopleError as refused:
            return _token(pages, request, None, not_done(refused))
        return _token(pages, request, offer, None)

    @router.post(TOKEN)
    def token(
        request: Request, who: FreshlyProved, ticket: Field = "", name: Field = "", code: Field = ""
    ) -> Response:
        try:
            _steps(request).add_token(who.account.id, ticket, name, code, desk_of(request).now())
        except PeopleError as refused:
            return _token(pages, request, _again(request, who, ticket), not_done(refused))
        return RedirectResponse(ACCOUNT, 303)

    return router


def _passkeys(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get(PASSKEY)
    def passkey_form(request: Request, who: FreshlyProved) -> Response:
        return _passkey(pages, request, None)

    @router.post(f"{PASSKEY}/challenge")
    def challenge(request: Request, who: FreshlyProved) -> JSONResponse:
        try:
            return asked(_steps(request).begin_passkey(who.account.id, desk_of(request).now()))
        except PeopleError:
            return over()

    @router.post(PASSKEY)
    def passkey(
        request: Request, who: FreshlyProved, name: Field = "", handle: Field = "", response: Field = ""
    ) -> Response:
        try:
            _steps(request).add_passkey(who.account.id, name, handle, response, desk_of(request).now())
        except PeopleError as refused:
            return _passkey(pages, request, not_done(refused))
        return RedirectResponse(ACCOUNT, 303)

    return router


def _others(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.post("/proofs/remove")
    def remove(request: Request, who: FreshlyProved, kind: Field = "", proof: Field = "") -> Response:
        desk = desk_of(request)
        try:
            with desk.database.transaction() as connection:
                offers = desk.party is not None
                remove_proof(connection, who.account.id, kind, proof, offers_passkeys=offers)
                journal_of(request).changed(connection, "proof-removed", who.account.id, desk.now())
        except PeopleError as refused:
            return account_answer(pages, request, who, not_done(refused))
        return RedirectResponse(ACCOUNT, 303)

    @router.get(CODES)
    def codes_form(request: Request, who: FreshlyProved) -> Response:
        with desk_of(request).database.transaction() as connection:
            left = codes_left(connection, who.account.id)
        return answered(pages, request, "new_recovery_codes", NewCodesPage(left), None)

    @router.post(CODES)
    def codes(request: Request, who: FreshlyProved) -> Response:
        desk = desk_of(request)
        with desk.database.transaction() as connection:
            made = tuple(new_recovery_codes(connection, who.account.id, desk.now()))
            journal_of(request).changed(connection, "recovery-codes-made", who.account.id, desk.now())
        return answered(pages, request, "recovery_codes", RecoveryCodesPage(made, ACCOUNT), None)

    return router


def _steps(request: Request) -> AnotherProof:
    return desk_of(request).another_proof(journal_of(request))


def _again(request: Request, who: FreshlyProved, ticket: str) -> Offer | None:
    try:
        return _steps(request).offered(who.account.id, ticket, desk_of(request).now())
    except PeopleError:
        return None


def _token(pages: Pages, request: Request, offer: Offer | None, said: Said | None) -> HTMLResponse:
    secret = () if offer is None else in_groups(offer.secret)
    page = TokenPage(offer, secret, "" if offer is None else picture_of(offer.uri), said)
    return answered(pages, request, "token", page, said)


def _passkey(pages: Pages, request: Request, said: Said | None) -> HTMLResponse:
    page = PasskeyPage(desk_of(request).party is not None, said)
    return answered(pages, request, "passkey", page, said)
