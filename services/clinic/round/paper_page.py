"""Sheets of paper: printed for a day without a network, and entered afterwards, by the code of a row or by its number.

What stands on paper happened: whoever it was about may have left since, the order may have ended, and it is recorded.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response

from clinical.oat.happened import KIND_WORDS, REASON_WORDS, TAKEN, Kind, Reason
from clinical.oat.happened import OF_KIND as REASONS_OF
from clinical.oat.letters import Letter, letters
from clinical.oat.product import products
from clinical.oat.round.events import recorded_of
from clinical.oat.round.flags import Outcome
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.oat.round.session import sessions
from clinical.oat.round.sheets import Sheet, SheetRow, rows_of_sheet, sheets, with_code
from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.openings import NOBODY, Choice
from services.clinic.reading import people
from services.clinic.round.actors import Giver, OnRound, law_of
from services.clinic.round.as_json import flags_json, initials
from services.clinic.round.keeping import session_in
from services.clinic.round.list_page import MISTAKES
from services.clinic.round.online_form import Tapped, event_text
from services.clinic.round.persons import persons_shown
from services.clinic.round.poured_from import Asked as AskedFrom
from services.clinic.round.poured_from import asked_of, remembering
from services.clinic.round.recording import record
from services.clinic.round.sheet import printed
from services.clinic.round.staff import Colleague, colleagues
from services.clinic.round.typed import uuid_in
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

PAPER = "/round/paper"
MOST_SHEETS = 20
LONGEST_NUMBER = 10

NO_ROW = N_("No sheet printed here has this code, or this row. Check the number at the top of the sheet.")

KINDS = (
    Kind.GIVEN,
    Kind.PARTIAL,
    Kind.REFUSED,
    Kind.ABSENT,
    Kind.WITHHELD,
    Kind.NOT_AVAILABLE,
    Kind.SPILLED,
    Kind.MOUTH_CHECK_FAILED,
)


@dataclass(frozen=True)
class PaperRow:
    """A row of a sheet, and what is known of it now."""

    printed: SheetRow
    identity: Identity
    done: str
    """What is recorded of it already; waits for its translation."""

    @property
    def mg(self) -> str:
        """The planned dose."""
        return "" if self.printed.mg is None else format(self.printed.mg.normalize(), "f")

    @property
    def initials(self) -> str:
        """Of the name."""
        return initials(self.identity)


@dataclass(frozen=True)
class PaperPage:
    """Sheets to choose from; the rows of one; one row to be entered."""

    sheets: tuple[Sheet, ...]
    session_words: dict[str, str]
    number: int
    rows: tuple[PaperRow, ...]
    row: PaperRow | None
    event: str
    kinds: tuple[Choice, ...]
    taken_kinds: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    mistakes: tuple[Choice, ...]
    products: tuple[Choice, ...]
    staff: tuple[Colleague, ...]
    account: str
    day_now: date
    tomorrow: date
    sessions: tuple[Choice, ...]
    letters: tuple[Letter, ...]
    told: str
    flags: tuple[str, ...]
    wrong: str
    poured: AskedFrom
    """From what the row's dose may have come."""
    remembered: str
    """What was chosen on this sheet before: it goes from page to page, and is asked once."""


@dataclass(frozen=True)
class Asked:
    """What is asked for."""

    number: int = 0
    row: SheetRow | None = None
    told: str = ""
    flags: tuple[str, ...] = ()
    wrong: str = ""
    remembered: str = ""


def paper_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(include_in_schema=False)

    @router.post("/round/sheet")
    def sheet(on: Giver, session: Field = "", day: Field = "") -> Response:
        number, made = printed(on, session_in(on.asking, session), _day(on, day))
        headers = {
            "Content-Disposition": f'inline; filename="list-{number}.pdf"',
            "Cache-Control": "no-store",
        }
        return Response(made, media_type="application/pdf", headers=headers)

    @router.get(PAPER)
    def paper(request: Request, on: Giver) -> Response:
        return _answer(pages, request, on, Asked())

    @router.post(f"{PAPER}/sheet")
    def rows(request: Request, on: Giver, number: Field = "") -> Response:
        return _answer(pages, request, on, Asked(_number(number)))

    @router.post(f"{PAPER}/row")
    def row(
        request: Request, on: Giver, code: Field = "", number: Field = "", remembered: Field = ""
    ) -> Response:
        found = _with_code(on, code)
        wrong = "" if found else NO_ROW
        return _answer(pages, request, on, Asked(_number(number), found, wrong=wrong, remembered=remembered))

    @router.post(f"{PAPER}/record")
    def recorded(
        request: Request,
        on: Giver,
        tapped: Annotated[Tapped, Form()],
        code: Field = "",
        number: Field = "",
        at: Field = "",
        remembered: Field = "",
    ) -> Response:
        found = _with_code(on, code)
        if found is None:
            raise BadRequest(NO_ROW)
        kept = record(on, _event(on, found, tapped, at)).kept
        words = KIND_WORDS[Kind(kept.kind)] if kept.outcome is not Outcome.QUARANTINED else N_("Kept, to be looked at")  # fmt: skip
        flags = tuple(str(one["words"]) for one in flags_json(kept.flags))
        known = remembering(tapped.container, remembered)
        return _answer(pages, request, on, Asked(_number(number), None, words, flags, remembered=known))

    return router


def _event(on: OnRound, row: SheetRow, tapped: Tapped, at: str) -> str:
    """The event of a row as it was printed, at the time that is written on it."""
    witness = uuid_in(tapped.second) if tapped.second else None
    drawn = tapped.kind in {*TAKEN, Kind.SPILLED}
    printed_on_it = {
        "person": row.patient,
        "order": row.order or "",
        "day": row.day.isoformat(),
        "part": str(row.part or ""),
        "order_version": row.order_version or "",
        "occurred_at": f"{row.day.isoformat()}T{at}",
        "mg": tapped.mg if drawn else "",
        **(_poured(on, row, tapped.container) if drawn else {"container": ""}),
    }
    return event_text(on, tapped.model_copy(update=printed_on_it), witness)


def _poured(on: OnRound, row: SheetRow, code: str) -> dict[str, str]:
    """What it was poured from, of what was chosen: a container, or a cup with its container."""
    with on.asking.snapshot() as (connection, cursor):
        found = asked_of(connection, cursor, on.facility, row, "").named(code)
    return {"container": str(found.id), "cup": str(found.cup or "")} if found else {"container": code}


def _answer(pages: Pages, request: Request, on: OnRound, asked: Asked) -> Response:
    page = _page(on, asked)
    return pages.render(request, "clinic/round_paper.html", page, status=404 if asked.wrong else 200)


def _page(on: OnRound, asked: Asked) -> PaperPage:
    asking, law = on.asking, law_of(on.asking)
    with asking.snapshot() as (connection, cursor):
        known = sheets(cursor, on.facility, MOST_SHEETS)
        listed = rows_of_sheet(cursor, on.facility, asked.number) if asked.number else []
        wanted = [*listed, *([asked.row] if asked.row else [])]
        shown = persons_shown(asking, connection, cursor, {one.patient for one in wanted})
        done = recorded_of(cursor, [one.patient for one in wanted], wanted[0].day) if wanted else {}
        staff = colleagues(cursor, on.facility, asking.who.session.device, asking.at)
        poured = AskedFrom()
        if asked.row:
            poured = asked_of(connection, cursor, on.facility, asked.row, asked.remembered)
    about = Subjects(people(shown))
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, "$round-paper", "MedicationRequest", about, results=len(wanted)))

    def line(one: SheetRow) -> PaperRow:
        person = shown.get(one.patient)
        kind = done.get((one.patient, one.order, one.part)) if person else None
        return PaperRow(one, person.identity if person else NOBODY, KIND_WORDS[kind] if kind else "")

    return PaperPage(
        tuple(known),
        dict(SESSION_WORDS),
        asked.number,
        tuple(line(one) for one in listed),
        line(asked.row) if asked.row else None,
        str(uuid4()),
        tuple(Choice(one, KIND_WORDS[one]) for one in KINDS),
        tuple(Choice(one, KIND_WORDS[one]) for one in KINDS if one in TAKEN),
        tuple(Choice(one, REASON_WORDS[one]) for one in Reason if one in REASONS_OF[Kind.NOT_AVAILABLE]),
        tuple(Choice(one, words) for one, words in MISTAKES.items()),
        tuple(Choice(code, one.name) for code, one in products().items()),
        tuple(staff),
        str(asking.who.account.id),
        asking.day,
        asking.day + timedelta(days=1),
        tuple(Choice(one.name, SESSION_WORDS.get(one.name, one.name)) for one in sessions(law)),
        letters(),
        asked.told,
        asked.flags,
        asked.wrong,
        poured,
        asked.remembered,
    )


def _with_code(on: OnRound, code: str) -> SheetRow | None:
    with on.asking.snapshot() as (_, cursor):
        return with_code(cursor, on.facility, code)


def _number(said: str) -> int:
    """Of a sheet; 0: none is asked for."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST_NUMBER else 0


def _day(on: OnRound, said: str) -> date:
    """The day that is asked for, else tomorrow: the sheet is printed in the evening. Raises BadRequest."""
    if not said:
        return on.asking.day + timedelta(days=1)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadRequest from None
