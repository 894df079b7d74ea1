"""Who is stopped today and what is done about it; who may lets a dose go ahead. After a lockdown: everybody, one by one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.oat.missed_table import meaning_of, suggested_mg
from clinical.oat.release import WHY_WORDS, Release, Releaser, WhyHere, detected_issue_of
from clinical.oat.round.row import Row, State
from clinical.oat.stop import Stop
from services.access.pages.forms import Field
from services.clinic.openings import Choice
from services.clinic.round.actors import Giver, OnRound, law_of
from services.clinic.round.as_json import row_json
from services.clinic.round.keeping import session_in
from services.clinic.round.list_page import ONLINE
from services.clinic.round.shown import RoundShown, card_shown, round_shown
from services.clinic.sentences import amount
from services.clinic.writing import new, save_at
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_
from services.shared.pages import Pages

STOPS = "/round/stops"


class NotToYou(Forbidden):
    """Somebody else releases this stop, or nobody."""

    message = N_("Your role does not release this stop. The card says who does, and what to do now.")


@dataclass(frozen=True)
class StoppedLine:
    """One row that nobody can give now."""

    row: dict[str, Any]
    missed_by_institution: int
    suggested_mg: str
    """What the protocol's table of missed days leaves of the dose; for display only."""


@dataclass(frozen=True)
class StopsPage:
    """All of them."""

    session: str
    stopped: tuple[StoppedLine, ...]
    after_lockdown: tuple[StoppedLine, ...]
    whys: tuple[Choice, ...]
    may_order: bool
    now: datetime
    proposed: int
    """How many numbers of the protocol nobody has approved."""


def stops_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=STOPS, include_in_schema=False)

    @router.get("")
    def stops(request: Request, on: Giver) -> Response:
        return pages.render(request, "clinic/round_stops.html", _page(on))

    @router.post("/release")
    def released(
        on: Giver,
        person: Field = "",
        order: Field = "",
        part: Field = "",
        stop: Field = "",
        why: Field = "",
        session: Field = "",
        back: Field = "",
    ) -> Response:
        named = session_in(on.asking, session)
        row = _row(card_shown(on, person, named), order, part)
        release = _release(on, row, stop, why)
        on.asking.database.run(lambda connection: _save(on, connection, release))
        return RedirectResponse(STOPS if back else f"{ONLINE}?session={named}", 303)

    return router


def _page(on: OnRound) -> StopsPage:
    session = session_in(on.asking, "")
    shown = round_shown(on, session)
    waiting = [row for row in shown.rows if row.state is not State.DONE]
    lockdown = [row for row in waiting if row.missed_by_institution]
    return StopsPage(
        session,
        tuple(_line(on, shown, row) for row in waiting if row.stops and row not in lockdown),
        tuple(_line(on, shown, row) for row in lockdown),
        tuple(Choice(one, words) for one, words in WHY_WORDS.items()),
        on.may_order,
        on.asking.at,
        law_of(on.asking).proposed,
    )


def _line(on: OnRound, shown: RoundShown, row: Row) -> StoppedLine:
    suggested = _suggested(on, row)
    return StoppedLine(
        row_json(shown, row, on.asking.who.session.device),
        row.missed_by_institution,
        "" if suggested is None else amount(suggested),
    )


def _suggested(on: OnRound, row: Row) -> Decimal | None:
    if row.slot is None or not row.missed:
        return None
    product, induction = row.slot.order.product, row.is_in_induction
    meaning = meaning_of(row.missed, product, law_of(on.asking), in_induction=induction)
    return suggested_mg(row.slot.mg, meaning)


def _row(shown: RoundShown, order: str, part: str) -> Row:
    named = (order, part)
    found = [row for row in shown.rows if row.slot and (row.slot.order.id, str(row.slot.part)) == named]
    return found[0] if found else shown.rows[0]


def _release(on: OnRound, row: Row, code: str, why: str) -> Release:
    """The release of a stop that stands now. Raises BadRequest, NotToYou."""
    stop = next((one for one in row.stops if one.code == code), None)
    if stop is None:
        raise BadRequest
    by = _as_whom(on, stop)
    if stop.released_by is Releaser.NURSE and why not in list(WhyHere):
        raise BadRequest
    return Release(
        code,
        by,
        on.asking.at,
        row.day,
        row.slot.part if row.slot else 1,
        str(on.asking.who.account.id),
        WhyHere(why) if stop.released_by is Releaser.NURSE else None,
        row.patient,
    )


def _as_whom(on: OnRound, stop: Stop) -> Releaser:
    if stop.released_by is Releaser.NURSE and on.may_record:
        return Releaser.NURSE
    if stop.released_by is Releaser.PRESCRIBER and on.may_order:
        return Releaser.PRESCRIBER
    raise NotToYou


def _save(on: OnRound, connection: Connection, release: Release) -> None:
    save_at(on.asking, connection, release.patient, on.facility, [new(detected_issue_of(release))])
