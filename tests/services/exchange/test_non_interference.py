"""Whoever may not see a record cannot tell either whether it is there: not by any answer, header, number or status.

Two stores hold the same people, movements and appointments, written at the same times; one of them also holds their HIV
and drug treatment, written in between. Every question of somebody without sight of those is answered alike, byte for byte.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from resources import a_dose, a_patient, a_stay, an_observation, an_organization, text_of

from fhir_store.bulk import save_many
from fhir_store.store import Author, Store
from fhir_store.write import Write
from services.shared.database import Database

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
OPIOIDS = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPIOIDUD"}]}

CURSOR = re.compile(r"_cursor=[\w-]+")
OWN_OF_EACH_ANSWER = {"date", "x-request-id"}


def _open(person: str) -> Iterator[dict[str, Any]]:
    """What is the same in both stores."""
    yield a_patient(
        person, identifier=[{"system": "urn:n", "value": person}], name=[{"family": f"Demo{person}"}]
    )
    yield a_stay(f"stay-{person}", patient=person, prison="prison")
    yield {
        "resourceType": "EpisodeOfCare", "id": f"programme-{person}", "status": "active",
        "patient": {"reference": f"Patient/{person}"}, "period": {"start": "2026-01-01"},
        "managingOrganization": {"reference": "Organization/centre"},
    }  # fmt: skip
    yield {
        "resourceType": "Appointment", "id": f"call-{person}", "status": "booked",
        "start": "2026-03-01T06:00:00+01:00", "end": "2026-03-01T06:10:00+01:00",
        "participant": [{"actor": {"reference": f"Patient/{person}"}, "status": "accepted"}],
    }  # fmt: skip


def _secret(person: str) -> Iterator[dict[str, Any]]:
    """What only one of them holds."""
    yield an_observation(f"hiv-{person}", patient=person, meta=HIV)
    yield a_dose(f"dose-{person}", patient=person, meta=OPIOIDS)
    yield {
        "resourceType": "Condition", "id": f"hiv-infection-{person}", "subject": {"reference": f"Patient/{person}"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24"}]},
    }  # fmt: skip


def _fill(database: Database, store: Store, *, secrets: bool) -> None:
    moments = iter(BEGAN + timedelta(minutes=n) for n in range(10**6))
    for person in ("p1", "p2", "p3"):
        listed = [an_organization("prison"), an_organization("centre"), *_open(person)]
        known = [Write(text_of(one), id=one["id"], recorded_at=next(moments)) for one in listed]
        hidden = [Write(text_of(one), id=one["id"], recorded_at=BEGAN) for one in _secret(person)]
        for one in [write for pair in zip_longest(known, hidden) for write in pair if write]:
            if secrets or one not in hidden:
                author = Author("a", facility="prison", keeps_times=True)
                database.run(
                    lambda connection, one=one, author=author: save_many(connection, store, [one], author)
                )


TYPES = (
    "Patient",
    "Observation",
    "MedicationAdministration",
    "Condition",
    "Appointment",
    "Encounter",
    "Organization",
)
SEARCHES = (
    {"_total": "accurate"}, {"_summary": "count"}, {"_count": "1"}, {"_sort": "-_lastUpdated"}, {"_lastUpdated": "gt2026-01-01"},
)  # fmt: skip
OF_PEOPLE = (
    ("Patient", {"_has:Observation:patient:code": "a"}),
    ("Patient", {"_has:MedicationAdministration:patient:status": "completed"}),
    ("Patient", {"_revinclude": "Observation:patient"}),
    ("Patient", {"family": "Demo", "_revinclude": "Condition:subject", "_total": "accurate"}),
    ("Observation", {"patient.family": "Demo"}),
    ("Observation", {"patient": "p1", "_include": "Observation:patient"}),
    ("Encounter", {"patient": "p1", "_include": "*"}),
    ("Organization", {"_revinclude": "Encounter:service-provider"}),
)


def _questions() -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    for type_ in TYPES:
        for search in SEARCHES:
            yield "GET", f"/{type_}?{urlencode(search)}", None
        yield "GET", f"/{type_}/_history", None
    for type_, search in OF_PEOPLE:
        yield "GET", f"/{type_}?{urlencode(search)}", None
    for name in (
        "Observation/hiv-p1",
        "Condition/hiv-infection-p1",
        "MedicationAdministration/dose-p1",
        "Patient/p1",
    ):
        for path in ("", "/_history", "/_history/1"):
            yield "GET", f"/{name}{path}", None
        yield "DELETE", f"/{name}", None
    yield "GET", "/?_total=accurate", None
    yield "GET", "/_history", None
    yield "GET", "/Patient/p1/$everything", None
    yield "GET", "/Patient/p1/Observation", None
    yield "PUT", "/Observation/hiv-p1", an_observation("hiv-p1", patient="p1")
    yield "DELETE", "/Observation?patient=p1", None


def _answers(client: httpx.Client) -> list[tuple[Any, ...]]:
    return [_told(client.request(method, path, json=body)) for method, path, body in _questions()]


def _told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that an answer tells, but when it was given, its number in the log, and what a sealed cursor was sealed with."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_OF_EACH_ANSWER}
    text = CURSOR.sub(
        lambda cursor: "X" * len(cursor[0]), answer.text.replace(answer.headers["x-request-id"], "")
    )
    return answer.request.method, answer.request.url.path, answer.status_code, headers, text


@pytest.mark.parametrize(
    "role", ["custody_officer", "administrator", "ministry_analyst", "treatment_centre_system"]
)
def test_nobody_can_tell_whether_there_is_what_they_may_not_see(
    database: Database, store: Store, connect: Any, make_empty: Any, served: str, kept_server: Any, role: str
) -> None:
    told = []
    for secrets in (False, True):
        make_empty()
        kept_server[0].state.exchange.store.numbering.__init__()
        _fill(database, store, secrets=secrets)
        client = connect(f"{role}-{secrets}", role=role, facility="centre")
        told.append(_answers(client))
    for without, with_them in zip(*told, strict=True):
        assert without == with_them


def test_what_is_hidden_is_there(database: Database, store: Store, fhir: httpx.Client) -> None:
    told = []
    for secrets in (False, True):
        _fill(database, store, secrets=secrets)
        told.append(fhir.get("/Observation?_total=accurate").json()["total"])
    assert told == [0, 3]
