"""The token endpoint for systems. SMART App Launch 2.2, Backend Services; errors as RFC 6749, section 5.2, has them."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from services.access.people.journal import Journal
from services.access.people.request_journal import journal_of
from services.access.systems.errors import Refused
from services.access.systems.granting import ASSERTION, Granted, claimed_client, grant
from services.shared.actors import Public
from services.shared.database import Database

PATH = "/auth/token"
FORM = "application/x-www-form-urlencoded"
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def token_url(base_url: str) -> str:
    """The address of the token endpoint of a server: what ``aud`` of an assertion has to say."""
    return base_url + PATH


def token_router() -> APIRouter:
    """The endpoint itself. Whoever asks shows who it is by what it posts."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH)
    async def token(request: Request, public: Public) -> JSONResponse:
        state = request.app.state
        journal = journal_of(request)
        form: dict[str, str] = {}
        try:
            form = _form(request.headers.get("content-type", ""), await request.body())
            address = token_url(state.settings.base_url)
            granted = await run_in_threadpool(grant, state.database, form, address, journal)
        except Refused as refused:
            await run_in_threadpool(_log_refused, journal, state.database, form, refused)
            said = {"error": refused.error, "error_description": str(refused)}
            return JSONResponse(said, refused.status, headers=NEVER_KEPT)
        return JSONResponse(_answer(granted), headers=NEVER_KEPT)

    return router


def _log_refused(journal: Journal, database: Database, form: dict[str, str], refused: Refused) -> None:
    journal.stranger(database, ASSERTION, refused.error, datetime.now(UTC), tried=claimed_client(form))


def _form(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form, each there once. Raises Refused."""
    if kind.partition(";")[0].strip().lower() != FORM:
        raise Refused(f"Send the request as {FORM}.")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Refused("The form cannot be read.") from None
    form = dict(fields)
    if len(form) < len(fields):
        raise Refused("A field of the form is there twice.")
    return form


def _answer(granted: Granted) -> dict[str, object]:
    return {
        "access_token": granted.token,
        "token_type": "bearer",
        "expires_in": int(granted.lifetime.total_seconds()),
        "scope": granted.scope,
    }
