"""Cups are poured before the round: who needs one, what would be left, signatures, and then a label for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.register.amount import NOTHING, mg_in
from clinical.register.errors import (
    CupStands,
    Expired,
    NotACup,
    NotEnough,
    RegisterError,
    SamePerson,
    SecondPersonNeeded,
)
from clinical.register.two_people import Act, Hands, takes_two
from fhir_store.write import raw_cursor
from services.access.people.errors import Busy
from services.access.people.grants import person_with
from services.clinic.round.actors import OnRound, Pourer, keeps_stock, law_of
from services.clinic.round.as_json import initials
from services.clinic.round.cup_labels import cup_labels
from services.clinic.round.cup_lines import StandingLine, measured, place, standing_line
from services.clinic.round.keeping import prove_beside
from services.clinic.round.pouring import Needed, Tray, pour_cups, tray
from services.clinic.round.staff import Colleague, colleagues
from services.clinic.round.typed import uuid_in
from services.shared.errors import ServiceError
from services.shared.formats import amount
from services.shared.languages import N_
from services.shared.pages import Pages

POUR = "/round/pour"

NOTHING_TICKED = N_("Nothing is poured yet: tick whose cup you pour.")
CHANGED = N_("Nothing is poured yet: the list has changed since you looked. Look at it again.")
SECOND = N_("Nothing is poured yet: the second person did not prove who they are.")
NO_KEEPER = N_("Nothing is poured yet: this colleague does not keep the register here. Ask another one.")
TOLD: Mapping[type[RegisterError], str] = {
    CupStands: N_("Nothing is poured: a cup stands for one of these doses already. Look at the list again."),
    Expired: N_(
        "Nothing is poured: the last day of this batch is over. Count it back, and issue another batch."
    ),
    NotACup: N_("Nothing is poured: this was counted back meanwhile."),
    NotEnough: N_(
        "Nothing is poured: by the book there is not so much in it. Tick fewer, or issue more in another container."
    ),
    SamePerson: N_("Nobody signs twice. Ask another colleague to sign with you."),
    SecondPersonNeeded: N_("Nothing is poured yet: two people sign this, or you say that you are alone."),
}


@dataclass(frozen=True)
class NeededLine:
    """A dose without a cup. ``id``: of the cup that the form pours for it; empty: it cannot be measured."""

    id: str
    cell: str
    initials: str
    mg: str
    amount: str
    at: str
    stopped: bool


@dataclass(frozen=True)
class PourPage:
    """What is out for cups, who needs one, and which stand. With ``chosen`` it is looked at before it is signed."""

    issue: UUID
    facility: str
    container: str
    session: str
    day: date
    left: str
    expired: bool
    form: str
    wings: tuple[str, ...]
    """Of those who need one, if there are several; with ``wing`` only those of it are shown."""
    wing: str
    needed: tuple[NeededLine, ...]
    standing: tuple[StandingLine, ...]
    chosen: tuple[NeededLine, ...] = ()
    total: str = ""
    left_after: str = ""
    too_much: bool = False
    two: bool = False
    staff: tuple[Colleague, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Ticked:
    """What a form of the page has sent."""

    form: UUID
    cups: tuple[str, ...]
    second: str
    pin: str
    alone: bool


class NotPoured(Exception):
    """Nothing is poured. ``words``: why; they wait for their translation."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


async def ticked_in(request: Request) -> Ticked:
    """The fields of the form. Raises BadRequest."""
    sent = await request.form()

    def one(name: str) -> str:
        value = sent.get(name, "")
        return value if isinstance(value, str) else ""

    cups = tuple(value for value in sent.getlist("cup") if isinstance(value, str))
    return Ticked(uuid_in(one("form")), cups, one("second"), one("pin"), one("alone") == "yes")


Sent = Annotated[Ticked, Depends(ticked_in)]


def pour_router(pages: Pages) -> APIRouter:
    """The addresses. They work without scripts."""
    router = APIRouter(prefix=POUR, include_in_schema=False)

    @router.get("/{issue}")
    def shown(
        request: Request, on: Pourer, issue: str, wing: Annotated[str, Query(max_length=100)] = ""
    ) -> Response:
        page = _page(tray(on, issue), uuid4(), wing=wing)
        return pages.render(request, "clinic/round_pour.html", page)

    @router.post("/{issue}")
    def look(request: Request, on: Pourer, issue: str, ticked: Sent) -> Response:
        return _look(pages, request, on, tray(on, issue), ticked)

    @router.post("/{issue}/sign")
    def sign(request: Request, on: Pourer, issue: str, ticked: Sent) -> Response:
        return _sign(pages, request, on, tray(on, issue), ticked)

    @router.get("/{issue}/labels")
    def labels(on: Pourer, issue: str) -> Response:
        found = tray(on, issue)
        name = {"Content-Disposition": 'inline; filename="labels.pdf"'}
        return Response(cup_labels(on, found), media_type="application/pdf", headers=name)

    return router


def _look(
    pages: Pages, request: Request, on: OnRound, found: Tray, ticked: Ticked, wrong: str = ""
) -> Response:
    try:
        chosen = _chosen(found, ticked)
    except NotPoured as refused:
        page = _page(found, ticked.form, wrong=wrong or refused.words)
        return pages.render(request, "clinic/round_pour.html", page, status=409)
    page = _page(found, ticked.form, chosen, on, wrong)
    return pages.render(request, "clinic/round_pour.html", page, status=409 if wrong else 200)


def _sign(pages: Pages, request: Request, on: OnRound, found: Tray, ticked: Ticked) -> Response:
    back = RedirectResponse(f"{POUR}/{found.issue.id}?facility={on.facility}", 303)
    if ticked.cups and set(ticked.cups) <= {str(one.cup.id) for one in found.standing}:
        return back  # pressed twice
    try:
        _chosen(found, ticked)
        pour_cups(on, found, ticked.form, ticked.cups, _hands(on, ticked))
    except NotPoured as refused:
        return _look(pages, request, on, found, ticked, refused.words)
    except RegisterError as flaw:
        return _look(pages, request, on, found, ticked, TOLD.get(type(flaw), CHANGED))
    return back


def _chosen(found: Tray, ticked: Ticked) -> list[Needed]:
    """What was ticked, as the list has it now. Raises NotPoured."""
    if not ticked.cups:
        raise NotPoured(NOTHING_TICKED)
    by_id = {str(one.id_in(ticked.form)): one for one in found.needed if one.poured}
    if not set(ticked.cups) <= set(by_id):
        raise NotPoured(CHANGED)
    return [one for id_, one in by_id.items() if id_ in ticked.cups]


def _hands(on: OnRound, ticked: Ticked) -> Hands:
    """Who signs. Raises NotPoured."""
    first = on.asking.who.account.id
    if not ticked.second:
        return Hands(first, alone=ticked.alone)
    try:
        second = uuid_in(ticked.second)
        prove_beside(on, second, ticked.pin)
    except (ServiceError, Busy):
        raise NotPoured(SECOND) from None
    with on.asking.database.transaction() as connection:
        person = person_with(connection, second, on.asking.at)
    if not keeps_stock(person, on.facility, on.asking.at):
        raise NotPoured(NO_KEEPER)
    return Hands(first, second)


def _page(
    found: Tray,
    form: UUID,
    chosen: Iterable[Needed] = (),
    on: OnRound | None = None,
    wrong: str = "",
    wing: str = "",
) -> PourPage:
    issue, chosen = found.issue, tuple(chosen)
    wings = tuple(dict.fromkeys(one.row.presence.wing for one in found.needed))
    total = sum((one.poured.amount for one in chosen if one.poured), NOTHING)
    return PourPage(
        issue.id,
        issue.facility,
        issue.container,
        SESSION_WORDS.get(issue.session, issue.session),
        issue.round_on,
        said(found, found.left),
        found.expired,
        str(form),
        wings if len(wings) > 1 else (),
        wing,
        tuple(_needed(found, form, one) for one in found.needed if wing in ("", one.row.presence.wing)),
        tuple(standing_line(found.shown, one) for one in found.standing),
        tuple(_needed(found, form, one) for one in chosen),
        said(found, total),
        said(found, found.left - total),
        total > found.left,
        on is not None and takes_two(Act.POUR, law_of(on.asking)),
        _beside(on) if on else (),
        wrong,
    )


def _beside(on: OnRound) -> tuple[Colleague, ...]:
    own = on.asking.who.account.id
    with on.asking.snapshot() as (connection, _):
        known = colleagues(raw_cursor(connection), on.facility, on.asking.who.session.device, on.asking.at)
    return tuple(one for one in known if one.account != own)


def _needed(found: Tray, form: UUID, one: Needed) -> NeededLine:
    slot = one.row.slot
    assert slot is not None, "a row that needs a cup has a dose"
    id_ = one.id_in(form)
    return NeededLine(
        str(id_ or ""),
        place(one.row),
        initials(found.shown.persons[one.row.patient].identity),
        amount(slot.mg),
        measured(one.poured.amount, found.product.unit) if one.poured else "",
        f"{slot.at:%H:%M}" if slot.at else "",
        one.stopped,
    )


def said(found: Tray, much: Decimal) -> str:
    """An amount of what is out, such as "58.5 mL, 585 mg"."""
    return f"{measured(much, found.product.unit)}, {amount(mg_in(much, found.product))} mg"
