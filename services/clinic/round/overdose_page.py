"""An overdose, recorded from the lock screen with one tap and no name; signed afterwards, by whoever can say who it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from psycopg import Cursor
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.oat.round import emergency
from clinical.oat.round.emergency import (
    AMBULANCE_WORDS,
    BREATHING_WORDS,
    LONGEST_PLACE,
    MOST_NALOXONE,
    Ambulance,
    Breathing,
    Line,
    Look,
    hold_after,
    is_held,
    is_under_way,
    next_look,
    observations,
    unsigned,
)
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.finding import FoundPerson, find
from services.clinic.openings import Choice
from services.clinic.reading import people
from services.clinic.round.actors import AtTheLock, Giver, OnRound, law_of
from services.clinic.round.staff import account_names
from services.clinic.round.typed import uuid_in
from services.clinic.writing import new, save_at
from services.shared.errors import BadRequest, Conflict
from services.shared.languages import N_
from services.shared.pages import Pages

EMERGENCY = "/round/emergency"
KIND = "round-emergency"

SIGNED_ALREADY = N_("Somebody else has signed this meanwhile.")
TOLERANCE = timedelta(minutes=5)
"""So much later than now a time may be that somebody read from another clock; what is later was yesterday."""


class Seen(BaseModel):
    """The form of a look. Whatever is not said, or not understood, is not known; nothing keeps it from being recorded."""

    model_config = ConfigDict(frozen=True)

    id: str = ""
    began: str = ""
    found: str = ""
    breathing: str = ""
    naloxone: str = ""
    ambulance: str = ""
    where: str = ""
    over: str = ""


@dataclass(frozen=True)
class UnderWay:
    """An emergency in which somebody still has to look again."""

    began: UUID
    found_at: datetime
    look_again_at: datetime | None
    next_id: UUID
    looks: tuple[Line, ...]


@dataclass(frozen=True)
class EmergencyPage:
    """Nobody is named on it."""

    id: UUID
    at: datetime
    now: str
    """On the clock of the wall."""
    under_way: tuple[UnderWay, ...]
    breathing: tuple[Choice, ...]
    ambulance: tuple[Choice, ...]
    doses: tuple[int, ...]
    breathing_words: dict[Breathing, str]
    ambulance_words: dict[Ambulance, str]


@dataclass(frozen=True)
class ToSign:
    """One that nobody has signed."""

    began: UUID
    looks: tuple[Line, ...]
    by: str


@dataclass(frozen=True)
class SignPage:
    """Those that nobody has signed; of one of them, who it could have been."""

    waiting: tuple[ToSign, ...]
    chosen: str
    found: tuple[FoundPerson, ...]
    sought: bool
    breathing_words: dict[Breathing, str]
    ambulance_words: dict[Ambulance, str]


def overdose_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=EMERGENCY, include_in_schema=False)

    @router.get("")
    def emergency_form(request: Request, on: AtTheLock) -> Response:
        return pages.render(request, "clinic/round_emergency.html", _page(on))

    @router.post("")
    def recorded(on: AtTheLock, seen: Annotated[Seen, Form()]) -> Response:
        on.asking.database.run(lambda connection: _add(on, connection, seen))
        return RedirectResponse(EMERGENCY, 303)

    @router.get("/sign")
    def sign_form(request: Request, on: Giver) -> Response:
        return pages.render(request, "clinic/round_emergency_sign.html", _sign_page(on))

    @router.post("/find")
    def found(request: Request, on: Giver, began: Field = "", sought: Field = "") -> Response:
        page = _sign_page(on, began, find(on.asking, sought).people)
        return pages.render(request, "clinic/round_emergency_sign.html", page)

    @router.post("/sign")
    def signed(on: Giver, began: Field = "", person: Field = "") -> Response:
        on.asking.database.run(lambda connection: _sign(on, connection, uuid_in(began), person))
        return RedirectResponse(f"{EMERGENCY}/sign", 303)

    return router


def _page(on: OnRound) -> EmergencyPage:
    asking = on.asking
    with asking.snapshot() as (_, cursor):
        known = unsigned(cursor, asking.keyring, on.facility)
    under_way = tuple(
        UnderWay(lines[0].began, lines[0].found_at, lines[-1].look_again_at, uuid4(), lines)
        for lines in known
        if is_under_way(lines, asking.at)
    )
    return EmergencyPage(
        uuid4(),
        asking.at,
        asking.at.astimezone(asking.zone).strftime("%H:%M"),
        under_way,
        tuple(Choice(one, words) for one, words in BREATHING_WORDS.items()),
        tuple(Choice(one, words) for one, words in AMBULANCE_WORDS.items()),
        tuple(range(7)),
        BREATHING_WORDS,
        AMBULANCE_WORDS,
    )


def _add(on: OnRound, connection: Connection, seen: Seen) -> None:
    asking, cursor = on.asking, raw_cursor(connection)
    id_ = uuid_in(seen.id)
    named = uuid_in(seen.began) if seen.began else id_
    if named != id_ and not emergency.of_one(cursor, asking.keyring, on.facility, named):
        raise BadRequest
    began = emergency.began_with(cursor, on.facility, named, id_)
    look = look_in(seen)
    again = next_look(look, asking.at, law_of(asking))
    line = Line(id_, began, asking.who.account.id, asking.at, _found_at(on, seen.found), again, look)
    if emergency.add(cursor, asking.keyring, line, on.facility, asking.who.session.device):
        at = asking.circumstances(asking.purpose.value)
        asking.log_with(connection, kinds.write(at, "create", KIND, kinds.NOBODY))


def look_in(seen: Seen) -> Look:
    """What was seen, as far as it is understood."""
    doses = int(seen.naloxone) if seen.naloxone.isascii() and seen.naloxone.isdigit() else None
    return Look(
        Breathing(seen.breathing) if seen.breathing in list(Breathing) else None,
        doses if doses is None or doses <= MOST_NALOXONE else MOST_NALOXONE,
        Ambulance(seen.ambulance) if seen.ambulance in list(Ambulance) else None,
        seen.where.strip().replace("\0", "")[:LONGEST_PLACE],
        seen.over == "yes",
    )


def _found_at(on: OnRound, said: str) -> datetime:
    """The time on the clock of the wall, today or, if that is still to come, yesterday; not said: now."""
    at = on.asking.at
    try:
        clock = time.fromisoformat(said)
    except ValueError:
        return at
    local = at.astimezone(on.asking.zone)
    found = datetime.combine(local.date(), clock.replace(tzinfo=None), on.asking.zone)
    return found if found <= local + TOLERANCE else found - timedelta(days=1)


def _sign_page(on: OnRound, chosen: str = "", found: tuple[FoundPerson, ...] | None = None) -> SignPage:
    asking = on.asking
    with asking.snapshot() as (_, cursor):
        known = unsigned(cursor, asking.keyring, on.facility)
        names = account_names(cursor, [lines[0].account for lines in known])
    waiting = tuple(ToSign(lines[0].began, lines, names.get(str(lines[0].account), "")) for lines in known)
    return SignPage(waiting, chosen, found or (), found is not None, BREATHING_WORDS, AMBULANCE_WORDS)


def _sign(on: OnRound, connection: Connection, began: UUID, patient: str) -> None:
    """Signed by whoever asks, as that of somebody in care, or of nobody who is known. Raises BadRequest, Conflict, Forbidden."""
    asking, cursor = on.asking, raw_cursor(connection)
    lines = emergency.of_one(cursor, asking.keyring, on.facility, began)
    if not lines:
        raise BadRequest
    account = asking.who.account.id
    if not emergency.sign(cursor, began, asking.at, account, patient):
        raise Conflict(SIGNED_ALREADY)
    if patient:
        made = _made(on, cursor, lines, patient)
        save_at(asking, connection, patient, on.facility, [new(one) for one in made])
    at = asking.circumstances(asking.purpose.value)
    asking.log_with(connection, kinds.write(at, "update", KIND, Subjects(people([patient] if patient else []))))  # fmt: skip


def _made(on: OnRound, cursor: Cursor[Any], lines: Sequence[Line], patient: str) -> list[dict[str, Any]]:
    asking = on.asking
    account = str(asking.who.account.id)
    seen = observations(lines, patient, account, asking.at)
    return seen if is_held(cursor, patient) else [*seen, hold_after(lines, patient, account, asking.zone)]
