"""Nobody of a wing gets a dose in this round: it is locked down, there is no nurse, or nothing to give.

One reason for all who are still to come, so that they count as missed through the institution and a prescriber finds them
afterwards on one page. Whoever was gone through already is left alone. All of it is undone by one press.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Query, Request, Response

from clinical.oat.happened import REASON_WORDS, Kind, Reason
from clinical.oat.round.row import Row, State
from services.access.pages.forms import Field
from services.clinic.openings import Choice
from services.clinic.round.actors import Giver, OnRound
from services.clinic.round.keeping import opened, session_in
from services.clinic.round.online_form import YES, Tapped, event_text
from services.clinic.round.recording import record
from services.clinic.round.shown import RoundShown, round_shown
from services.clinic.round.typed import uuid_in
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

WING = "/round/wing"
REASONS = (Reason.LOCKDOWN, Reason.NO_NURSE, Reason.NO_STOCK)
"""What a whole wing can be without doses for."""
CHOOSE = N_("Nothing is recorded: choose the wing and the reason, and say that it is so for everybody.")


@dataclass(frozen=True)
class WingChoice:
    """A wing, and how many of it are still to come."""

    wing: str
    to_come: int


@dataclass(frozen=True)
class Recorded:
    """What was recorded: for how many, of which wing, and by which number it is undone."""

    wing: str
    count: int
    form: str


@dataclass(frozen=True)
class WingPage:
    """The page. ``undone``: how many were taken back just now."""

    session: str
    wings: tuple[WingChoice, ...]
    reasons: tuple[Choice, ...]
    form: str
    chosen: str
    reason: str
    recorded: Recorded | None = None
    undone: int = 0
    wrong: str = ""


def wing_router(pages: Pages) -> APIRouter:
    """The addresses. They work without scripts."""
    router = APIRouter(prefix=WING, include_in_schema=False)

    @router.get("")
    def wing_page(
        request: Request, on: Giver, session: Annotated[str, Query(max_length=40)] = ""
    ) -> Response:
        return _answer(pages, request, on, session_in(on.asking, session))

    @router.post("")
    def whole_wing(
        request: Request,
        on: Giver,
        wing: Field = "",
        reason: Field = "",
        form: Field = "",
        sure: Field = "",
        session: Field = "",
    ) -> Response:
        named = session_in(on.asking, session)
        if reason not in REASONS or sure != YES:
            return _answer(pages, request, on, named, chosen=wing, reason=reason, wrong=CHOOSE)
        count = _record_all(on, named, wing, Reason(reason), uuid_in(form))
        return _answer(pages, request, on, named, recorded=Recorded(wing, count, form))

    @router.post("/undo")
    def undo(request: Request, on: Giver, form: Field = "", session: Field = "") -> Response:
        named = session_in(on.asking, session)
        return _answer(pages, request, on, named, undone=_take_all_back(on, named, uuid_in(form)))

    return router


def _answer(
    pages: Pages,
    request: Request,
    on: OnRound,
    session: str,
    *,
    chosen: str = "",
    reason: str = "",
    recorded: Recorded | None = None,
    undone: int = 0,
    wrong: str = "",
) -> Response:
    waiting = Counter(row.presence.wing for row in _to_come(round_shown(on, session), session))
    page = WingPage(
        session,
        tuple(WingChoice(wing, count) for wing, count in waiting.items()),
        tuple(Choice(one, REASON_WORDS[one]) for one in REASONS),
        str(uuid4()),
        chosen,
        reason,
        recorded,
        undone,
        wrong,
    )
    return pages.render(request, "clinic/round_wing.html", page, status=422 if wrong else 200)


def _to_come(shown: RoundShown, session: str) -> Iterator[Row]:
    return (row for row in shown.rows if row.slot and row.session == session and row.state is State.TO_COME)


def _record_all(on: OnRound, session: str, wing: str, reason: Reason, form: UUID) -> int:
    """For how many it was recorded. Sent twice it is recorded once: the numbers come from that of the form."""
    opened(on, session)
    shown = round_shown(on, session)
    rows = [row for row in _to_come(shown, session) if row.presence.wing == wing]
    if not rows and not any(_is_of(row, form) for row in shown.rows):
        raise BadRequest
    for row in rows:
        record(on, event_text(on, _not_available(on, row, reason, form), None))
    return sum(_is_of(row, form) for row in shown.rows) + len(rows)


def _take_all_back(on: OnRound, session: str, form: UUID) -> int:
    """How many were taken back: those of whom that is still the last word."""
    rows = [row for row in round_shown(on, session).rows if _is_of(row, form)]
    for row in rows:
        number = _number(form, row)
        back = Tapped(
            event=str(uuid5(number, "back")), person=row.patient, kind=Kind.ENTERED_IN_ERROR, of=str(number)
        )
        record(on, event_text(on, back, None))
    return len(rows)


def _is_of(row: Row, form: UUID) -> bool:
    return row.done is not None and row.done.id == str(_number(form, row))


def _number(form: UUID, row: Row) -> UUID:
    return uuid5(form, "|".join(map(str, row.key)))


def _not_available(on: OnRound, row: Row, reason: Reason, form: UUID) -> Tapped:
    assert row.slot is not None, "only planned doses are missed"
    return Tapped(
        event=str(_number(form, row)),
        person=row.patient,
        order=row.slot.order.id,
        day=row.slot.day.isoformat(),
        part=str(row.slot.part),
        order_version=row.slot.order.version or "",
        kind=Kind.NOT_AVAILABLE,
        reason=reason,
        seen_at=on.asking.at.isoformat(),
    )
