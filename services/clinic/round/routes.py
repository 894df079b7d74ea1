"""The addresses of the round for a tablet. All answer JSON; none carries anything of a person in its address."""

import hmac
import json
from collections.abc import Collection, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from services.access.pages.visits import known_visit
from services.clinic.round.actors import Giver, OnRound, Reader
from services.clinic.round.as_json import round_json
from services.clinic.round.faces import photos
from services.clinic.round.facility_key import FacilityKey, NotOpened, event_in, facility_key
from services.clinic.round.keeping import (
    close,
    not_counted_back,
    opened,
    session_in,
    sign_in_beside,
    take_over,
)
from services.clinic.round.recording import answer, record
from services.clinic.round.row_marks import marked, people_in
from services.clinic.round.shown import log_read, round_unlogged
from services.clinic.round.tablet_told import note_tablet
from services.clinic.round.typed import uuid_in
from services.shared.errors import BadRequest, ServiceError
from services.shared.languages import gettext
from services.shared.secret_keys import secret_key

ROUND = "/round"
DEVICES = "round-devices"
MOST_AT_ONCE = 500
MOST_WINGS = 100
MOST_KNOWN = 5_000
"""Marks of rows in one question."""

Json = Mapping[str, Any]


async def _sent(request: Request) -> bytes:
    try:
        return await request.body()
    except RuntimeError:
        # It came as a form, and was read as one for the token in it.
        raise BadRequest from None


Sent = Annotated[bytes, Depends(_sent)]
"""The body as it was sent."""


def round_api() -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ROUND, include_in_schema=False)

    @router.get("/here")
    def here(request: Request, on: Reader) -> Response:
        return _here(request, on)

    @router.post("/list")
    def listed(request: Request, on: Reader, sent: Sent) -> Response:
        asked = _object(sent)
        session = session_in(on.asking, _text(asked, "session"))
        if on.may_record:
            opened(on, session, _texts(asked, "wings"))
        known = frozenset(_texts(asked, "known", MOST_KNOWN))
        return Response(to_json(_list(request, on, session, known)), media_type="application/json")

    @router.post("/photos")
    def pictures(on: Reader, sent: Sent) -> Response:
        return JSONResponse({"photos": dict(photos(on, _texts(_object(sent), "people")))})

    @router.post("/events")
    def event(on: Giver, sent: Sent) -> Response:
        status, body = answer(on, record(on, _decoded(sent)), with_row=True)
        return JSONResponse(body, status)

    @router.post("/sealed")
    async def sealed(request: Request, on: Giver, sent: Sent) -> Response:
        return JSONResponse(await run_in_threadpool(_sealed, request, on, sent))

    @router.post("/parts/take")
    def take(on: Giver, sent: Sent) -> Response:
        asked = _object(sent)
        session = session_in(on.asking, _text(asked, "session"))
        how = take_over(on, session, _text(asked, "wing"), agreed=asked.get("agreed") is True)
        return JSONResponse({"taken": how})

    @router.post("/witness")
    def witness(on: Giver, sent: Sent) -> Response:
        asked = _object(sent)
        session = session_in(on.asking, _text(asked, "session"))
        sign_in_beside(on, session, _uuid(asked, "account"), _text(asked, "pin"), _text(asked, "wing"))
        return JSONResponse({"witness": _text(asked, "account")}, 201)

    @router.post("/close")
    def closed(on: Giver, sent: Sent) -> Response:
        session = session_in(on.asking, _text(_object(sent), "session"))
        was_open, still = close(on, session)
        out = [one.name for one in not_counted_back(round_unlogged(on, session), session)]
        return JSONResponse({"closed": was_open, "still_open": still, "not_counted_back": out})

    return router


def device_secret(request: Request, device: UUID) -> bytes:
    """What a tablet mixes into the key of its store; one that was shut out is given it no more."""
    key = secret_key(request.app.state.settings.home, DEVICES)
    return hmac.digest(key, device.bytes, "sha256")


def key_of(request: Request) -> FacilityKey:
    """That every event is sealed to."""
    return facility_key(request.app.state.settings.home)


def _here(request: Request, on: OnRound) -> Response:
    """Who is signed in, and what a script's requests carry."""
    note_tablet(request, on)
    device = on.asking.who.session.device
    return JSONResponse(
        {
            "csrf": known_visit(request).csrf,
            "account": {"id": str(on.asking.who.account.id), "name": on.asking.who.account.display_name},
            "device": str(device) if device else None,
            "facility": on.facility,
            "may_record": on.may_record,
            "may_order": on.may_order,
            "server_at": on.asking.at.isoformat(),
        }
    )


def _list(request: Request, on: OnRound, session: str, known: Collection[str]) -> dict[str, Any]:
    """Of rows that the tablet knows the marks alone. Nobody is told of anybody who is not logged."""
    who = on.asking.who
    device = who.session.device if on.may_record else None
    shown = round_unlogged(on, session)
    listed = round_json(
        shown,
        facility=on.facility,
        account=(who.account.id, who.account.display_name),
        device=(device, device_secret(request, device)) if device else None,
        key=key_of(request),
    )
    listed["rows"] = rows = marked(listed["rows"], known)
    told = people_in(rows)
    if told or not known:
        log_read(on.asking, told, len(rows))
    return listed


def _sealed(request: Request, on: OnRound, sent: bytes) -> dict[str, Any]:
    """Each for itself: what cannot be opened, or kept, stays with whoever sent it."""
    events = _object(sent).get("events")
    if not isinstance(events, list) or len(events) > MOST_AT_ONCE:
        raise BadRequest
    key = key_of(request)
    return {"answers": [_unread(on, key, one) for one in events]}


def _unread(on: OnRound, key: FacilityKey, sealed: Any) -> dict[str, Any]:
    try:
        sent = key.opened(sealed if isinstance(sealed, dict) else {})
        event_in(sent)
        status, body = answer(on, record(on, sent.decode()), with_row=False)
    except (NotOpened, UnicodeDecodeError):
        return {"status": 422, "outcome": "not-opened"}
    except ServiceError as error:
        return {
            "status": error.problem.status,
            "outcome": "not-kept",
            "words": gettext(error.problem.message),
        }
    return {"status": status, **body}


def _decoded(sent: bytes) -> str:
    try:
        return sent.decode()
    except UnicodeDecodeError:
        raise BadRequest from None


def _object(sent: bytes) -> Json:
    try:
        said = json.loads(sent or b"{}")
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(said, dict):
        raise BadRequest
    return said


def _text(said: Json, member: str) -> str:
    value = said.get(member)
    if value is not None and not isinstance(value, str):
        raise BadRequest
    return value or ""


def _texts(said: Json, member: str, most: int = MOST_WINGS) -> list[str]:
    value = said.get(member) or []
    if not isinstance(value, list) or len(value) > most or any(not isinstance(one, str) for one in value):
        raise BadRequest
    return value


def _uuid(said: Json, member: str) -> UUID:
    return uuid_in(_text(said, member))
