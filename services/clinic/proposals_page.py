"""What custody's file proposes: each line is confirmed or refused by somebody who treats. Until then it changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.custody.commands import MOVEMENTS
from clinical.custody.encounters import TOLD_BY
from clinical.custody.errors import CustodyError
from clinical.custody.movement import Asks, Json, Told
from clinical.custody.movement_file import Flaw
from clinical.custody.proposal import UNREADABLE, State, proposed, said, settled
from clinical.custody.stay import CUSTODY, target
from clinical.people.same_person import records_of
from fhir_store.folding import folded
from fhir_store.read import Stored
from fhir_store.search import parse_query, search
from fhir_store.write import Saved, raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.access.roles.rule import Interaction
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you
from services.clinic.find_page import PEOPLE
from services.clinic.movement_words import FLAWS
from services.clinic.movement_words import MOVEMENTS as WORDS
from services.clinic.moving import move, standing
from services.clinic.proposals import (
    Proposal,
    Way,
    of_file,
    patient_of_task,
    proposals,
    reads_proposals,
    waiting_task,
)
from services.clinic.reading import identities_by_id, parsed, people
from services.clinic.rooms import room_called
from services.clinic.undoing import undo_ticket, undoable
from services.clinic.writing import changed, save_permitted
from services.shared.errors import BadRequest, Conflict
from services.shared.languages import N_
from services.shared.pages import Pages

ADDRESS = f"{PEOPLE}/movements"

CONFIRMED = N_("Confirmed and recorded.")
REFUSED = N_("Refused. Nothing was changed.")
RELEASED = N_("Released. Each line still waits for a word of its own.")
GONE = N_("Somebody has said already what becomes of this. Look at the list again.")
NOBODY = N_("Nobody has this number, or several people do. Find or register the person, or refuse the line.")
NOT_SHOWN = N_(
    "Whose number this is cannot be shown: the person is not in your care. Find the person by the number, record the arrival, and confirm the line then; or refuse it."
)

LINE_FLAWS = {
    Flaw.NO_NUMBER: N_("The line has no prison number."),
    Flaw.UNKNOWN_MOVEMENT: N_("The movement is none that is known."),
    Flaw.NO_TIME: N_("Day and time cannot be read."),
    Flaw.NO_ROOM: N_("The line names neither wing nor cell."),
    Flaw.TOO_LONG: N_("A part of the line is too long."),
    Flaw.OTHER_COLUMNS: N_("The line has other columns than the first one."),
}


@dataclass(frozen=True)
class ProposalLine:
    """A proposal with its words, which wait for their translation."""

    proposal: Proposal
    words: str
    why: str
    """What stands in the way; empty if nothing does."""


@dataclass(frozen=True)
class ProposalsPage:
    """Everything that waits, by what can be done with it."""

    held: tuple[tuple[str, tuple[ProposalLine, ...]], ...]
    """By file."""
    ready: tuple[ProposalLine, ...]
    ahead: tuple[ProposalLine, ...]
    unclear: tuple[ProposalLine, ...]
    said: str = ""
    wrong: str = ""
    undo: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.held or self.ready or self.ahead or self.unclear)


def proposals_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ADDRESS, include_in_schema=False)

    @router.get("")
    def waiting(request: Request, asking: Clinician) -> Response:
        return _page(pages, asking)

    @router.post("/confirm")
    def confirm(request: Request, asking: Clinician, task: Field = "", person: Field = "") -> Response:
        try:
            saved = asking.database.run(lambda connection: _confirm(asking, connection, task, person))
        except Unfit as unfit:
            return _page(pages, asking, wrong=unfit.words)
        except CustodyError as flaw:
            return _page(pages, asking, wrong=FLAWS[type(flaw)])
        undo = undo_ticket(asking, person, saved) if undoable(saved) else ""
        return _page(pages, asking, CONFIRMED, undo=undo)

    @router.post("/refuse")
    def refuse(request: Request, asking: Clinician, task: Field = "") -> Response:
        asking.database.run(lambda connection: _settle(asking, connection, task, State.REFUSED))
        return _page(pages, asking, REFUSED)

    @router.post("/release")
    def release(request: Request, asking: Clinician, file: Field = "") -> Response:
        asking.database.run(lambda connection: _release(asking, connection, file))
        return _page(pages, asking, RELEASED)

    return router


def _page(pages: Pages, asking: Asking, said: str = "", wrong: str = "", undo: str = "") -> Response:
    with asking.snapshot() as (connection, cursor):
        facilities = _facilities(asking, connection, Interaction.READ)
        lines = [_line(one) for one in proposals(asking, connection, cursor, facilities)]
    held: dict[str, list[ProposalLine]] = {}
    for one in lines:
        if one.proposal.way is Way.HELD:
            held.setdefault(one.proposal.file, []).append(one)
    page = ProposalsPage(
        tuple((file, tuple(found)) for file, found in held.items()),
        _of(lines, Way.READY),
        _of(lines, Way.AHEAD),
        _of(lines, Way.DONE, Way.CONFLICT, Way.UNKNOWN, Way.UNREADABLE, Way.NOT_SHOWN),
        said,
        wrong,
        undo,
    )
    shown = people({one.proposal.patient for one in lines if one.proposal.patient and one.proposal.identity})
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, "$movements", "Task", Subjects(shown), results=len(lines)))
    return pages.render(asking.request, "clinic/proposals.html", page, status=422 if wrong else 200)


def _facilities(asking: Asking, connection: Connection, interaction: Interaction) -> list[str]:
    """Raises Forbidden; that is logged."""
    found = reads_proposals(asking.actor(connection), interaction)
    if not found:
        raise not_to_you(asking, "")
    return found


def _of(lines: list[ProposalLine], *ways: Way) -> tuple[ProposalLine, ...]:
    return tuple(one for one in lines if one.proposal.way in ways)


def _line(one: Proposal) -> ProposalLine:
    words = WORDS.get(one.movement, N_("A line that cannot be read"))
    why = {
        Way.DONE: N_("The record says so already. Confirm it, so that custody and the record agree."),
        Way.UNKNOWN: NOBODY,
        Way.NOT_SHOWN: NOT_SHOWN,
        Way.UNREADABLE: LINE_FLAWS.get(one.flaw, "") if one.flaw else "",
        Way.CONFLICT: FLAWS[one.conflict] if one.conflict else "",
    }.get(one.way, "")
    return ProposalLine(one, words, why)


def _waiting(asking: Asking, connection: Connection, id_: str) -> tuple[Stored, Json, str]:
    """A proposal at a facility at which the reader may say what becomes of it. Raises Conflict, Forbidden."""
    stored = waiting_task(asking, raw_cursor(connection), id_)
    allowed = _facilities(asking, connection, Interaction.UPDATE)
    if stored is None:
        raise Conflict(GONE)
    task = parsed(stored)
    facility = target(task, "owner", "Organization")
    if facility not in allowed:
        raise not_to_you(asking, "")
    return stored, task, facility


def _settle(asking: Asking, connection: Connection, id_: str, state: State) -> None:
    """Raises Conflict, Forbidden."""
    stored, task, facility = _waiting(asking, connection, id_)
    save_permitted(asking, connection, _people(task), facility, [changed(stored, settled(task, state))])


def _people(task: Json) -> list[str]:
    patient = target(task, "for", "Patient")
    return [patient] if patient else []


def _confirm(asking: Asking, connection: Connection, id_: str, shown: str) -> list[Saved]:
    """Record the movement, at the time that custody says. Raises CustodyError, Unfit, Conflict, Forbidden.

    Args:
        asking: who confirms it, and when.
        connection: of the transaction.
        id_: of the Task.
        shown: the id of the Patient who was shown with it: a number may have become somebody else's meanwhile.
    """
    stored, task, facility = _waiting(asking, connection, id_)
    cursor, movement = raw_cursor(connection), MOVEMENTS.get(proposed(task) or UNREADABLE)
    person = patient_of_task(asking, cursor, task)
    if movement is None or task["status"] == "on-hold":
        raise BadRequest
    if person is None:
        raise Unfit(NOBODY)
    if person != shown or not identities_by_id(asking, cursor, asking.actor(connection), [person]):
        raise Unfit(NOT_SHOWN)
    saved = _said_already(asking, connection, person, facility, movement.code)
    if saved is None:
        told = _told(asking, connection, task, facility, asks_room=Asks.ROOM in movement.asks)
        saved = move(asking, connection, person, facility, movement, told)
    confirmed = changed(stored, settled(task, State.CONFIRMED))
    # Whoever takes the movement back has the line before them again.
    return [*saved, *save_permitted(asking, connection, [person], facility, [confirmed])]


def _told(asking: Asking, connection: Connection, task: Json, facility: str, *, asks_room: bool) -> Told:
    at = datetime.fromisoformat(task["executionPeriod"]["start"])
    room = (
        room_called(asking, connection, facility, said(task, "wing"), said(task, "cell")) if asks_room else ""
    )
    to = _facility_called(asking, connection, said(task, "to"))
    return Told(at, asking.at, room=room, destination=to, by_custody=True)


def _facility_called(asking: Asking, connection: Connection, name: str) -> str:
    """The id of the one Organization of that name; empty if there is none, or several."""
    if not folded(name):
        return ""
    context = asking.context(asking.actor(connection))
    query = parse_query("Organization", [("_count", "500")], context=context)
    found = [
        one.id
        for one in search(raw_cursor(connection), query).matches
        if folded(str(parsed(one).get("name", ""))) == folded(name)
    ]
    return found[0] if len(found) == 1 else ""


def _said_already(
    asking: Asking, connection: Connection, person: str, facility: str, movement: str
) -> list[Saved] | None:
    """Of an arrival that a nurse recorded before custody said so: that custody says so now. None if it is none."""
    found = standing(asking, raw_cursor(connection), person, facility)
    if movement != "reception" or found.before.stay is None:
        return None
    stay = found.before.stay
    others = [one for one in stay.get("extension", ()) if one.get("url") != TOLD_BY]
    now = {**stay, "extension": [*others, {"url": TOLD_BY, "valueCode": CUSTODY}]}
    records = sorted(records_of(raw_cursor(connection), person))
    return save_permitted(asking, connection, records, facility, found.writes([now]))


def _release(asking: Asking, connection: Connection, file: str) -> None:
    """Let the lines of a held file wait for a word of their own. Raises Conflict, Forbidden."""
    allowed = _facilities(asking, connection, Interaction.UPDATE)
    stored = of_file(asking, raw_cursor(connection), allowed, file)
    if not stored:
        raise Conflict(GONE)
    for one in stored:
        task = parsed(one)
        facility = target(task, "owner", "Organization") or ""
        save_permitted(
            asking, connection, _people(task), facility, [changed(one, settled(task, State.WAITING))]
        )
