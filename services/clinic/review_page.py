"""The medical lead's list of emergency access at their facilities: who, when, whose record, why, and what is to be said of it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Purpose
from services.access.decision.break_glass import Verdict
from services.access.emergency import EmergencyError, of_facilities, review
from services.access.pages.forms import Field
from services.clinic.actors import Reviewer
from services.clinic.asking import Asking
from services.clinic.emergency_page import id_of
from services.clinic.openings import NOBODY, VERDICT_CHOICES, Choice, OpeningLine, opening_line
from services.clinic.reading import identities, names_of, people, refuse
from services.shared.errors import BadRequest
from services.shared.pages import Pages

REVIEW = "/break-glass"


@dataclass(frozen=True)
class ReviewPage:
    """What waits for the reader's word, what waits for another's, and what was judged."""

    waiting: tuple[OpeningLine, ...]
    own: tuple[OpeningLine, ...]
    judged: tuple[OpeningLine, ...]
    verdicts: tuple[Choice, ...]


def review_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=REVIEW, include_in_schema=False)

    @router.get("")
    def queue(request: Request, asking: Reviewer) -> Response:
        return _queue(pages, asking)

    @router.post("/review")
    def say(request: Request, asking: Reviewer, opening: Field = "", verdict: Field = "") -> Response:
        _review(asking, opening, _verdict(verdict))
        return RedirectResponse(REVIEW, 303)

    return router


def _queue(pages: Pages, asking: Asking) -> Response:
    """Whoever reviews is told whose record it was: name, number, birth year, and nothing of what is in it."""
    with asking.snapshot() as (connection, cursor):
        openings = of_facilities(connection, asking.who.person)
        patients = {one.patient for one in openings}
        who = identities(cursor, patients)
        names = names_of(asking, cursor, asking.actor(connection), (one.facility for one in openings))
    lines = [
        opening_line(one, asking.at, asking.who.account.id, who.get(one.patient, NOBODY), names)
        for one in openings
    ]
    page = ReviewPage(
        tuple(one for one in lines if not one.judged and not one.own),
        tuple(one for one in lines if not one.judged and one.own),
        tuple(one for one in lines if one.judged),
        VERDICT_CHOICES,
    )
    if patients:
        at = asking.circumstances(Purpose.ADMINISTRATION.value)
        about = Subjects(people(patients))
        asking.log(kinds.read(at, "$emergency-access", "Patient", about, results=len(lines)))
    return pages.render(asking.request, "clinic/review.html", page)


def _review(asking: Asking, opening: str, verdict: Verdict) -> None:
    """Raises NotToReview, NothingOpen."""

    def reviewing(connection: Connection) -> None:
        made = review(connection, asking.who.person, id_of(opening), verdict, asking.at)
        at, about = asking.circumstances(Purpose.ADMINISTRATION.value), Subjects(people([made.patient]))
        asking.log_with(connection, kinds.write(at, "update", "emergency access", about))

    try:
        asking.database.run(reviewing)
    except EmergencyError:
        refuse(asking, "", "review")
        raise


def _verdict(typed: str) -> Verdict:
    try:
        return Verdict(typed)
    except ValueError:
        raise BadRequest from None
