"""The start page of a shift: what needs somebody now, each line a count, a sentence and a tap. Nobody's name is on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response

from clinical.oat.on_call import on_call_at
from clinical.oat.round.parts import find
from clinical.oat.round.row import State
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist, worklists
from services.access.audit import kinds
from services.access.roles.rule import Interaction
from services.clinic.actors import Clinician
from services.clinic.reading import names_of
from services.clinic.round.actors import may
from services.clinic.worklists.at_facility import (
    AtFacility,
    at_facility,
    facilities_to_choose,
    offered,
    visible,
    ward_of,
)
from services.clinic.worklists.page import WORKLISTS, address_of
from services.shared.languages import N_
from services.shared.pages import Pages

SHIFT = "/shift"

ROUND = "round"
NOT_BEGUN, OPEN, CLOSED = N_("not begun"), N_("under way"), N_("closed")


@dataclass(frozen=True)
class Waiting:
    """Something that needs somebody: how many, and where. Words wait for their translation."""

    count: int
    words: str
    address: str


@dataclass(frozen=True)
class RoundLine:
    """The round under way. Words wait for their translation."""

    words: str
    state: str
    to_come: int
    done: int


@dataclass(frozen=True)
class ShiftPage:
    """What needs somebody now."""

    name: str
    """Of the facility."""
    facility: str
    choice: tuple[tuple[str, str], ...]
    round: RoundLine | None
    """None: the reader's role does not see the round."""
    waiting: tuple[Waiting, ...]
    all_lists: str
    on_call: str
    """The telephone of the prescriber on call; empty: nobody has set one."""
    may_set_on_call: bool


def shift_router(pages: Pages) -> APIRouter:
    """The address."""
    router = APIRouter(prefix=SHIFT, include_in_schema=False)

    @router.get("")
    def shift(request: Request, asking: Clinician, facility: str = "") -> Response:
        return _answer(pages, at_facility(asking, facility))

    return router


def _answer(pages: Pages, on: AtFacility) -> Response:
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        actor, ward = asking.actor(connection), ward_of(on, cursor)
        asked = offered(actor, on.facility, [one for one in worklists().values() if one.on_shift])
        sees_round = bool(offered(actor, on.facility, [OF_THE_ROUND]))
        lists = {one.code: one for one in (*asked, *([OF_THE_ROUND] if sees_round else []))}
        found = {code: one.find(ward) for code, one in lists.items()}
        seen = visible(on, connection, cursor, found, lists)
        page = ShiftPage(
            names_of(asking, cursor, actor, [on.facility]).get(on.facility, ""),
            on.facility,
            facilities_to_choose(asking, cursor, actor),
            _round(on, cursor, ward, seen[ROUND]) if sees_round else None,
            tuple(_waiting(asked, {code: len(lines) for code, lines in seen.items()}, on.facility)),
            f"{WORKLISTS}?facility={on.facility}",
            on_call_at(cursor, on.facility),
            may(asking, Interaction.CREATE, "MedicationAdministration", on.facility),
        )
    asking.log(kinds.view(asking.circumstances(asking.purpose.value), "shift"))
    return pages.render(asking.request, "clinic/shift.html", page)


def _of_session(ward: Ward) -> Iterator[Line]:
    """A line for each dose of the round under way; its rank says whether it is done."""
    for row in ward.rows:
        if row.slot and row.session == ward.session.name:
            yield Line(row.patient, rank=int(row.state is State.DONE))


OF_THE_ROUND = Worklist(
    code=ROUND,
    title=N_("The round"),
    to_do=N_("Give the doses."),
    whom=Whom.NURSE,
    about=ORDERS,
    find=_of_session,
    place=0,
)
"""What of the round is counted; it has a page of its own."""


def _round(on: AtFacility, cursor: psycopg.Cursor[Any], ward: Ward, lines: Sequence[Line]) -> RoundLine:
    found = find(cursor, on.facility, ward.day, ward.session.name)
    state = NOT_BEGUN if found is None else OPEN if found.closed_at is None else CLOSED
    name, done = ward.session.name, sum(one.rank for one in lines)
    return RoundLine(SESSION_WORDS.get(name, name), state, len(lines) - done, done)


def _waiting(asked: Sequence[Worklist], counts: dict[str, int], facility: str) -> Iterator[Waiting]:
    for one in asked:
        if counts[one.code]:
            yield Waiting(counts[one.code], one.title, address_of(one, facility))
