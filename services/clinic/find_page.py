"""Where the work with people begins: finding one, and what the reader has open in an emergency."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response

from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Purpose
from services.access.emergency import Opening, own
from services.access.pages.forms import Field
from services.clinic.actors import Reader
from services.clinic.asking import Asking
from services.clinic.faces import faces_of
from services.clinic.finding import Finding, FoundPerson, find
from services.clinic.openings import NOBODY, REASON_CHOICES, Choice, OpeningLine, opening_line
from services.clinic.permitted import registers_at
from services.clinic.reading import NobodyHere, patient_for, people
from services.clinic.ticket import ticket_for
from services.shared.pages import Pages

PEOPLE = "/people"
TOO_MANY = 429


@dataclass(frozen=True)
class FindPage:
    """The form, and what was found if something was sought."""

    sought: bool
    card: bool
    """Whether the reader is one whom an emergency card is for."""
    found: tuple[FoundPerson, ...]
    faces: Mapping[str, str] = field(repr=False)
    """Photos of those who were found, by their ids."""
    more: bool
    tickets: tuple[str, ...]
    """Of people with the number outside the reader's care."""
    wait_s: int
    too_short: bool
    bad_code: bool
    year_alone: bool
    registers: bool
    """Whether the reader may register a person whom nobody here treats yet."""
    openings: tuple[OpeningLine, ...]
    reasons: tuple[Choice, ...]


def find_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.get("")
    def form(request: Request, asking: Reader) -> Response:
        return _page(pages, asking, None)

    @router.post("/find")
    def found(request: Request, asking: Reader, sought: Field = "") -> Response:
        return _page(pages, asking, find(asking, sought))

    return router


def _page(pages: Pages, asking: Asking, finding: Finding | None) -> Response:
    found = finding or Finding()
    page = FindPage(
        finding is not None,
        not asking.inspects,
        found.people,
        faces_of(asking, [one.patient for one in found.people]),
        found.more,
        tuple(ticket_for(asking, one) for one in found.outside),
        found.wait_s,
        found.too_short,
        found.bad_code,
        found.year_alone,
        bool(_registers(asking)),
        tuple(own_openings(asking)),
        REASON_CHOICES,
    )
    answer = pages.render(asking.request, "clinic/find.html", page, status=TOO_MANY if found.wait_s else 200)
    if found.wait_s:
        answer.headers["Retry-After"] = str(found.wait_s)
    return answer


def _registers(asking: Asking) -> list[str]:
    with asking.snapshot() as (connection, _):
        return registers_at(asking.actor(connection))


def own_openings(asking: Asking) -> list[OpeningLine]:
    """What the reader has open, by name, and what waits for their reason, by its time alone."""
    lines, named = [], []
    with asking.database.transaction() as connection:
        openings = own(connection, asking.who.account.id, asking.at)
    for one in openings:
        identity = NOBODY
        if one.is_open(asking.at):
            identity = _identity(asking, one)
            named.append(one.patient)
        lines.append(opening_line(one, asking.at, asking.who.account.id, identity, {}))
    if named:
        at = asking.circumstances(Purpose.EMERGENCY.value)
        asking.log(
            kinds.read(at, "$emergency-access", "Patient", Subjects(people(set(named))), results=len(named))
        )
    return lines


def _identity(asking: Asking, one: Opening) -> Identity:
    with asking.snapshot() as (connection, cursor):
        try:
            return patient_for(asking, connection, cursor, one.patient, whole=False).identity
        except NobodyHere:
            return NOBODY
