"""A person's orders of opioid agonist treatment: the days to come, what is valid, what was, and who signed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.oat.checks.interaction import says
from clinical.oat.hold import holds_on
from clinical.oat.interaction import Hit, hits_of
from clinical.oat.order import OatOrder
from clinical.oat.orders.strip import standing, strip_of
from clinical.oat.shapes import OURS, code_in, id_in
from clinical.oat.take_home import Span
from clinical.oat.unverified import is_unverified
from clinical.people import Identity
from fhir_store.search import parse_query, search
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.find_page import PEOPLE
from services.clinic.orders.here import HOLD, Here, causes_shown, here_of
from services.clinic.orders.order_lines import (
    HoldLine,
    OrderLine,
    hold_lines,
    mg_text,
    named_in,
    order_lines,
    telephone_allowed,
)
from services.clinic.orders.sanctions import sanctions_of
from services.clinic.orders.words import ACTIONS
from services.clinic.permitted import may_make
from services.clinic.reading import log_shown, names_of, parsed
from services.clinic.round.staff import account_names
from services.clinic.sentences import said
from services.shared.languages import gettext
from services.shared.pages import Pages

ORDERS = f"{PEOPLE}/orders"
SHOWN = "200"
FORM = "QuestionnaireResponse"
"""Who may write these asks what is asked at reception, and calls about the last dose."""


@dataclass(frozen=True)
class DayCell:
    """One day of the picture."""

    day: date
    mg: str
    doses: int
    product: str
    changes: bool
    covered: bool
    gap: bool
    overlap: bool
    held: bool
    take_home: bool


@dataclass(frozen=True)
class WeighedLine:
    """What was signed in spite of what a check found. ``detail`` is kept in English."""

    order: str
    detail: str
    reason: str
    by: tuple[str, ...]
    at: str


@dataclass(frozen=True)
class WatchLine:
    """What to look for these days."""

    words: str
    last: date | None


@dataclass(frozen=True)
class SanctionLine:
    """A sanction that custody told of. ``own``: whether the reader wrote it down."""

    id: str
    start: date
    end: date | None
    own: bool


@dataclass(frozen=True)
class OrdersPage:
    """The orders of one person."""

    patient: str
    identity: Identity
    days: tuple[DayCell, ...]
    gaps: tuple[Span, ...]
    overlaps: tuple[Span, ...]
    current: tuple[OrderLine, ...]
    past: tuple[OrderLine, ...]
    unreadable: tuple[str, ...]
    """The elements by which orders cannot be read."""
    holds: tuple[HoldLine, ...]
    past_holds: tuple[HoldLine, ...]
    weighed: dict[str, tuple[WeighedLine, ...]]
    watch: tuple[WatchLine, ...]
    unverified: bool
    """Whether the last dose is only claimed."""
    may_call: bool
    """Whether the reader writes down what comes of a call about it."""
    pregnant: bool
    may_order: bool
    may_hold: bool
    may_hear: bool
    telephone_allowed: bool
    in_care: bool
    sanctions: tuple[SanctionLine, ...]
    may_note_sanction: bool
    new_sanction: str
    said: str = ""
    wrong: str = ""


def orders_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ORDERS, include_in_schema=False)

    @router.post("")
    def orders(request: Request, asking: Clinician, person: Field = "") -> Response:
        return orders_answer(pages, asking, person)

    return router


def orders_answer(pages: Pages, asking: Asking, id_: str, told: str = "", wrong: str = "") -> Response:
    """The orders of somebody, logged before anybody sees them. Raises NobodyHere, Forbidden."""
    with asking.snapshot() as (connection, cursor):
        here = here_of(asking, connection, id_)
        page = replace(_page(here, connection, cursor, told), wrong=wrong)
    log_shown(asking, here.patient, "$orders", len(page.current) + len(page.past))
    return pages.render(asking.request, "clinic/orders.html", page, status=422 if wrong else 200)


def _page(here: Here, connection: Connection, cursor: psycopg.Cursor[Any], told: str) -> OrdersPage:
    record, day = here.known.record, here.asking.day
    orders = sorted(record.orders, key=lambda one: (one.start, one.id), reverse=True)
    weighed = weighed_shown(here, cursor)
    who = named_in(orders, record.holds, here) | {who for one in weighed for who in one.by}
    names = account_names(cursor, who)
    where = names_of(
        here.asking, cursor, here.patient.actor, {one.facility for one in orders if one.facility}
    )
    sanctions = sanctions_of(here, cursor)
    lines = order_lines(here, orders, names, where, sanctions)
    strip = strip_of(record, day)
    gaps = {one.day for one in strip.days if one.order is None}
    now = set(holds_on(record.holds, day))
    me = str(here.asking.who.account.id)
    return OrdersPage(
        here.patient.id,
        here.patient.identity,
        tuple(
            DayCell(
                one.day, mg_text(one.mg), one.doses, one.product, one.changes, one.covered, one.day in gaps,
                one.overlap, one.held, one.take_home,
            )
            for one in strip.days
        ),
        strip.gaps,
        strip.overlaps,
        tuple(reversed([one for one in lines if one.live])),
        tuple(one for one in lines if not one.live),
        tuple(one.element for one in here.known.situation.unreadable),
        hold_lines(here, now, names, sanctions),
        hold_lines(here, set(record.holds) - now, names, sanctions),
        _by_order(weighed, names),
        tuple(watched(here, cursor, standing(record))),
        is_unverified(record, here.asking.at),
        may_make(here.patient.actor, here.patient.id, [here.facility] if here.facility else [], FORM),
        here.known.situation.pregnant,
        here.may_order,
        here.may_hold,
        here.may_hear,
        telephone_allowed(here),
        here.patient.in_care,
        tuple(SanctionLine(one.id, one.start, one.end, one.told_to == me) for one in sanctions),
        may_make(here.patient.actor, here.patient.id, [here.facility] if here.facility else [], HOLD),
        str(uuid4()),
        told,
    )  # fmt: skip


def weighed_shown(here: Here, cursor: psycopg.Cursor[Any]) -> list[WeighedLine]:
    """What was signed in spite of what a check found, as far as the reader may know it. ``by`` are ids of accounts."""
    found: list[WeighedLine] = []
    for record in here.patient.records:
        query = parse_query(
            "DetectedIssue",
            [("_count", SHOWN), ("_sort", "-_lastUpdated")],
            context=here.asking.context(here.patient.actor),
            patient=record,
        )
        issues = (parsed(one) for one in search(cursor, query).matches)
        found += [_weighed(one) for one in issues if code_in(one.get("code", {}), f"{OURS}oat-issue")]
    return found


def _weighed(issue: Mapping[str, Any]) -> WeighedLine:
    signed = issue.get("mitigation", ())
    implicated: Mapping[str, Any] = next(iter(issue.get("implicated", ())), {})
    return WeighedLine(
        id_in(implicated, "MedicationRequest") or "",
        str(issue.get("detail", "")),
        next((str(one["action"]["text"]) for one in signed if "text" in one.get("action", {})), ""),
        tuple(who for one in signed if (who := id_in(one.get("author", {}), "Practitioner"))),
        str(issue.get("identifiedDateTime", "")),
    )


def _by_order(weighed: Iterable[WeighedLine], names: Mapping[str, str]) -> dict[str, tuple[WeighedLine, ...]]:
    found: dict[str, tuple[WeighedLine, ...]] = {}
    for one in weighed:
        named = tuple(names[who] for who in one.by if who in names)
        line = WeighedLine(one.order, one.detail, one.reason, named, one.at)
        found[one.order] = (*found.get(one.order, ()), line)
    return found


def watched(here: Here, cursor: psycopg.Cursor[Any], orders: Iterable[OatOrder]) -> Iterable[WatchLine]:
    """What to look for: with its cause for whoever sees that in the record, else only what to do."""
    causes = causes_shown(here, cursor)
    agonists = {one.product.agonist for one in orders}
    lines = {
        _watch(here, hit, hit.medicine.reference in causes)
        for agonist in agonists
        for hit in hits_of(agonist, here.known.medicines, here.asking.day)
        if hit.last is None or hit.last >= here.asking.day
    }
    return sorted(lines, key=lambda one: (one.last or date.max, one.words))


def _watch(here: Here, hit: Hit, known: bool) -> WatchLine:
    if known:
        return WatchLine(said(says(hit, here.asking.day), here.asking.zone), None)
    return WatchLine(gettext(ACTIONS[hit.effect]), hit.last)
