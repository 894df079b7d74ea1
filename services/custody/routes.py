"""The addresses: the movement list, fit for transfer by prison number, and the medical lead's report on the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from fhir_store.store import Store
from fhir_store.walls import Wall
from services.access.pages.desk import Desk
from services.access.pages.said import UNUSABLE
from services.access.pages.signed_in import desk_of
from services.access.roles.types import INFERENCE, MOVEMENTS
from services.custody.inference_report import THRESHOLDS, InferenceReport
from services.custody.logged import log_look
from services.custody.movement_list import Day
from services.custody.place import Place, read_place
from services.custody.read_inference import read_inference
from services.custody.read_list import read_list
from services.custody.read_person import Found, is_number, look_up
from services.custody.reader import Reader, address, reader_of
from services.shared.database import Database
from services.shared.pages import Pages

LIST, PERSON, REPORT = "/custody", "/custody/person", "/custody/inference"

MovementReader = Annotated[Reader, Depends(reader_of(MOVEMENTS))]
InferenceReader = Annotated[Reader, Depends(reader_of(INFERENCE))]
By = Literal["time", "room"]


@dataclass(frozen=True)
class ListPage:
    """The movement list."""

    place: Place
    days: tuple[Day, ...]
    by: By
    as_of: datetime
    links: dict[str, str]


@dataclass(frozen=True)
class PersonPage:
    """Whether somebody is fit for transfer. ``found`` is None where nobody was asked for."""

    place: Place
    found: tuple[Found, ...] | None
    unusable: bool
    links: dict[str, str]


@dataclass(frozen=True)
class InferencePage:
    """The report."""

    place: Place
    report: InferenceReport
    thresholds: dict[str, Any]
    links: dict[str, str]


def custody_router(pages: Pages) -> APIRouter:
    """The routes of the pages. All of them work without scripts."""
    router = APIRouter(include_in_schema=False)

    @router.get(LIST)
    def movements(request: Request, reader: MovementReader, by: By = "time") -> HTMLResponse:
        desk, store = desk_of(request), _store(request)
        at = desk.now()
        found = read_list(behind_the_wall(desk), reader, at, store)
        log_look(request, reader, "Appointment", [("date", f"ge{found.days[0].on}")], found.patients)
        page = ListPage(found.place, found.days, by, at, _links(reader))
        return pages.render(request, "custody/list.html", page)

    @router.get(PERSON)
    def ask(request: Request, reader: MovementReader) -> HTMLResponse:
        return pages.render(request, "custody/person.html", _nobody_yet(request, reader, unusable=False))

    @router.post(PERSON)
    def person(request: Request, reader: MovementReader, number: Annotated[str, Form()] = "") -> HTMLResponse:
        typed = number.strip()
        if not is_number(typed):
            page = _nobody_yet(request, reader, unusable=True)
            return pages.render(request, "custody/person.html", page, status=UNUSABLE)
        desk = desk_of(request)
        found = look_up(behind_the_wall(desk), reader, typed, desk.now(), _store(request))
        log_look(request, reader, "Patient", [("identifier", typed)], found.patients)
        page = PersonPage(found.place, found.found, unusable=False, links=_links(reader))
        return pages.render(request, "custody/person.html", page)

    @router.get(REPORT)
    def inference(request: Request, reader: InferenceReader) -> HTMLResponse:
        desk = desk_of(request)
        found = read_inference(desk.database, reader, desk.now(), _store(request))
        log_look(request, reader, "Appointment", [("_report", "inference")], found.patients)
        page = InferencePage(found.place, found.report, THRESHOLDS, _links(reader))
        return pages.render(request, "custody/inference.html", page)

    return router


def behind_the_wall(desk: Desk) -> Database:
    """The database as custody may see it, whatever a statement asks for."""
    return desk.database.behind(Wall.CUSTODY)


def _nobody_yet(request: Request, reader: Reader, *, unusable: bool) -> PersonPage:
    place = read_place(behind_the_wall(desk_of(request)), reader, _store(request))
    return PersonPage(place, None, unusable, _links(reader))


def _links(reader: Reader) -> dict[str, str]:
    return {
        "time": address(LIST, reader),
        "room": address(LIST, reader, by="room"),
        "person": address(PERSON, reader),
        "report": address(REPORT, reader),
    }


def _store(request: Request) -> Store:
    store: Store = request.app.state.exchange.store
    return store
