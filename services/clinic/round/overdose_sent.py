"""Looks at an overdose that a tablet recorded without a network: sealed to the facility, sent from the lock screen too.

Anybody's session sends them unread. None is turned away for what it says; it is signed afterwards like any other.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from clinical.oat.round import emergency
from clinical.oat.round.clock import put_right
from clinical.oat.round.dose_event import Contact
from clinical.oat.round.emergency import Line, Look
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.pages.visits import known_visit
from services.clinic.round.actors import AtTheLock, OnRound, law_of
from services.clinic.round.facility_key import FacilityKey, NotOpened
from services.clinic.round.overdose_page import EMERGENCY, KIND, Seen, look_in
from services.clinic.round.reads import Clocks
from services.clinic.round.routes import MOST_AT_ONCE, key_of
from services.shared.errors import ServiceError


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    events: list[Any] = Field(max_length=MOST_AT_ONCE)
    """Each sealed as an event is."""


class Tapped(BaseModel):
    """A look as the tablet wrote it down. What of it is not understood is not known; only its number and time have to be."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID
    began: UUID
    at: AwareDatetime
    device: UUID | None = None
    clock: Clocks | None = None
    breathing: str = ""
    naloxone: int | None = None
    ambulance: str = ""
    where: str = ""
    over: bool = False
    mistake: UUID | None = None


def overdose_sent() -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=EMERGENCY, include_in_schema=False)

    @router.get("/here")
    def here(request: Request, on: AtTheLock) -> Response:
        return JSONResponse({"csrf": known_visit(request).csrf, "server_at": on.asking.at.isoformat()})

    @router.post("/sealed")
    def sealed(request: Request, on: AtTheLock, sent: _Sent) -> Response:
        key = key_of(request)
        return JSONResponse({"answers": [_answer(on, key, one) for one in sent.events]})

    return router


def _answer(on: OnRound, key: FacilityKey, sealed: Any) -> dict[str, Any]:
    """What became of one; what cannot be opened, or kept, stays with the tablet."""
    try:
        tapped = tapped_in(key, sealed)
        new = on.asking.database.run(lambda connection: _add(on, connection, tapped))
    except NotOpened:
        return {"status": 422, "outcome": "not-opened"}
    except ServiceError as error:
        return {"status": error.problem.status, "outcome": "not-kept"}
    return {"status": 201 if new else 200, "event": str(tapped.id), "outcome": "stored", "again": not new}


def tapped_in(key: FacilityKey, sealed: Any) -> Tapped:
    """What was sealed on a tablet. Raises NotOpened."""
    try:
        return Tapped.model_validate_json(key.opened(sealed if isinstance(sealed, dict) else {}))
    except ValidationError:
        raise NotOpened from None


def _add(on: OnRound, connection: Connection, tapped: Tapped) -> bool:
    asking, cursor = on.asking, raw_cursor(connection)
    clocks = Contact(tapped.clock.server_at, tapped.clock.device_at) if tapped.clock else None
    at = put_right(tapped.at, clocks, asking.at).at
    began = emergency.began_with(cursor, on.facility, tapped.began, tapped.id)
    look = _look(tapped)
    again = emergency.next_look(look, at, law_of(asking))
    line = Line(tapped.id, began, asking.who.account.id, asking.at, at, again, look)
    device = tapped.device or asking.who.session.device
    added = emergency.add(cursor, asking.keyring, line, on.facility, device)
    if added:
        logged = asking.circumstances(asking.purpose.value)
        asking.log_with(connection, kinds.write(logged, "create", KIND, kinds.NOBODY))
    return added


def _look(tapped: Tapped) -> Look:
    said = Seen(
        breathing=tapped.breathing,
        naloxone="" if tapped.naloxone is None else str(tapped.naloxone),
        ambulance=tapped.ambulance,
        where=tapped.where,
        over="yes" if tapped.over else "",
    )
    seen = look_in(said)
    return Look(seen.breathing, seen.naloxone, seen.ambulance, seen.where, seen.over, tapped.mistake)
