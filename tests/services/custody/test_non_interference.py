"""Two databases with the same appointments and movements that differ in HIV and drug-treatment data alone: custody gets the
same bytes from both, by the same statements. And whether anybody is called is told by nothing but the list itself.
"""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from movements import (
    SOUTH,
    Prison,
    a_call,
    a_fitness,
    a_prison,
    a_room,
    officer,
    prison,
    put,
    weeks_of_calls,
)
from resources import ATC, a_dose, an_observation

from services.shared.embedded_postgres import EmbeddedPostgres

TELLING: list[dict[str, Any]] = [
    {
        "serviceType": [{"text": "HIV clinic"}],
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24"}]}],
        "description": "ART, observed",
        "comment": "refused twice",
        "status": "noshow",
    },
    {
        "serviceType": [{"text": "methadone"}],
        "basedOn": [{"reference": "ServiceRequest/oat"}],
        "minutesDuration": 45,
        "status": "fulfilled",
    },
    {
        "appointmentType": {"text": "naloxone training"},
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]},
        "patientInstruction": "do not eat before the dose",
    },
]

CALLED = [
    ("c1", "p1", "2026-03-02T06:00:00+01:00", "r1"),
    ("c2", "p2", "2026-03-02T10:00:00+01:00", "r2"),
    ("c3", "p3", "2026-03-02T10:00:00+01:00", "r1"),
    ("c4", "p1", "2026-03-03T06:00:00+01:00", None),
]
FIT = [a_fitness("f1", "p1", "yes"), a_fitness("f2", "p2", "no")]


def plain() -> list[dict[str, Any]]:
    """Appointments that say nothing, in rooms that are called after nothing."""
    rooms = [a_room("r1", "Medical room A", name="Room 1"), a_room("r2", name="Room 2")]
    weeks = weeks_of_calls("p1", 6) + weeks_of_calls("p2", 6)
    return [*rooms, *(a_call(*one) for one in CALLED), *weeks, *FIT]


def telling() -> list[dict[str, Any]]:
    """The same appointments, saying all they can, and a clinic's whole record behind them."""
    rooms = [
        a_room("r1", "Medical room A", name="Methadone window", alias=["OAT"], description="methadone"),
        a_room("r2", name="HIV clinic", type=[{"text": "infectious diseases"}]),
    ]
    called = [a_call(*one, **TELLING[nth % 3]) for nth, one in enumerate(CALLED)]
    weeks = [{**one, **TELLING[0]} for one in weeks_of_calls("p1", 6) + weeks_of_calls("p2", 6)]
    return [*rooms, *called, *weeks, *FIT, *the_record("p1"), *the_record("p3")]


def the_record(patient: str) -> list[dict[str, Any]]:
    subject = {"reference": f"Patient/{patient}"}
    methadone = {"coding": [{"system": ATC, "code": "N07BC02"}]}
    return [
        {
            "resourceType": "Condition",
            "id": f"hiv-{patient}",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24"}]},
            "subject": subject,
        },
        an_observation(
            f"vl-{patient}",
            patient=patient,
            code={"coding": [{"system": "http://loinc.org", "code": "20447-9"}]},
            effectiveDateTime="2026-02-01",
            valueQuantity={"value": 40},
        ),
        {
            "resourceType": "MedicationRequest",
            "id": f"oat-{patient}",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": methadone,
            "subject": subject,
        },
        {
            "resourceType": "MedicationDispense",
            "id": f"art-{patient}",
            "status": "completed",
            "medicationCodeableConcept": {"coding": [{"system": ATC, "code": "J05AR27"}]},
            "subject": subject,
        },
        *(a_dose(f"dose-{patient}-{day}", patient=patient, at=f"2026-02-{day:02}T06:10:00+01:00") for day in range(1, 29)),
        {
            "resourceType": "Flag",
            "id": f"hold-{patient}",
            "status": "active",
            "code": {"coding": [{"system": "urn:throughcare:code-system:hold", "code": "clinical"}]},
            "subject": subject,
        },
    ]  # fmt: skip


Ask = Callable[[httpx.Client], httpx.Response]
NUMBER = {
    "112": "held, and called",
    "9": "held",
    "900": "held elsewhere",
    "5": "nobody's",
    " ": "none",
    "B24": "no number",
}


def by_post(path: str, **data: str) -> Ask:
    return lambda client: client.post(path, data={**data, "csrf": csrf_of(client)})


def csrf_of(client: httpx.Client) -> str:
    return client.get("/account").text.partition('name="csrf" value="')[2].partition('"')[0]


ASKED: dict[str, Ask] = {
    **{
        path: (lambda client, path=path: client.get(path))
        for path in (
            "/custody",
            "/custody?by=room",
            "/custody?by=time&facility=north",
            "/custody?by=medicine",
            "/custody?facility=south",
            "/custody?facility=nowhere",
            "/custody/person",
            "/custody/inference",
            "/custody/inference?facility=north",
            "/custody/nothing",
            "/account",
        )
    },
    **{f"number {words}": by_post("/custody/person", number=number) for number, words in NUMBER.items()},
    "a page that was not ours": lambda client: client.post("/custody/person", data={"number": "112"}),
    "the list by HEAD": lambda client: client.head("/custody"),
    "the list by POST": by_post("/custody"),
    "the FHIR API": lambda client: client.get("/fhir/Appointment"),
}


@dataclass
class Told:
    """An answer, without what is of the request alone."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def told(answer: httpx.Response) -> Told:
    request = answer.headers["x-request-id"].encode()
    own = {"date", "x-request-id"}
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in own]
    return Told(answer.status_code, headers, answer.content.replace(request, b"-" * len(request)))


@pytest.fixture(scope="module")
def twins(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[dict[str, tuple[Prison, httpx.Client]]]:
    """Both installations, each with a browser on which the same officer is signed in, in the same session."""
    home = tmp_path_factory.mktemp("home")
    names = {kind: f"custody_{kind}_{worker_id}" for kind in ("plain", "telling")}
    _copy(postgres, "throughcare_template", names["plain"])
    cookies = {}
    with prison(postgres.server_url(names["plain"]), home) as first:
        put(first.database, a_prison())
        for login, facility in (("ivo", "Organization/north"), ("sara", SOUTH)):
            browser = first.browser()
            with browser.http:
                browser.sign_in(officer(first.desk, login, facility), first.desk.now())
                cookies[login] = dict(browser.http.cookies)
    _copy(postgres, names["plain"], names["telling"])
    with ExitStack() as opened:
        made: dict[str, tuple[Prison, httpx.Client]] = {}
        for kind, resources in (("plain", plain()), ("telling", telling())):
            served = opened.enter_context(prison(postgres.server_url(names[kind]), home))
            put(served.database, resources)
            made[kind] = served, opened.enter_context(served.browser(cookies["ivo"]).http)
        made["nobody called"] = (
            made["plain"][0],
            opened.enter_context(made["plain"][0].browser(cookies["sara"]).http),
        )
        for _, client in made.values():
            client.get("/custody")
        yield made


def _copy(postgres: EmbeddedPostgres, template: str, name: str) -> None:
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER throughcare_owner")  # type: ignore[arg-type]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of a request that asks a table of ours, by whatever way it is executed."""
    executed: list[str] = []
    execute = psycopg.Cursor.execute

    def noting(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        # Not what the pool asks of a connection that is new or has rested, nor what is done behind the requests.
        asks = any(f"{schema}." in str(query) for schema in ("fhir_store", "clinical", "access"))
        if asks and threading.current_thread().name != "audit sequencer":
            executed.append(str(query))
        return execute(self, query, *args, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", noting)
    return executed


Twins = dict[str, tuple[Prison, httpx.Client]]


def test_both_databases_give_the_same_bytes_by_the_same_statements(
    twins: Twins, statements: list[str], subtests: pytest.Subtests
) -> None:
    for what, ask in ASKED.items():
        with subtests.test(what):
            answers, asked = [], []
            for kind in ("plain", "telling"):
                statements.clear()
                answers.append(told(ask(twins[kind][1])))
                asked.append([*statements])
            assert answers[0] == answers[1]
            assert asked[0] == asked[1]


def test_that_is_not_because_they_show_nothing(twins: Twins) -> None:
    page = twins["telling"][1].get("/custody").text
    assert [page.count(one) for one in ("Givenp1", "Givenp2", "Givenp3", "Medical room A")] == [2, 1, 1, 2]
    assert "Medical room 2" in page
    found = ASKED["number held, and called"](twins["telling"][1]).text
    assert "Givenp2" in found
    assert twins["telling"][1].get("/custody/inference").status_code == 403
    assert not any(
        word in (page + found).lower() for word in ("hiv", "methadone", "art,", "refused", "infectious")
    )


def test_the_statements_are_the_same_whether_or_not_anybody_is_called(
    twins: Twins, statements: list[str]
) -> None:
    asked = []
    for kind in ("plain", "nobody called"):
        statements.clear()
        text = twins[kind][1].get("/custody").text
        asked.append([*statements])
        assert ("Nobody is called." in text) == (kind == "nobody called")
    assert asked[0] == asked[1]
    assert len(asked[0]) >= 5


def test_the_statements_are_the_same_whether_or_not_there_is_such_a_number(
    twins: Twins, statements: list[str]
) -> None:
    client = twins["plain"][1]
    asked, token = [], csrf_of(client)
    for number in NUMBER:
        if number.strip():
            statements.clear()
            assert client.post("/custody/person", data={"number": number, "csrf": token}).status_code == 200
            asked.append([*statements])
    assert all(one == asked[0] for one in asked)


def test_no_statement_of_a_custody_page_asks_for_anything_clinical(
    twins: Twins, statements: list[str]
) -> None:
    twins["telling"][1].get("/custody")
    ASKED["number held, and called"](twins["telling"][1])
    tables = {table for one in statements for table in re.findall(r"(?:FROM|JOIN|INTO) ([a-z_]+\.\w+)", one)}
    assert {one for one in tables if not one.startswith("access.")} == {
        "clinical.stay",
        "clinical.custody_call",
        "clinical.call_room",
        "clinical.fitness_for_transfer",
        "fhir_store.data_key",
        "fhir_store.current_resource",
        "fhir_store.resource_version",
        "fhir_store.index_token",
        "fhir_store.compartment",
    }
    # The store says of each match whose it is, for the log: of the Patients and Organizations that were asked for.
    assert not any("labels" in one for one in statements)
    assert {one for one in statements if "compartment" in one} == {
        one for one in statements if "AS MATERIALIZED" in one
    }


def test_the_times_are_within_noise(twins: Twins) -> None:
    """The fastest of several, in turn, so that what else the machine does hits both. Proposed: a third more, and 5 ms.

    On a machine that does much else some more are needed until both were once alone; a difference of their own stays.
    """
    fastest = {"plain": math.inf, "telling": math.inf}

    def within_noise() -> bool:
        return abs(fastest["plain"] - fastest["telling"]) < 0.005 + min(fastest.values()) / 3

    for turn in range(120):
        for kind, before in fastest.items():
            began = time.perf_counter()
            twins[kind][1].get("/custody")
            fastest[kind] = min(before, time.perf_counter() - began)
        if turn >= 15 and within_noise():
            break
    assert within_noise(), fastest
