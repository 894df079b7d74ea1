"""After a lockdown: everybody who missed doses for the institution's reason on one screen. A prescriber decides person by
person, sees all decisions with what the checks found, and signs once."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection

from clinical.oat.hold import HoldReason
from clinical.oat.issue import Issue
from clinical.oat.missed_table import meaning_of, suggested_mg
from clinical.oat.orders.after_break import WORDS, Decision
from clinical.oat.orders.proposing import weighed_as
from clinical.oat.round.row import Row, State
from clinical.oat.stops.missed import CODE as MISSED
from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.clinic.consent_form import Unfit
from services.clinic.openings import Choice, choices
from services.clinic.orders.after_decisions import (
    Decided,
    decided_in,
    issues_of,
    new_order,
    writes_for,
)
from services.clinic.orders.here import Here, causes_shown, deciding, here_of, write
from services.clinic.orders.issue_lines import IssueLine, issue_lines
from services.clinic.orders.order_lines import StepLine, step_lines
from services.clinic.orders.prescribers import prescribers
from services.clinic.orders.second import second_signature
from services.clinic.orders.signing import ChangedMeanwhile, WeighAgain, is_signed, reason_in
from services.clinic.orders.words import CHANGED_MEANWHILE, WEIGH_AGAIN
from services.clinic.reading import NobodyHere, people
from services.clinic.round.actors import OnRound, Prescriber, law_of
from services.clinic.round.keeping import session_in
from services.clinic.round.shown import RoundShown, round_shown
from services.clinic.round.staff import Colleague
from services.clinic.round.typed import uuid_in
from services.clinic.sentences import amount
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_
from services.shared.pages import Pages

AFTER = "/orders/after"
NOBODY_CHOSEN = N_("Decide for at least one person.")
ALL_SIGNED = N_("Signed: all of these decisions.")
MOST_FIELDS = 5_000


@dataclass(frozen=True)
class MissedLine:
    """Somebody who missed doses for the institution's reason."""

    person: str
    identity: Identity
    cell: str
    product: str
    mg: str
    missed: int
    by_institution: int
    last_at: str
    suggested_mg: str
    pregnant: bool
    stopped: bool
    decided: bool
    """Whether somebody has decided today."""
    seen: str
    token: str
    chosen: str
    typed: Mapping[str, str]


@dataclass(frozen=True)
class AfterPage:
    """All of them."""

    lines: tuple[MissedLine, ...]
    decisions: tuple[Choice, ...]
    said: str
    wrong: str


@dataclass(frozen=True)
class DecisionLine:
    """One decision, before it is signed. ``words`` wait for their translation."""

    identity: Identity
    words: str
    mg: str
    steps: tuple[StepLine, ...]
    issues: tuple[IssueLine, ...]
    wrong: str


@dataclass(frozen=True)
class AfterReview:
    """All decisions."""

    lines: tuple[DecisionLine, ...]
    typed: Mapping[str, str]
    weighed: str
    needs_reason: bool
    needs_second: bool
    seconds: tuple[Colleague, ...]
    on_tablet: bool
    reason: str
    fits: bool
    """Whether every decision makes what can be signed."""
    wrong: str


async def typed_form(request: Request) -> dict[str, str]:
    """The fields of a form whose names have people in them."""
    form = await request.form(max_fields=MOST_FIELDS, max_files=0)
    return {name: value for name, value in form.items() if isinstance(value, str)}


TypedForm = Annotated[dict[str, str], Depends(typed_form)]


def after_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=AFTER, include_in_schema=False)

    @router.get("")
    def everybody(request: Request, on: Prescriber) -> Response:
        return _list(pages, on, {}, "", "")

    @router.post("/back")
    def back(request: Request, on: Prescriber, typed: TypedForm) -> Response:
        return _list(pages, on, typed, "", "")

    @router.post("/review")
    def review(request: Request, on: Prescriber, typed: TypedForm) -> Response:
        if not decided_in(typed):
            return _list(pages, on, typed, "", NOBODY_CHOSEN)
        return _review(pages, on, typed, "", 422)

    @router.post("/sign")
    def sign(request: Request, on: Prescriber, typed: TypedForm) -> Response:
        try:
            second = _second(on, typed)
            on.asking.database.run(lambda connection: _sign(on, connection, typed, second))
        except ChangedMeanwhile:
            return _review(pages, on, typed, CHANGED_MEANWHILE, 409)
        except WeighAgain:
            return _review(pages, on, typed, WEIGH_AGAIN, 409)
        except Unfit as unfit:
            return _review(pages, on, typed, unfit.words, 422)
        return _list(pages, on, {}, ALL_SIGNED, "")

    return router


# --- the list


def _list(pages: Pages, on: OnRound, typed: Mapping[str, str], said: str, wrong: str) -> Response:
    shown = round_shown(on, session_in(on.asking, ""))
    rows = {row.patient: row for row in shown.rows if _missed(row)}
    with on.asking.snapshot() as (connection, _):
        found = {id_: _known(on, connection, id_) for id_ in rows}
    lines = tuple(_line(on, shown, rows[id_], here, typed) for id_, here in found.items() if here is not None)
    page = AfterPage(lines, choices(WORDS), said, wrong)
    return pages.render(on.asking.request, "clinic/orders_after.html", page, status=422 if wrong else 200)


def _missed(row: Row) -> bool:
    return row.state is not State.DONE and row.missed_by_institution > 0


def _known(on: OnRound, connection: Connection, id_: str) -> Here | None:
    """None: the reader may not decide for them."""
    try:
        here = here_of(on.asking, connection, id_)
    except (NobodyHere, Forbidden):
        return None
    return here if here.may_order else None


def _line(on: OnRound, shown: RoundShown, row: Row, here: Here, typed: Mapping[str, str]) -> MissedLine:
    suggested = _suggested(on, row)
    return MissedLine(
        row.patient,
        shown.persons[row.patient].identity,
        row.presence.cell,
        row.slot.order.product.name if row.slot else "",
        amount(row.slot.order.mg_on(row.day)) if row.slot else "",
        row.missed,
        row.missed_by_institution,
        row.last.occurred_at.isoformat() if row.last else "",
        "" if suggested is None else amount(suggested),
        row.pregnant,
        bool(row.stops),
        _is_decided(here),
        here.known.seen,
        str(uuid4()),
        typed.get(f"decision.{row.patient}", ""),
        {one: typed.get(f"{one}.{row.patient}", "") for one in Decision},
    )


def _is_decided(here: Here) -> bool:
    day = here.asking.day
    released = any(one.stop == MISSED and one.day == day for one in here.known.situation.releases)
    return released or any(
        one.reason is HoldReason.MISSED_DOSES and one.start == day for one in here.known.record.holds
    )


def _suggested(on: OnRound, row: Row) -> Decimal | None:
    if row.slot is None:
        return None
    order = row.slot.order
    meaning = meaning_of(row.missed, order.product, law_of(on.asking), in_induction=row.is_in_induction)
    return suggested_mg(order.mg_on(row.day), meaning)


# --- the review


def _review(pages: Pages, on: OnRound, typed: Mapping[str, str], wrong: str, status: int) -> Response:
    with on.asking.snapshot() as (connection, cursor):
        heres = {one.person: _allowed(on, connection, one.person) for one in decided_in(typed)}
        lines = tuple(
            _decision_line(heres[one.person], one, causes_shown(heres[one.person], cursor))
            for one in decided_in(typed)
        )
        seconds = prescribers(on.asking, cursor, on.facility)
    about = Subjects(people(here.patient.id for here in heres.values()))
    at = on.asking.circumstances(on.asking.purpose.value)
    on.asking.log(kinds.read(at, "$orders", "MedicationRequest", about, results=len(heres)))
    shown = {**typed, **{f"seen.{id_}": here.known.seen for id_, here in heres.items()}}
    issues = [issue for line in lines for issue in line.issues]
    page = AfterReview(
        lines,
        {name: value for name, value in shown.items() if name.partition(".")[2]},
        _weighed(heres, typed),
        any(one.needs_reason for one in issues),
        any(one.needs_second for one in issues),
        tuple(one for one in seconds if one.account != on.asking.who.account.id),
        on.asking.who.session.device is not None,
        typed.get("reason", ""),
        not any(line.wrong for line in lines),
        wrong,
    )
    return pages.render(
        on.asking.request, "clinic/orders_after_review.html", page, status=status if wrong else 200
    )


def _allowed(on: OnRound, connection: Connection, id_: str) -> Here:
    here = here_of(on.asking, connection, id_)
    if not here.may_order:
        raise Forbidden
    return here


def _decision_line(here: Here, decided: Decided, causes: frozenset[str]) -> DecisionLine:
    try:
        order = new_order(here, decided)
    except Unfit as unfit:
        return DecisionLine(here.patient.identity, WORDS[decided.decision], decided.mg, (), (), unfit.words)
    return DecisionLine(
        here.patient.identity,
        WORDS[decided.decision],
        decided.mg if order else "",
        step_lines(order) if order else (),
        issue_lines(here, issues_of(here, decided), causes),
        "",
    )


def _weighed(heres: Mapping[str, Here], typed: Mapping[str, str]) -> str:
    """What the page shows of what was found, of all together."""
    found: list[Issue] = []
    for one in decided_in(typed):
        try:
            found += issues_of(heres[one.person], one)
        except Unfit:
            continue
    return weighed_as(tuple(found))


# --- the signature


def _second(on: OnRound, typed: Mapping[str, str]) -> str | None:
    """Whoever signs beside, proved; None where nothing asks for it. Raises Unfit."""
    with on.asking.snapshot() as (connection, _):
        heres = [(_allowed(on, connection, one.person), one) for one in decided_in(typed)]
        open_ = [(here, one) for here, one in heres if not _is_done(here, connection, one)]
    if any(here.known.seen != one.seen for here, one in open_):
        raise ChangedMeanwhile
    asks = [(here, issue) for here, one in open_ for issue in issues_of(here, one) if issue.needs_second]
    return second_signature(asks[0][0], typed.get("second", ""), typed.get("pin", "")) if asks else None


def _is_done(here: Here, connection: Connection, decided: Decided) -> bool:
    """Whether it is there: the button was pressed twice."""
    token = str(uuid_in(decided.token))
    if decided.decision is Decision.HOLD:
        return any(one.id == token for one in here.known.record.holds)
    if decided.decision is Decision.CONTINUE:
        return here.known.seen == decided.seen and _is_released(here)
    return is_signed(here, connection, token)


def _is_released(here: Here) -> bool:
    me = str(here.asking.who.account.id)
    return any(
        one.stop == MISSED and one.day == here.asking.day and one.who == me
        for one in here.known.situation.releases
    )


def _sign(on: OnRound, connection: Connection, typed: Mapping[str, str], second: str | None) -> None:
    """All or nothing. Raises ChangedMeanwhile, WeighAgain, Unfit, BadRequest, Forbidden."""
    decisions = sorted(decided_in(typed), key=lambda one: one.person)
    if not decisions:
        raise BadRequest
    reason = reason_in(typed.get("reason", ""))
    heres = {one.person: deciding(on.asking, connection, one.person) for one in decisions}
    open_ = [one for one in decisions if not _is_done(heres[one.person], connection, one)]
    if not open_:
        return
    if any(not heres[one.person].may_order for one in open_):
        raise Forbidden
    if any(heres[one.person].known.seen != one.seen for one in open_):
        raise ChangedMeanwhile
    if _weighed(heres, typed) != typed.get("weighed", ""):
        raise WeighAgain
    for one in open_:
        write(heres[one.person], connection, list(writes_for(heres[one.person], one, reason, second)))
