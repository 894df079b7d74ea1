"""Dose times of a group moved by a prescriber, such as in Ramadan or a lockdown: the edges where two doses come too close
are shown, and all is signed once. Each order keeps its doses; afterwards the usual times come back by themselves.

Why they were moved is asked so that nobody moves them for a reason that is none, and is not kept with a person: that
somebody fasts tells what they believe.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.oat.moved_times import WHY_WORDS, Move, WhyMoved, too_close
from clinical.oat.order import OatOrder, Signature
from clinical.oat.orders.changing import decided, with_steps
from clinical.oat.orders.other_times import steps_moved
from clinical.oat.orders.strip import standing
from clinical.oat.round.session import session_of, sessions
from clinical.oat.slot import slots_on
from clinical.people import Identity
from clinical.words import Sentence
from fhir_store.write import Write
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.clinic.consent_form import Unfit
from services.clinic.openings import Choice, choices
from services.clinic.orders.here import Here, deciding, here_of, write
from services.clinic.orders.signing import ChangedMeanwhile
from services.clinic.orders.words import CHANGED_MEANWHILE
from services.clinic.reading import parsed, people
from services.clinic.round.actors import OnRound, Prescriber, law_of
from services.clinic.round.keeping import session_in
from services.clinic.round.shown import round_shown
from services.clinic.sentences import said
from services.clinic.writing import changed
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_
from services.shared.pages import Pages

TIMES = "/orders/times"
NOBODY = N_("Choose at least one person.")
NO_WHY = N_("Choose why the times are moved.")
NOT_DAYS = N_("Choose the first and the last day: today or later, at most 60 days.")
NOT_TIMES = N_("A time is written as 19:30. Say at least the time of the first dose.")
MOVED = N_("Signed: the doses are due at the new times on these days.")

LONGEST = timedelta(days=60)
"""Twice a month of fasting. Proposed by Throughcare, no source."""


class TypedMove(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    why: str = ""
    first: str = ""
    last: str = ""
    at: str = ""
    second_at: str = ""
    person: list[str] = []
    seen: list[str] = []


@dataclass(frozen=True)
class GroupLine:
    """Somebody on the list."""

    person: str
    identity: Identity
    wing: str
    cell: str
    chosen: bool


@dataclass(frozen=True)
class TimesPage:
    """The form."""

    typed: TypedMove
    whys: tuple[Choice, ...]
    lines: tuple[GroupLine, ...]
    today: date
    said: str
    wrong: str


@dataclass(frozen=True)
class MovedLine:
    """One person whose times are moved. ``warnings`` are in the language of the request."""

    identity: Identity = field(repr=False)
    orders: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimesReview:
    """All of them, before it is signed."""

    typed: TypedMove
    why: str
    first: date
    last: date
    at: tuple[str, ...]
    lines: tuple[MovedLine, ...]
    wrong: str


def times_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=TIMES, include_in_schema=False)

    @router.get("")
    def group(request: Request, on: Prescriber) -> Response:
        return _form(pages, on, TypedMove(), "", "")

    @router.post("/review")
    def review(request: Request, on: Prescriber, typed: Annotated[TypedMove, Form()]) -> Response:
        try:
            return _review(pages, on, typed, "", 200)
        except Unfit as unfit:
            return _form(pages, on, typed, "", unfit.words)

    @router.post("/sign")
    def sign(request: Request, on: Prescriber, typed: Annotated[TypedMove, Form()]) -> Response:
        try:
            on.asking.database.run(lambda connection: _sign(on, connection, typed))
        except ChangedMeanwhile:
            return _review(pages, on, typed, CHANGED_MEANWHILE, 409)
        except Unfit as unfit:
            return _form(pages, on, typed, "", unfit.words)
        return _form(pages, on, TypedMove(), MOVED, "")

    return router


def _form(pages: Pages, on: OnRound, typed: TypedMove, told: str, wrong: str) -> Response:
    shown = round_shown(on, session_in(on.asking, ""))
    rows = {row.patient: row for row in shown.rows}
    lines = tuple(
        GroupLine(
            id_,
            shown.persons[id_].identity,
            row.presence.wing,
            row.presence.cell,
            id_ in typed.person,
        )
        for id_, row in rows.items()
    )
    page = TimesPage(typed, choices(WHY_WORDS), lines, on.asking.day, told, wrong)
    return pages.render(on.asking.request, "clinic/orders_times.html", page, status=422 if wrong else 200)


def move_in(on: OnRound, typed: TypedMove) -> Move:
    """Raises Unfit."""
    if typed.why not in list(WhyMoved):
        raise Unfit(NO_WHY)
    if not typed.person:
        raise Unfit(NOBODY)
    first, last = _day(typed.first), _day(typed.last)
    if not (on.asking.day <= first <= last < first + LONGEST):
        raise Unfit(NOT_DAYS)
    me = str(on.asking.who.account.id)
    return Move(me, WhyMoved(typed.why), first, last, _times(typed), frozenset(typed.person))


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise Unfit(NOT_DAYS) from None


def _times(typed: TypedMove) -> tuple[time, ...]:
    try:
        found = tuple(time.fromisoformat(one) for one in (typed.at, typed.second_at) if one.strip())
    except ValueError:
        raise Unfit(NOT_TIMES) from None
    if not typed.at.strip() or list(found) != sorted(found) or any(one.tzinfo for one in found):
        raise Unfit(NOT_TIMES)
    return found


def _review(pages: Pages, on: OnRound, typed: TypedMove, wrong: str, status: int) -> Response:
    move, asking = move_in(on, typed), on.asking
    with asking.snapshot() as (connection, _):
        heres = [_allowed(on, connection, one) for one in sorted(move.patients)]
    about = Subjects(people(one.patient.id for one in heres))
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, "$orders", "MedicationRequest", about, results=len(heres)))
    page = TimesReview(
        typed.model_copy(
            update={
                "person": [one.patient.id for one in heres],
                "seen": [one.known.seen for one in heres],
            }
        ),
        WHY_WORDS[move.why],
        move.first,
        move.last,
        tuple(f"{one:%H:%M}" for one in move.at),
        tuple(_line(one, move) for one in heres),
        wrong,
    )
    return pages.render(
        asking.request, "clinic/orders_times_review.html", page, status=status if wrong else 200
    )


def _allowed(on: OnRound, connection: Connection, id_: str) -> Here:
    here = here_of(on.asking, connection, id_)
    if not here.may_order:
        raise Forbidden
    return here


def _line(here: Here, move: Move) -> MovedLine:
    orders = list(moved_orders(here, move))
    warnings = dict.fromkeys(said(one, here.asking.zone) for one in _too_close(here, move, orders))
    return MovedLine(here.patient.identity, len(orders), tuple(warnings))


def _too_close(here: Here, move: Move, orders: Iterable[OatOrder]) -> Iterator[Sentence]:
    for order in orders:
        yield from too_close(move, usual_times(here, order), order.product, here.law, here.asking.zone)


def usual_times(here: Here, order: OatOrder) -> tuple[time, ...]:
    """When the doses of an ordinary day are given; one without a time of its own at the beginning of its round."""
    among = sessions(law_of(here.asking))
    day = max(order.start, here.asking.day)
    return tuple(one.at or session_of(one, among).begins for one in slots_on([order], day)) or (time(8),)


def moved_orders(here: Here, move: Move) -> Iterator[OatOrder]:
    """The signed orders of what is taken every day that have days of the move."""
    for order in standing(here.known.record):
        is_in_time = order.start <= move.last and (order.end is None or order.end >= move.first)
        if is_in_time and not order.product.is_depot and order.signature is Signature.SIGNED:
            yield order


def _sign(on: OnRound, connection: Connection, typed: TypedMove) -> None:
    """All or nothing. Raises ChangedMeanwhile, Unfit, BadRequest, Forbidden."""
    move = move_in(on, typed)
    if len(typed.person) != len(typed.seen):
        raise BadRequest
    for person, seen in sorted(zip(typed.person, typed.seen, strict=True)):
        here = deciding(on.asking, connection, person)
        if not here.may_order:
            raise Forbidden
        writes = list(_writes(here, move))
        if writes and here.known.seen != seen:
            raise ChangedMeanwhile
        if writes:
            write(here, connection, writes)


def _writes(here: Here, move: Move) -> Iterator[Write]:
    """Nothing of an order whose doses are at these times already: a button was pressed twice."""
    for order in moved_orders(here, move):
        steps = steps_moved(order, move)
        if _at_these_times(order, move):
            continue
        stored = here.known.orders[order.id]
        request = with_steps(parsed(stored), order, steps)
        yield changed(stored, decided(request, move.prescriber, here.asking.at))


def _at_these_times(order: OatOrder, move: Move) -> bool:
    days = order.days(move.first, move.last)
    return all(
        part.at == move.at[nth]
        for day in days
        for nth, part in enumerate(order.parts_on(day))
        if nth < len(move.at)
    )
