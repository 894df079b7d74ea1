"""Records that a movement list is made of, and a prison that is served, with people who read it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, Someone, someone, with_cheap_desk
from resources import a_patient, a_stay, an_observation, an_organization, text_of
from serving import serving
from stores import store_on

from fhir_store.store import Author
from fhir_store.write import Write, save
from services.access.pages.desk import Desk
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database

ZONE = "Europe/Podgorica"
SEVEN = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""Seven in the morning of a Monday, where the prison is."""

NORTH, SOUTH = "Organization/north", "Organization/south"
OURS = "urn:throughcare:code-system:"
HELD = {"p1": "77", "p2": "112", "p3": "9"}
"""Prison numbers of those held in the north."""

Json = dict[str, Any]


def a_person(id_: str, number: str, **elements: Any) -> Json:
    kinds = {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PRN"}
    identifier = {"type": {"coding": [kinds]}, "system": "urn:n", "value": number}
    name = {"family": f"Family{id_}", "given": [f"Given{id_}"]}
    return a_patient(id_, identifier=[identifier], name=[name], **elements)


def a_call(
    id_: str, patient: str, at: str = "2026-03-02T10:00:00+01:00", room: str | None = "r1", **elements: Any
) -> Json:
    actors = [f"Patient/{patient}", *([f"Location/{room}"] if room else [])]
    base = {
        "resourceType": "Appointment",
        "id": id_,
        "status": "booked",
        "start": at,
        "end": at,
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
    }
    return {**base, **elements}


def a_room(id_: str, custody_name: str | None = None, facility: str = "north", **elements: Any) -> Json:
    said = {"url": "urn:throughcare:extension:custody-name", "valueString": custody_name}
    base = {
        "resourceType": "Location",
        "id": id_,
        "managingOrganization": {"reference": f"Organization/{facility}"},
        **({"extension": [said]} if custody_name else {}),
    }
    return {**base, **elements}


def a_fitness(id_: str, patient: str, said: str, at: str = "2026-03-01T12:00:00+01:00") -> Json:
    return an_observation(
        id_,
        patient=patient,
        code={"coding": [{"system": f"{OURS}observation", "code": "fit-for-transfer"}]},
        effectiveDateTime=at,
        valueCodeableConcept={"coding": [{"system": f"{OURS}fit-for-transfer", "code": said}]},
    )


def a_stay_until(patient: str, end: str) -> Json:
    """The stay in the north, which ends."""
    return a_stay(
        f"stay-{patient}",
        patient=patient,
        prison="north",
        period={"start": "2026-01-05T14:00:00+01:00", "end": end},
    )


def a_prison() -> list[Json]:
    """Two prisons, three people in the north and one in the south, rooms, and no calls yet."""
    return [
        an_organization("north", name="DEMO Prison North"),
        an_organization("south", name="DEMO Prison South"),
        a_room("r1", "Medical room A", name="Methadone"),
        a_room("r2", name="HIV clinic"),
        a_room("elsewhere", "Infectious diseases", "hospital"),
        *(a_person(id_, number) for id_, number in HELD.items()),
        a_person("p9", "900"),
        *(a_stay(f"stay-{id_}", patient=id_, prison="north") for id_ in HELD),
        a_stay("stay-p9", patient="p9", prison="south"),
    ]


def put(database: Database, resources: Iterable[Json]) -> None:
    """Save resources, in their order."""
    store = store_on(database, ZONE)
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    database.run(lambda connection: save(connection, store, writes, Author("clinic")))


@dataclass
class Prison:
    """An installation that is served."""

    application: FastAPI
    address: str
    database: Database
    desk: Desk

    def browser(self, cookies: Any = None) -> PlainBrowser:
        """A browser; the caller closes it."""
        browser = PlainBrowser(self.address, self.desk.base_url)
        if cookies is not None:
            browser.http.cookies.update(cookies)
        return browser


@contextmanager
def prison(url: str, home: Path, *, demo: bool = False) -> Iterator[Prison]:
    """Serve an installation on a database, where it is seven in the morning."""
    database = Database(url)
    try:
        application = create_app(Settings(home=home, facility_zone=ZONE, language="en"), database)
        application.state.demo = demo
        desk = with_cheap_desk(application, Clock(SEVEN))
        with serving(application) as address:
            yield Prison(application, address, database, desk)
    finally:
        database.close()


def officer(desk: Desk, login: str = "ivo", facility: str | None = NORTH) -> Someone:
    return someone(desk, login, custody_officer=facility)


def lead(desk: Desk, login: str = "lea", facility: str | None = NORTH) -> Someone:
    return someone(desk, login, medical_lead=facility)


def weeks_of_calls(patient: str, hour: int, room: str = "r1", days: int = 28) -> list[Json]:
    """A call on each of the days before the Monday."""
    first = SEVEN.replace(hour=0) - timedelta(days=days)
    return [
        a_call(
            f"{patient}-{day}", patient, f"{first + timedelta(days=day):%Y-%m-%d}T{hour:02}:00:00+01:00", room
        )
        for day in range(days)
    ]


def people_and_stays() -> list[dict[str, Any]]:
    """One resource for each table of people and stays that no other here fills."""
    ours, subject = "urn:throughcare:code-system", {"reference": "Patient/p1"}
    north = {"reference": "Organization/north"}
    link = {"other": subject, "type": "seealso"}
    return [
        {"resourceType": "Patient", "id": "p2", "link": [link]},
        {"resourceType": "Encounter", "id": "away", "status": "planned", "class": {"system": f"{ours}:encounter-class", "code": "absence-court"},
         "subject": subject, "partOf": {"reference": "Encounter/s1"}, "period": {"start": "2026-03-02T07:00:00+01:00"}},
        {"resourceType": "Location", "id": "wing", "name": "A", "managingOrganization": north, "type": [{"coding": [{"system": f"{ours}:place", "code": "wing"}]}]},
        {"resourceType": "Task", "id": "duty", "status": "requested", "intent": "order", "for": subject, "owner": north,
         "code": {"coding": [{"system": f"{ours}:duty", "code": "hand-over"}]}},
        {"resourceType": "Task", "id": "site", "status": "completed", "intent": "order", "for": subject, "owner": north,
         "code": {"coding": [{"system": f"{ours}:dosing", "code": "hand-over"}]}, "executionPeriod": {"start": "2026-03-02T07:00:00+01:00"}},
        {"resourceType": "EpisodeOfCare", "id": "oat", "status": "active", "patient": subject, "managingOrganization": north,
         "type": [{"coding": [{"system": f"{ours}:programme", "code": "oat"}]}], "period": {"start": "2026-03-02"}},
        {"resourceType": "Flag", "id": "seal", "status": "active", "subject": subject,
         "code": {"coding": [{"system": f"{ours}:flag", "code": "sealed-for-investigation"}]}},
    ]  # fmt: skip
