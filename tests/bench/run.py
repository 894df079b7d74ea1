"""``make bench``: each figure beside its floor, measured in turns in the same run; medians of the turns.

Absolute figures depend on the machine and its disk. The ratios are what is kept.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import httpx
import load
import measure
import psycopg
import raw_insert
from resources import a_dose, a_patient, a_stay, an_observation, post, transaction
from rich.console import Console
from rich.table import Table

from fhir_store.compartments import patients_of
from fhir_store.gate import check
from fhir_store.json_text import parse, with_members
from fhir_store.search_values import index_values
from services.access.clients import add_client, issue_token
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.installation import Urls, bring_up_to_date

TURNS = int(os.environ.get("BENCH_TURNS", "5"))
SECONDS = 1.0
CLIENTS = (1, 8, 32)

DOSE = a_dose(
    identifier=[{"system": "urn:throughcare:dose", "value": "0001"}],
    context={"reference": "Encounter/s1"},
    performer=[{"actor": {"reference": "Practitioner/nurse"}}],
    request={"reference": "MedicationRequest/order"},
)

Row = tuple[str, str, str, str]


def main() -> None:
    rows: list[Row] = []
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="throughcare-bench-")))
        postgres = stack.enter_context(EmbeddedPostgres(home).running())
        postgres.ensure_database("bench")
        bring_up_to_date(Urls(postgres.owner_url("bench"), postgres.server_url("bench")), "Europe/Podgorica")
        token = _token(postgres.server_url("bench"))
        port = stack.enter_context(_serving("throughcare", postgres.server_url("bench"), home))
        floor = stack.enter_context(_serving("empty_app", "", home))
        conninfo = _conninfo(postgres.owner_url("bench"))
        rows += _gate()
        rows += _post(port, floor, token, conninfo)
        rows += _read_and_search(port, floor, token)
        rows += _transactions(port, token, conninfo)
    rows += measure.figures(_medians)
    _print(rows)


def _medians(ours: Callable[[], float], floor: Callable[[], float]) -> tuple[float, float]:
    """Medians of both, measured in turns so that what else the machine does hits both alike."""
    pairs = [(ours(), floor()) for _ in range(TURNS)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def _token(server_url: str) -> str:
    database = Database(server_url)
    with database.transaction() as connection:
        add_client(connection, "bench", "system/*.cruds")
        issued = issue_token(connection, "bench")
    database.close()
    return issued


def _conninfo(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def _serving(module: str, url: str, home: Path) -> Iterator[int]:
    """A server in a process of its own; its port."""
    program = Path(__file__).parent / "serve.py"
    environment = {**os.environ, "DATABASE_URL": url, "THROUGHCARE_HOME": str(home), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        [sys.executable, str(program), module], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    port = int(process.stdout.readline())
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server to be measured did not start")


ZONE = ZoneInfo("Europe/Podgorica")


def _gate() -> list[Row]:
    """What every resource passes on its way, beside what the standard library takes to read the same text."""
    raw = json.dumps(DOSE).encode()
    read = parse(raw)
    steps: dict[str, Callable[[], object]] = {
        "parse one dose": lambda: parse(raw),
        "check one dose (the gate)": lambda: check(read.value),
        "set its id and meta": lambda: with_members(read, id="a", version_id="2", last_updated="b"),
        "its index values": lambda: index_values(read.value, ZONE),
        "its compartments": lambda: patients_of(read.value),
    }
    rows = []
    for title, step in steps.items():
        ours, floor = _medians(
            lambda step=step: _microseconds(step), lambda: _microseconds(lambda: json.loads(raw))
        )
        rows.append((title, f"{ours:.0f} µs", f"json.loads {floor:.0f} µs", f"{ours / floor:.1f} x"))
    return rows


def _microseconds(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=200, repeat=10, timer=time.process_time)) / 200 * 1e6


def _post(port: int, floor: int, token: str, conninfo: str) -> list[Row]:
    body = json.dumps(DOSE).encode()
    ours = load.request_bytes("POST", "/fhir/MedicationAdministration", token=token, body=body)
    empty = load.request_bytes("POST", "/", body=body)
    load.rate(port, ours, clients=1, seconds=SECONDS, expect=201)
    with psycopg.connect(conninfo) as connection:
        key = connection.execute(
            "SELECT max(key) FROM fhir_store.current_resource WHERE key < %s", [raw_insert.FIRST_KEY]
        ).fetchone()
        rows = raw_insert.Rows(connection, [key[0]] if key else [])
    figures = []
    for clients in CLIENTS:
        raw: list[float] = []

        def raw_rate(clients: int = clients, raw: list[float] = raw) -> float:
            raw.append(
                raw_insert.rate(conninfo, rows, raw_insert.one_statement, clients=clients, seconds=SECONDS)
            )
            return load.rate(floor, empty, clients=clients, seconds=SECONDS, expect=201)

        posted, emptied = _medians(
            lambda clients=clients: load.rate(port, ours, clients=clients, seconds=SECONDS, expect=201),
            raw_rate,
        )
        driver = statistics.median(raw)
        ceiling = 1 / (1 / emptied + 1 / driver)
        figures.append(
            (
                f"POST one dose, {clients} clients",
                f"{posted:,.0f}/s",
                f"serial ceiling {ceiling:,.0f}/s (empty {emptied:,.0f}, driver {driver:,.0f})",
                f"{posted / ceiling:.0%}",
            )
        )
    return figures


def _read_and_search(port: int, floor: int, token: str) -> list[Row]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/fhir", headers=headers) as client:
        client.put("/Patient/bench", json=a_patient("bench")).raise_for_status()
        doses = [
            post(a_dose(patient="bench", at=f"2026-01-{day:02d}T06:00:00+01:00")) for day in range(1, 31)
        ]
        client.post("/", json=transaction(*doses)).raise_for_status()
    empty = load.request_bytes("GET", "/")
    asked = {
        "GET by id": "/fhir/Patient/bench",
        "search, 30 rows by patient and date": "/fhir/MedicationAdministration?patient=bench&effective-time=ge2026-01-01",
    }
    figures = []
    for title, path in asked.items():
        request = load.request_bytes("GET", path, token=token)
        ours, emptied = _medians(
            lambda request=request: load.rate(port, request, clients=8, seconds=SECONDS, expect=200),
            lambda: load.rate(floor, empty, clients=8, seconds=SECONDS, expect=200),
        )
        figures.append(
            (
                f"{title}, 8 clients",
                f"{ours:,.0f}/s",
                f"empty handler {emptied:,.0f}/s",
                f"{ours / emptied:.0%}",
            )
        )
    return figures


MIX = (a_dose, a_dose, a_dose, an_observation, a_dose, a_dose, a_stay, a_dose, an_observation, a_dose)


def _transactions(port: int, token: str, conninfo: str) -> list[Row]:
    entries = [post(MIX[n % len(MIX)](patient=f"p{n}")) for n in range(100)]
    body = json.dumps(transaction(*entries)).encode()
    ours = load.request_bytes("POST", "/fhir", token=token, body=body)
    load.rate(port, ours, clients=1, seconds=0.2, expect=200)
    with psycopg.connect(conninfo) as connection:
        keys = connection.execute(
            "SELECT key FROM fhir_store.current_resource WHERE key < %s ORDER BY key DESC LIMIT 100",
            [raw_insert.FIRST_KEY],
        ).fetchall()
        rows = raw_insert.Rows(connection, [key for (key,) in keys])
    figures = []
    for clients in CLIENTS:
        bundles, raw = _medians(
            lambda clients=clients: load.rate(port, ours, clients=clients, seconds=2 * SECONDS, expect=200),
            lambda clients=clients: raw_insert.rate(
                conninfo, rows, raw_insert.row_by_row, clients=clients, seconds=2 * SECONDS
            ),
        )
        figures.append(
            (
                f"transaction of 100 (70 doses, 20 observations, 10 stays), {clients} clients",
                f"{bundles * 100:,.0f} resources/s",
                f"INSERT per row {raw * 100:,.0f}/s",
                f"{bundles / raw:.0%}",
            )
        )
    return figures


def _print(rows: list[Row]) -> None:
    table = Table(title="Throughcare beside its floors (same run, medians)")
    for heading in ("what", "ours", "floor", "ratio"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
