"""Who goes to court today and tomorrow: printed the evening before, with when each gets the dose. Nothing is carried along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.custody.absence import DOSE_PLAN
from clinical.custody.movement import is_dead
from clinical.people import Identity, identity_of
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import read
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision.people import organizations
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.find_page import PEOPLE
from services.clinic.identity_page import somebody_known
from services.clinic.movement_words import DOSE_PLANS
from services.clinic.openings import Choice, choices
from services.clinic.people_here import patients_with
from services.clinic.permitted import require
from services.clinic.reading import parsed, people
from services.clinic.rooms import rooms_of
from services.clinic.stays_page import here
from services.clinic.writing import changed, save_at
from services.shared.errors import BadRequest
from services.shared.pages import Pages

COURT = f"{PEOPLE}/court"

ABSENCES = """
SELECT a.source_id, a.patient_id, a.started_at, a.ended_at, a.status, a.dose_plan, s.place_id
FROM clinical.absence a LEFT JOIN clinical.stay s ON s.source_id = a.stay_id
WHERE a.facility_id = ANY(%s) AND a.kind = 'court' AND a.status IN ('planned', 'in-progress')
    AND a.started_at >= %s AND a.started_at < %s
ORDER BY a.started_at, a.patient_id
"""


@dataclass(frozen=True)
class CourtLine:
    """Somebody who goes to court."""

    absence: str
    patient: str
    identity: Identity = field(repr=False)
    room: tuple[str, str]
    leaves_at: datetime
    back_at: datetime | None
    gone: bool
    plan: str
    """A code; empty while nobody has decided."""


@dataclass(frozen=True)
class CourtPage:
    """The list of two days."""

    days: tuple[tuple[date, tuple[CourtLine, ...]], ...]
    plans: tuple[Choice, ...]
    words: dict[str, str]


def court_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=COURT, include_in_schema=False)

    @router.get("")
    def court(request: Request, asking: Clinician) -> Response:
        return _list(pages, asking)

    @router.post("/dose")
    def dose(
        request: Request, asking: Clinician, person: Field = "", absence: Field = "", plan: Field = ""
    ) -> Response:
        asking.database.run(lambda connection: _plan(asking, connection, person, absence, plan))
        return RedirectResponse(COURT, 303)

    return router


def _list(pages: Pages, asking: Asking) -> Response:
    days = [asking.day, asking.day + timedelta(days=1)]
    with asking.snapshot() as (connection, cursor):
        lines = _lines(asking, connection, cursor, days)
    by_day = tuple(
        (day, tuple(one for one in lines if one.leaves_at.astimezone(asking.zone).date() == day))
        for day in days
    )
    _log(asking, lines)
    return pages.render(
        asking.request, "clinic/court.html", CourtPage(by_day, choices(DOSE_PLANS), dict(DOSE_PLANS))
    )


def _lines(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], days: Sequence[date]
) -> list[CourtLine]:
    facilities = sorted(organizations(asking.who.person))
    begins = datetime.combine(days[0], time.min, asking.zone)
    ends = datetime.combine(days[-1] + timedelta(days=1), time.min, asking.zone)
    rows = cursor.execute(ABSENCES, (facilities, begins, ends)).fetchall()
    context = asking.context(asking.actor(connection))
    known = dict(patients_with(cursor, context, (row[1] for row in rows)))
    rooms = rooms_of(cursor, facilities)
    return [
        CourtLine(
            id_,
            patient,
            identity_of(known[patient]),
            rooms.get(room or "", ("", "")),
            leaves,
            back,
            status == "in-progress",
            plan or "",
        )
        for id_, patient, leaves, back, status, plan, room in rows
        if patient in known and not is_dead(known[patient])
    ]


def _log(asking: Asking, lines: Sequence[CourtLine]) -> None:
    at, about = asking.circumstances(asking.purpose.value), Subjects(people({one.patient for one in lines}))
    asking.log(kinds.read(at, "$court", "Encounter", about, results=len(lines)))


def _plan(asking: Asking, connection: Connection, id_: str, absence: str, plan: str) -> None:
    """Keep when the dose is given around an absence. Raises BadRequest, Forbidden."""
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, id_)
    require(asking, cursor, patient, "Encounter")
    try:
        stored = read(cursor, asking.keyring, "Encounter", absence)
    except (NotStored, ResourceDeleted):
        raise BadRequest from None
    encounter = parsed(stored)
    if plan not in DOSE_PLANS or encounter.get("subject", {}).get("reference") != f"Patient/{id_}":
        raise BadRequest
    others = [one for one in encounter.get("extension", ()) if one.get("url") != DOSE_PLAN]
    now = {**encounter, "extension": [*others, {"url": DOSE_PLAN, "valueCode": plan}]}
    save_at(asking, connection, id_, here(asking, cursor, patient), [changed(stored, now)])
