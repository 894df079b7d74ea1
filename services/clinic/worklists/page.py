"""The worklists: all of them with how many wait on each, and each with its people, the most urgent first.

Whom a list names is logged before anybody sees it. A name is sought within a list by POST, so that no address holds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.oat.round.presence import presences
from clinical.people import Identity
from clinical.people.same_person import records_of_all
from clinical.worklists.worklist import WHOM_WORDS, Line, Whom, Worklist, worklists
from fhir_store.folding import folded
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.reading import people
from services.clinic.round.persons import persons_shown
from services.clinic.sentences import said
from services.clinic.worklists.at_facility import (
    AtFacility,
    at_facility,
    facilities_to_choose,
    offered,
    require_offered,
    visible,
    ward_of,
)
from services.shared.errors import NotFound
from services.shared.pages import Pages

WORKLISTS = "/worklists"
SHOWN = 200
LONGEST_SOUGHT = 100


@dataclass(frozen=True)
class ListCount:
    """A list, and how many wait on it. Words wait for their translation."""

    title: str
    to_do: str
    count: int
    address: str


@dataclass(frozen=True)
class ListsPage:
    """All lists, by whom they are for."""

    groups: tuple[tuple[str, tuple[ListCount, ...]], ...]
    waiting: int
    facility: str
    choice: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PersonLine:
    """Somebody on a list."""

    patient: str
    identity: Identity = field(repr=False)
    room: tuple[str, str]
    says: tuple[str, ...]
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True)
class ListPage:
    """One list."""

    code: str
    title: str
    to_do: str
    lines: tuple[PersonLine, ...]
    total: int
    """Without what is sought."""
    sought: str = field(repr=False)
    more: bool
    """Whether there are more than are shown."""
    facility: str


def worklists_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=WORKLISTS, include_in_schema=False)

    @router.get("")
    def every(request: Request, asking: Clinician, facility: str = "") -> Response:
        return _every(pages, at_facility(asking, facility))

    @router.get("/{code}")
    def one(request: Request, asking: Clinician, code: str, facility: str = "") -> Response:
        return _one(pages, at_facility(asking, facility), _called(code), "")

    @router.post("/{code}")
    def sought(
        request: Request, asking: Clinician, code: str, facility: Field = "", sought: Field = ""
    ) -> Response:
        return _one(pages, at_facility(asking, facility), _called(code), sought[:LONGEST_SOUGHT])

    return router


def _called(code: str) -> Worklist:
    found = worklists().get(code)
    if found is None:
        raise NotFound
    return found


def counts(
    on: AtFacility,
    connection: Connection,
    cursor: psycopg.Cursor[Any],
    asked: Sequence[Worklist],
) -> Mapping[str, int]:
    """How many lines each of some lists has for somebody, by its code."""
    ward = ward_of(on, cursor)
    found = {one.code: list(one.find(ward)) for one in asked}
    return {code: len(lines) for code, lines in visible(on, connection, cursor, found, worklists()).items()}


def address_of(worklist: Worklist, facility: str) -> str:
    """Where a list is looked at."""
    own = f"{WORKLISTS}/{worklist.code}?facility=%s"
    return (worklist.page or own).replace("%s", facility)


def _every(pages: Pages, on: AtFacility) -> Response:
    with on.asking.snapshot() as (connection, cursor):
        actor = on.asking.actor(connection)
        asked = offered(actor, on.facility, worklists().values())
        found = counts(on, connection, cursor, asked)
        choice = facilities_to_choose(on.asking, cursor, actor)
    on.asking.log(kinds.view(on.asking.circumstances(on.asking.purpose.value), "worklists"))
    page = ListsPage(tuple(_groups(asked, found, on.facility)), sum(found.values()), on.facility, choice)
    return pages.render(on.asking.request, "clinic/worklists.html", page)


def _groups(
    asked: Iterable[Worklist], found: Mapping[str, int], facility: str
) -> Iterable[tuple[str, tuple[ListCount, ...]]]:
    by_whom: dict[Whom, list[ListCount]] = {whom: [] for whom in Whom}
    for one in asked:
        count = ListCount(one.title, one.to_do, found[one.code], address_of(one, facility))
        by_whom[one.whom].append(count)
    for whom, lines in by_whom.items():
        if lines:
            yield WHOM_WORDS[whom], tuple(lines)


def _one(pages: Pages, on: AtFacility, worklist: Worklist, sought: str) -> Response:
    with on.asking.snapshot() as (connection, cursor):
        require_offered(on.asking.actor(connection), on.facility, worklist)
        if worklist.page:
            return RedirectResponse(address_of(worklist, on.facility), 303)
        found = {worklist.code: worklist.find(ward_of(on, cursor))}
        lines = visible(on, connection, cursor, found, worklists())[worklist.code]
        shown = _named(on, connection, lines)
    fitting = [one for one in shown if _fits(one, sought)]
    _log(on.asking, worklist, fitting[:SHOWN])
    page = ListPage(
        worklist.code,
        worklist.title,
        worklist.to_do,
        tuple(fitting[:SHOWN]),
        len(shown),
        sought.strip(),
        len(fitting) > SHOWN,
        on.facility,
    )
    return pages.render(on.asking.request, "clinic/worklist.html", page)


def _named(on: AtFacility, connection: Connection, lines: Sequence[Line]) -> list[PersonLine]:
    """The lines with who and where, of those whom the reader may know."""
    cursor = raw_cursor(connection)
    ids = {one.patient for one in lines if one.patient}
    known = persons_shown(on.asking, connection, cursor, ids)
    where = presences(cursor, records_of_all(cursor, ids), on.facility, on.asking.at)
    return [
        PersonLine(
            one.patient,
            known[one.patient].identity,
            (where[one.patient].wing, where[one.patient].cell),
            tuple(said(sentence, on.asking.zone) for sentence in one.says),
            one.due_at,
            one.due_at is not None and one.due_at < on.asking.at,
        )
        for one in lines
        if one.patient in known
    ]


def _fits(line: PersonLine, sought: str) -> bool:
    """Whether every word that is sought begins a word of the name, the number or the cell, in any script."""
    words = folded(" ".join((line.identity.name, line.identity.number, *line.room))).split()
    return all(any(one.startswith(word) for one in words) for word in folded(sought).split())


def _log(asking: Asking, worklist: Worklist, lines: Sequence[PersonLine]) -> None:
    about = Subjects(people({one.patient for one in lines}))
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, "$worklist", worklist.about.type, about, results=len(lines)))
