"""The round without the offline page: the list, the card of a row, what happened, and taking back a wrong tap.

Everything about a person is POST, so that no address holds anything of one, and no title says what the page is for.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from clinical.oat.happened import KIND_WORDS, REASON_WORDS, Finding, Kind, Reason
from clinical.oat.happened import OF_KIND as REASONS_OF
from clinical.oat.law import may_dose_alone, needs_pin
from clinical.oat.product import products
from clinical.oat.release import WHY_WORDS
from clinical.oat.round import look_event
from clinical.oat.round.dose_event import Mistake
from clinical.oat.round.flags import Outcome
from clinical.oat.round.recording import Recorded
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.oat.round.session import sessions
from clinical.oat.round.stock import Container
from clinical.oat.round.witness import WitnessPer, witness_per
from clinical.oat.round.witness_claims import claimed_on
from services.access.pages.forms import Field
from services.access.people.errors import Busy
from services.clinic.finding import FoundPerson, find
from services.clinic.openings import Choice
from services.clinic.round.actors import Giver, OnRound, Reader, law_of
from services.clinic.round.as_json import bottle_json, done_json, flags_json, rows_json
from services.clinic.round.code_read import READ, NotThisCode, with_code
from services.clinic.round.cup_lines import StandingLine, left_standing
from services.clinic.round.cup_tapped import NotThisCup, with_cup
from services.clinic.round.faces import photos
from services.clinic.round.keeping import (
    NotProved,
    close,
    not_counted_back,
    opened,
    prove_beside,
    session_in,
    sign_in_beside,
    take_over,
)
from services.clinic.round.online_form import Tapped, beside, event_text
from services.clinic.round.poured_from import PouredFrom, of_any_medicine, poured_from
from services.clinic.round.recording import record, recorded_before
from services.clinic.round.shown import RoundShown, card_shown, round_shown
from services.clinic.round.staff import Colleague, account_names
from services.clinic.round.typed import uuid_in
from services.shared.errors import Unprocessable
from services.shared.languages import N_
from services.shared.pages import Pages

ONLINE = "/round/online"

Json = dict[str, Any]

MISTAKES: dict[Mistake, str] = {
    Mistake.WRONG_PERSON: N_("The wrong person had it"),
    Mistake.WRONG_AMOUNT: N_("The wrong amount"),
    Mistake.WRONG_STRENGTH: N_("The wrong strength"),
    Mistake.WRONG_MEDICINE: N_("The wrong medicine"),
    Mistake.DOUBLE: N_("Given twice"),
}
FINDINGS: dict[Finding, str] = {
    Finding.SEDATED: N_("Sedated"),
    Finding.INTOXICATED: N_("Intoxicated"),
}
STOPPED_MEANWHILE = N_(
    "Nothing is recorded yet: something now stands against giving this. If it was taken all the same, record that."
)
SAY_WHAT_WAS_TAKEN = N_("Nothing is recorded yet: say which medicine was in fact taken.")
READ_HERE = Choice(READ, N_("Code of their card, or their number: read or typed below"))
KEPT_APART = N_("Kept, to be looked at")
TAPS_FIRST = N_("Nothing is recorded yet: whoever stands beside taps first, or tap that nobody does.")
SECOND_NOT_PROVED = N_("Nothing is recorded yet: the second person did not prove who they are.")


@dataclass(frozen=True)
class SessionLine:
    """A round of the day, to be chosen."""

    name: str
    words: str
    open: bool


@dataclass(frozen=True)
class WingLine:
    """The rows of a wing, and which tablet holds it."""

    name: str
    rows: tuple[Json, ...]
    held_by: str
    mine: bool


@dataclass(frozen=True)
class ClaimedLine:
    """Somebody whom only a tablet proved, and beside how many doses of the day."""

    name: str
    count: int


@dataclass(frozen=True)
class ListPage:
    """The list of a round."""

    sessions: tuple[SessionLine, ...]
    session: str
    to_come: tuple[WingLine, ...]
    done: tuple[WingLine, ...]
    counts: tuple[int, int]
    witnesses: tuple[str, ...]
    by_wing: tuple[str, ...]
    """The wings for which somebody signs in beside; none where it is once for the round."""
    claimed: tuple["ClaimedLine", ...]
    staff: tuple[Colleague, ...]
    closed: bool
    may_record: bool
    not_set: tuple[str, ...]
    proposed: int
    """How many numbers of the protocol nobody has approved."""
    told: "Told | None"
    bottles: tuple[Json, ...]
    """What is out, by its letter."""
    standing: tuple[StandingLine, ...]
    """The cups that nobody of this round had, once it is closed."""
    out: tuple[Container, ...]
    """What is not counted back of this round, or of one of the days before."""
    ask_again: bool
    """Whether it was to be closed with something out, and nobody said that it is so."""
    found: tuple[FoundPerson, ...] = ()
    sought: bool = False


@dataclass(frozen=True)
class Told:
    """What became of the last tap. ``undo`` is the number of the event that takes it back."""

    event: str
    undo: str
    person: str
    cell: str
    initials: str
    words: str
    mg: str
    flags: tuple[Json, ...]
    conflict: Json | None
    can_undo: bool
    beside: tuple[Colleague, ...]
    """Who stands beside, and agrees that it was a wrong tap."""


@dataclass(frozen=True)
class CardPage:
    """One row, opened."""

    row: Json
    event: str
    """The number of the event that the next tap makes: pressed twice it is one."""
    session: str
    beside: tuple[Colleague, ...]
    """Who signed in for it, and taps that they saw it."""
    asks_second: bool
    """Whether a second person proves this very dose."""
    may_be_alone: bool
    alone_is_lawful: bool
    staff: tuple[Colleague, ...]
    containers: tuple[PouredFrom, ...]
    all_containers: tuple[PouredFrom, ...]
    """Whatever is out, of any medicine."""
    identity: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    findings: tuple[Choice, ...]
    mistakes: tuple[Choice, ...]
    whys: tuple[Choice, ...]
    products: tuple[Choice, ...]
    seen_at: str
    may_record: bool
    may_order: bool
    wrong: str = ""
    typed: Tapped = field(default_factory=Tapped)


def list_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ONLINE, include_in_schema=False)

    @router.get("")
    def online(request: Request, on: Reader, session: Annotated[str, Query(max_length=40)] = "") -> Response:
        return _list(pages, request, on, session_in(on.asking, session))

    @router.post("/card")
    def card(
        request: Request,
        on: Reader,
        person: Field = "",
        order: Field = "",
        part: Field = "",
        session: Field = "",
    ) -> Response:
        tapped = Tapped(person=person, order=order, part=part)
        return card_answer(pages, request, on, tapped, session_in(on.asking, session))

    @router.post("/record")
    def recorded(
        request: Request, on: Giver, tapped: Annotated[Tapped, Form()], session: Field = ""
    ) -> Response:
        return _record(pages, request, on, tapped, session_in(on.asking, session))

    @router.post("/find")
    def found(request: Request, on: Giver, sought: Field = "", session: Field = "") -> Response:
        people = find(on.asking, sought).people
        return _list(pages, request, on, session_in(on.asking, session), found=people, sought=True)

    @router.post("/witness")
    def witness(
        request: Request,
        on: Giver,
        account: Field = "",
        pin: Field = "",
        wing: Field = "",
        session: Field = "",
    ) -> Response:
        named = session_in(on.asking, session)
        sign_in_beside(on, named, uuid_in(account), pin, wing)
        return _back(named)

    @router.post("/hold")
    def hold(on: Giver, wing: Field = "", agreed: Field = "", session: Field = "") -> Response:
        named = session_in(on.asking, session)
        take_over(on, named, wing, agreed=agreed == "yes")
        return _back(named)

    @router.post("/close")
    def closed(request: Request, on: Giver, session: Field = "", left_out: Field = "") -> Response:
        named = session_in(on.asking, session)
        if left_out != "yes" and not_counted_back(round_shown(on, named), named):
            return _list(pages, request, on, named, ask_again=True)
        close(on, named)
        return _back(named)

    return router


def _back(session: str) -> Response:
    return RedirectResponse(f"{ONLINE}?session={session}", 303)


def _list(
    pages: Pages,
    request: Request,
    on: OnRound,
    session: str,
    *,
    told: Told | None = None,
    found: tuple[FoundPerson, ...] = (),
    sought: bool = False,
    ask_again: bool = False,
) -> Response:
    if on.may_record:
        opened(on, session)
    shown = round_shown(on, session)
    device = on.asking.who.session.device
    rows = [row for row in rows_json(shown, device) if row["session"] == session or row["state"] != "done"]
    law = law_of(on.asking)
    page = ListPage(
        tuple(SessionLine(one.name, SESSION_WORDS.get(one.name, one.name), one.name == session) for one in sessions(law)),
        session,
        _wings(shown, [row for row in rows if row["state"] != "done"], on),
        _wings(shown, [row for row in rows if row["state"] == "done"], on),
        (sum(row["state"] != "done" for row in rows), sum(row["state"] == "done" for row in rows)),
        tuple(" · ".join(filter(None, (shown.accounts.get(str(one.account), ""), one.wing))) for one in shown.staff.witnesses),
        tuple(shown.wings) if witness_per(law) is WitnessPer.WING else (),
        _claimed(on),
        tuple(one for one in shown.staff.colleagues if one.account != on.asking.who.account.id),
        shown.round is not None and shown.round.closed_at is not None,
        on.may_record,
        (*may_dose_alone(law).not_set, *needs_pin(law).not_set),
        law.proposed,
        told,
        tuple(bottle_json(one) for one in shown.containers if not one.cups),
        left_standing(shown, session) if shown.round and shown.round.closed_at else (),
        not_counted_back(shown, session),
        ask_again,
        found,
        sought,
    )  # fmt: skip
    return pages.render(request, "clinic/round_list.html", page, status=409 if ask_again else 200)


def _claimed(on: OnRound) -> tuple[ClaimedLine, ...]:
    with on.asking.snapshot() as (_, cursor):
        found = claimed_on(cursor, on.facility, on.asking.day)
        names = account_names(cursor, found)
    return tuple(ClaimedLine(names.get(account, "–"), count) for account, count in found.items())


def _wings(shown: RoundShown, rows: list[Json], on: OnRound) -> tuple[WingLine, ...]:
    lines = []
    for wing in dict.fromkeys(row["wing"] for row in rows):
        part = shown.parts.get(wing)
        mine = part is None or part.device is None or part.device == on.asking.who.session.device
        held_by = "" if part is None else shown.accounts.get(str(part.account), "")
        lines.append(WingLine(wing, tuple(row for row in rows if row["wing"] == wing), held_by, mine))
    return tuple(lines)


def card_answer(
    pages: Pages, request: Request, on: OnRound, tapped: Tapped, session: str, *, wrong: str = ""
) -> Response:
    """The card of somebody in care: one planned dose, or none."""
    shown = card_shown(on, tapped.person, session)
    row = {**_row(shown, tapped, on), "photo": photos(on, [tapped.person]).get(tapped.person, "")}
    law, per = law_of(on.asking), witness_per(law_of(on.asking))
    asks = per is WitnessPer.DOSE or needs_pin(law).yes
    page = CardPage(
        row,
        tapped.event or str(uuid4()),
        session,
        _beside(on, shown, row["wing"]),
        asks,
        not may_dose_alone(law).yes,
        may_dose_alone(law).yes,
        tuple(one for one in shown.staff.colleagues if one.account != on.asking.who.account.id),
        poured_from(shown.containers, products().get(row["product"] or "")),
        of_any_medicine(shown.containers),
        tuple(_identity(row)),
        tuple(Choice(one, REASON_WORDS[one]) for one in Reason if one in REASONS_OF[Kind.NOT_AVAILABLE]),
        tuple(Choice(one, words) for one, words in FINDINGS.items()),
        tuple(Choice(one, words) for one, words in MISTAKES.items()),
        tuple(Choice(one, words) for one, words in WHY_WORDS.items()),
        tuple(Choice(code, one.name) for code, one in products().items()),
        on.asking.at.isoformat(),
        on.may_record,
        on.may_order,
        wrong,
        tapped,
    )
    return pages.render(request, "clinic/round_card.html", page, status=409 if wrong else 200)


def _row(shown: RoundShown, tapped: Tapped, on: OnRound) -> Json:
    rows = rows_json(shown, on.asking.who.session.device)
    named = (tapped.order, tapped.part)
    same = [row for row in rows if row["slot"] and (row["slot"]["order"], str(row["slot"]["part"])) == named]
    if same:
        return same[0]
    without = [row for row in rows if not row["slot"]]
    return (without or rows)[0]


def _identity(row: Json) -> list[Choice]:
    """Two of them. Who could be taken for another is told by more than a name."""
    photo = [Choice("photo number", N_("Photo and number"))] if row.get("photo") else []
    if row["two_people"]:
        return [
            *photo,
            READ_HERE,
            Choice(
                "name-birth", N_("Neither is at hand: I asked for name and birth date, and it is marked so")
            ),
        ]
    return [Choice("name-birth number", N_("Name with birth date, and number")), *photo]


def _record(pages: Pages, request: Request, on: OnRound, tapped: Tapped, session: str) -> Response:
    """Record what was tapped, unless something stands against it now and nobody said that it happened all the same."""
    shown = card_shown(on, tapped.person, session)
    row = _row(shown, tapped, on)
    if before := recorded_before(on, tapped.person, tapped.event):
        return _list(pages, request, on, session, told=_told(on, shown, row, tapped, before))
    if tapped.is_dose and row["stops"] and tapped.happened != "yes" and not tapped.of:
        return card_answer(pages, request, on, tapped, session, wrong=STOPPED_MEANWHILE)
    if tapped.mistake and tapped.is_dose and not tapped.product:
        return card_answer(pages, request, on, tapped, session, wrong=SAY_WHAT_WAS_TAKEN)
    try:
        tapped = with_cup(shown, row, with_code(row, tapped))
    except (NotThisCup, NotThisCode) as refused:
        return card_answer(pages, request, on, tapped, session, wrong=refused.words)
    known = _beside(on, shown, row["wing"])
    if known and tapped.asks_beside and not tapped.beside and not tapped.second:
        return card_answer(pages, request, on, tapped, session, wrong=TAPS_FIRST)
    second = next((one.account for one in known if str(one.account) == tapped.beside), None)
    if tapped.second:
        try:
            second = uuid_in(tapped.second)
            prove_beside(on, second, tapped.pin)
        except (NotProved, Unprocessable, Busy):
            return card_answer(pages, request, on, tapped, session, wrong=SECOND_NOT_PROVED)
    recorded = record(on, event_text(on, tapped, second))
    told = _told(on, shown, row, tapped, recorded)
    return _list(pages, request, on, session, told=told)


def _kind(kind: str) -> str:
    return KIND_WORDS[Kind(kind)] if kind in list(Kind) else look_event.WORDS.get(kind, KEPT_APART)


def _beside(on: OnRound, shown: RoundShown, wing: str) -> tuple[Colleague, ...]:
    """Who signed in beside for a wing; nobody where the law wants a PIN for each dose."""
    if needs_pin(law_of(on.asking)).yes:
        return ()
    names = {one.account: one for one in shown.staff.colleagues}
    return tuple(names[one.account] for one in beside(on, shown, wing) if one.account in names)


def _told(on: OnRound, shown: RoundShown, row: Json, tapped: Tapped, recorded: Recorded) -> Told:
    kept = recorded.kept
    return Told(
        str(kept.id),
        str(uuid4()),
        tapped.person,
        row["cell"],
        row["initials"],
        _kind(kept.kind),
        tapped.mg if tapped.is_dose else "",
        tuple(flags_json(kept.flags)),
        done_json(shown, recorded.other) if recorded.other else None,
        kept.outcome is not Outcome.QUARANTINED
        and kept.kind in list(Kind)
        and kept.kind != Kind.ENTERED_IN_ERROR
        and on.may_record,
        _beside(on, shown, row["wing"]),
    )
