"""What was opened on a tablet, with or without a network: logged as reads once the tablet has contact again.

A tablet may send the same twice, where the answer was lost; then it is logged twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.access.audit import kinds
from services.access.audit.kinds import AuditEvent, Subjects
from services.clinic.reading import ID, people
from services.clinic.round.actors import OnRound, Reader
from services.clinic.round.facility_key import FacilityKey, NotOpened
from services.clinic.round.routes import ROUND, key_of

MOST = 500
"""So many people one read may name."""


MOST_AT_ONCE = 500


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    reads: list[Any] = Field(max_length=MOST_AT_ONCE)
    """Each sealed as an event is."""


class Clocks(BaseModel):
    """Both, at the last contact."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    server_at: AwareDatetime
    device_at: AwareDatetime


class _Said(BaseModel):
    """As the tablet wrote it down."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    what: str
    people: list[str]
    account: UUID
    at: AwareDatetime
    clock: Clocks | None = None


@dataclass(frozen=True)
class Opened:
    """Somebody opened the list, or a card of it."""

    account: UUID
    at: datetime
    people: Sequence[str]
    what: str


def reads_router() -> APIRouter:
    """The address to which a tablet sends them."""
    router = APIRouter(prefix=ROUND, include_in_schema=False)

    @router.post("/reads")
    def reads(request: Request, on: Reader, sent: _Sent) -> Response:
        found = list(_opened(key_of(request), sent.reads, on.asking.at))
        log_reads(on, found)
        return JSONResponse({"logged": len(found), "not_opened": len(sent.reads) - len(found)})

    return router


def _opened(key: FacilityKey, sealed: Iterable[Any], received_at: datetime) -> Iterator[Opened]:
    """What cannot be opened is left out, so that it does not keep the rest from being logged."""
    for one in sealed:
        with suppress(NotOpened):
            yield opened_in(key, one, received_at)


def opened_in(key: FacilityKey, sealed: Any, received_at: datetime) -> Opened:
    """What was sealed on a tablet. Raises NotOpened."""
    try:
        said = _Said.model_validate_json(key.opened(sealed if isinstance(sealed, dict) else {}))
    except ValidationError:
        raise NotOpened from None
    named = [one for one in said.people[:MOST] if ID.fullmatch(one)]
    off = said.clock.server_at - said.clock.device_at if said.clock else received_at - received_at
    return Opened(said.account, min((said.at + off).astimezone(UTC), received_at), named, said.what)


def log_reads(on: OnRound, opened: Sequence[Opened]) -> None:
    """Log each as a read by whoever opened it, when they did. Raises AuditUnavailable."""
    if opened:
        on.asking.log(*(_event(on, one) for one in opened))


def _event(on: OnRound, one: Opened) -> AuditEvent:
    asking = on.asking
    at = replace(asking.circumstances(asking.purpose.value), at=one.at)
    sender: list[str] = []
    if one.account != asking.who.account.id:
        sender = [str(at.actor)]
        # Sent by a colleague, who stays named beside; their role is not that of who read it.
        at = replace(at, actor=kinds.Actor("account", str(one.account), None))
    interaction = "$round-card" if one.what == "card" else "$round"
    about = Subjects(people(set(one.people)), targets=sender)
    return kinds.read(at, interaction, "MedicationRequest", about, results=len(one.people))
