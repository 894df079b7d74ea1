"""The dosing round: its list of 300 people and the recording of a dose, in a database of two million doses.

What is told is how long the slowest request but one in twenty takes, of one tablet after the other, in the median of five
turns. Beside the list: the
same statements by the driver alone. Beside the dose: a POST of the same MedicationAdministration by the FHIR API.

``python tests/bench/round_figures.py`` runs it alone.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import httpx
import psycopg
from figures import Figure, show
from filling import FIRST_KEY, fill_to
from oat import ZONE, a_happened, an_order
from resources import a_dose, a_patient, a_stay, text_of
from setting import ZONE as ZONE_NAME
from setting import Setting, conninfo, rest, setting

from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import request_of
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import read_of, who_is_on_the_list
from fhir_store.bulk import portions, save_many
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor
from services.access.people.accounts import add_account
from services.access.people.csrf import csrf_token
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.access.people.sessions import begin
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import store_of
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import open_keyring

PEOPLE = 300
DAYS = 60
RESOURCES = int(os.environ.get("BENCH_RESOURCES", "2140000"))
"""Of which 94 in 100 are doses."""

PRISON = "prison-0"
TIMES = 55
TURNS = 5
WARM_UP = 12
"""From the sixth time on the driver prepares a statement, and after five more PostgreSQL keeps a plan."""
MOST_MS = {"list": 100, "dose": 50}

COPY = """
INSERT INTO clinical.oat_event ({columns})
SELECT {values} FROM generate_series(0, %s) n, clinical.oat_event t WHERE t.patient_id = 'p0'
ON CONFLICT DO NOTHING
"""
MOVED = {"source_id": "t.source_id || 'x' || n", "patient_id": "t.patient_id || 'x' || n"}


def round_figures(setting: Setting) -> list[Figure]:
    """The two figures."""
    database = Database(setting.urls.server)
    _fill(database, setting)
    _many(setting)
    rest(setting)
    with _browser(database, setting) as browser:
        figures = [_list(database, setting, browser), _dose(setting, browser)]
    database.close()
    return figures


def _list(database: Database, setting: Setting, browser: httpx.Client) -> Figure:
    answer = browser.post("/round/list", json={})
    rows = answer.json()["rows"]
    assert len(rows) == PEOPLE, answer.text[:300]
    assert not any(row["stops"] for row in rows), rows[0]["stops"]
    keyring = open_keyring(KeyPlaces(setting.home), database)
    at = datetime.now(UTC)

    def driver() -> None:
        with database.snapshot() as connection:
            reader = Reader(raw_cursor(connection), keyring, ZONE)
            read_of(reader, who_is_on_the_list(reader, PRISON, at), PRISON, at).situations()

    ours, floor = _in_turns(lambda: browser.post("/round/list", json={}).raise_for_status(), driver)
    return _figure(
        f"list of the round, {PEOPLE} people", ours, f"what it reads, alone: {floor:.0f} ms", "list"
    )


def _dose(setting: Setting, browser: httpx.Client) -> Figure:
    rows = browser.post("/round/list", json={}).json()["rows"]
    account = browser.get("/round/here").json()["account"]["id"]
    sent = iter(rows)

    def dose() -> None:
        row = next(sent)
        browser.post("/round/events", json=_event(row, account)).raise_for_status()

    with setting.client() as fhir:
        ours, floor = _in_turns(
            dose, lambda: fhir.post("/MedicationAdministration", json=a_dose()).raise_for_status()
        )
    return _figure("a dose recorded", ours, f"POST of one dose by the FHIR API: {floor:.0f} ms", "dose")


def _figure(what: str, ours: float, floor: str, bar: str) -> Figure:
    return Figure(f"{what}, p95", f"{ours:.0f} ms", floor, "", f"at most {MOST_MS[bar]} ms")


def _event(row: dict[str, object], account: str) -> dict[str, object]:
    return {
        "id": str(uuid4()), "seq": 1, "person": row["person"], "slot": row["slot"], "order_version": row["order_version"],
        "kind": "given", "mg": row["mg"], "identity_by": ["photo", "number"], "awake": True, "observed": True,
        "recorded_by": account, "single_handed": True, "occurred_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip


def _in_turns(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """The median of the turns of each: in one of them something else may have had the machine."""
    for _ in range(WARM_UP):
        ours()
        floor()
    turns = [(_slowest(ours), _slowest(floor)) for _ in range(TURNS)]
    return statistics.median(one for one, _ in turns), statistics.median(one for _, one in turns)


def _slowest(work: Callable[[], object]) -> float:
    """Milliseconds that all but one in twenty stay below."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(taken, n=20)[-1]


def _fill(database: Database, setting: Setting) -> None:
    """The people of one prison, each with an order and a dose on each of many days.

    They had the last one a day and an hour ago, as in a round, whatever the hour is: before that nearly all would be stopped.
    """
    hour = datetime.now(ZONE).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    records = [one for n in range(PEOPLE) for one in _person(f"r{n}", hour)]
    store = store_of(ZONE_NAME, open_keyring(KeyPlaces(setting.home), database))
    writes = [Write(text_of(one), id=one["id"]) for one in records]
    for portion in portions(writes, 500):
        database.run(
            lambda c, portion=portion: save_many(c, store, portion, Author("bench", facility=PRISON))
        )


def _person(id_: str, hour: datetime) -> list[dict[str, object]]:
    order = an_order(
        id=f"{id_}-order", patient=id_, start=hour.date() - timedelta(days=DAYS), end=None, facility=PRISON
    )
    doses = [
        a_happened(
            at=hour - timedelta(days=n), id=f"{id_}-{n}", patient=id_, order=order.id, slot_day=(hour - timedelta(days=n)).date(),
            part=1, facility=PRISON,
        ) for n in range(1, DAYS)
    ]  # fmt: skip
    name = [{"family": f"DEMO{id_}", "given": ["Ana"]}]
    return [
        a_patient(id_, name=name, birthDate="1984-03-02", identifier=[{"system": "urn:n", "value": id_}]),
        a_stay(f"{id_}-stay", patient=id_, prison=PRISON),
        request_of(order),
        *map(resource_of, doses),
    ]


def _many(setting: Setting) -> None:
    """Two million doses of others: rows of one record, multiplied."""
    fill_to(setting, RESOURCES)
    with psycopg.connect(conninfo(setting.urls.owner), autocommit=True) as connection:
        columns = [
            name for (name,) in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'clinical' AND table_name = 'oat_event'"
            ).fetchall()
        ]  # fmt: skip
        values = ", ".join(MOVED.get(name, f"t.{name}") for name in columns)
        copies = connection.execute(
            "SELECT count(DISTINCT patient) FROM fhir_store.compartment WHERE key >= %s", [FIRST_KEY]
        ).fetchone()
        assert copies
        connection.execute(COPY.format(columns=", ".join(columns), values=values), [copies[0] - 1])
        connection.execute("VACUUM ANALYZE clinical.oat_event, clinical.oat_order, clinical.stay")


def _browser(database: Database, setting: Setting) -> httpx.Client:
    """A nurse who is signed in."""
    at = datetime.now(UTC)
    with database.transaction() as connection:
        account = add_account(connection, "bench-nurse", "Bench nurse", None, at).id
        wanted = Wanted("nurse", f"Organization/{PRISON}", at, at + timedelta(days=1))
        record_grant(connection, account, wanted, None, at, needs=False)
        token = begin(connection, account, None, at).token
    return httpx.Client(
        base_url=f"http://127.0.0.1:{setting.port}",
        headers={
            "X-CSRF-Token": csrf_token(token),
            "Accept": "application/json",
            "Origin": Settings().base_url,
        },
        cookies={"throughcare-session": token},
        timeout=60,
    )


if __name__ == "__main__":
    with setting() as alone:
        show("The dosing round", round_figures(alone))
        sys.stdout.write(json.dumps({"resources": RESOURCES}) + "\n")
