"""A private PostgreSQL for each worker, and in it an empty database for every test."""

import fcntl
import functools
import gc
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import httpx
import httpx._transports.default as httpx_transports
import psycopg
import pytest
from fastapi import FastAPI
from log_scan import scan_files, scanning
from serving import free_port, serving

from fhir_store.store import Author, Store
from fhir_store.walls import Wall
from services.access import known_callers
from services.access.clients import add_client, issue_token
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.installation import Urls, bring_up_to_date, store_of
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import open_keyring

SHARED = Path(os.environ.get("THROUGHCARE_SHARED", Path(__file__).parents[2] / "shared"))
TEMPLATE = "throughcare_template"
ZONE = "Europe/Podgorica"


_connect = duckdb.connect


def _connect_with_one_thread(
    database: str = ":memory:", read_only: bool = False, config: dict[str, object] | None = None
) -> duckdb.DuckDBPyConnection:
    """Worlds of a few rows in as many processes as there are processors: more threads would only wait for each other."""
    return _connect(database, read_only=read_only, config={"threads": 1, **(config or {})})


duckdb.connect = _connect_with_one_thread

# What its clients asked, each test knows itself.
logging.getLogger("httpx").setLevel(logging.WARNING)

# Every client of a test reads the certificates of the world, to speak to this machine without them.
httpx_transports.create_ssl_context = functools.cache(httpx_transports.create_ssl_context)


@pytest.fixture(scope="session", autouse=True)
def _nobody_in_logs_and_errors(run_folder: Path) -> Iterator[None]:
    """Of whatever this process runs: it is asked when the last test is over and every server has stopped."""
    with scanning() as scan:
        yield
    scan_files(scan, run_folder)
    assert not scan.found, "\n".join(scan.found)


@pytest.fixture(scope="session", autouse=True)
def _without_pytz() -> None:
    """An installation does not have it, and without it DuckDB hands out no instant; a client of the tests brings it along."""
    sys.modules["pytz"] = None  # type: ignore[assignment]


@pytest.fixture(scope="session", autouse=True)
def _stopping_soon() -> None:
    """A server that stops waits for whoever listens to wake up."""
    known_callers.HEARD_WITHIN_S = 0.05


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", default="3", help="how often tests/crash kills the server and PostgreSQL")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if not reason.startswith("no ../shared"):
            FORBIDDEN_SKIPS.append(f"{report.nodeid}: {reason}")


FORBIDDEN_SKIPS: list[str] = []


def pytest_collection_finish() -> None:
    """What the collecting of ten thousand tests made stays, and need not be looked through again and again for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed, a test that is skipped is a test that failed."""
    if (
        os.environ.get("THROUGHCARE_NO_SKIPS")
        and FORBIDDEN_SKIPS
        and not hasattr(session.config, "workerinput")
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("THROUGHCARE_NO_SKIPS"):
        for line in FORBIDDEN_SKIPS:
            terminalreporter.write_line(f"SKIP NOT ALLOWED HERE {line}", red=True)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Outside test data; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared")
    return SHARED


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session", autouse=True)
def record_keys(run_folder: Path) -> Iterator[Path]:
    """The folder of the keys that open the records of this run, for every program that it starts: homes come and go."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RECORD_KEYS", str(run_folder / "record keys"))
        yield run_folder / "record keys"


@pytest.fixture(scope="session")
def postgres(run_folder: Path, record_keys: Path, worker_id: str) -> Iterator[EmbeddedPostgres]:
    """The private PostgreSQL of this worker, with a migrated template database.

    The readers of the change feed and of the log stop below the oldest transaction of the whole server: in one that
    workers shared, what one of them has just written would not be seen while another imports.
    """
    prepared, own = run_folder / "postgres prepared", run_folder / f"postgres of {worker_id}"
    with (run_folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            _prepare(run_folder / "postgres being prepared", record_keys)
            (run_folder / "postgres being prepared").rename(prepared)
    subprocess.run(["cp", "-a", prepared, own], check=True)
    with EmbeddedPostgres(own).running() as server:
        yield server


def _prepare(home: Path, record_keys: Path) -> None:
    with EmbeddedPostgres(home).running() as server:
        # No test of it has a power failure; those of crashes have servers of their own.
        _run(server, "ALTER SYSTEM SET fsync = off")
        server.ensure_database(TEMPLATE)
        urls = Urls(server.owner_url(TEMPLATE), server.server_url(TEMPLATE))
        bring_up_to_date(urls, KeyPlaces(record_keys), ZONE)
    while (home / "postgres" / "postmaster.pid").exists():
        time.sleep(0.05)


def _run(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(server.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def own_database(postgres: EmbeddedPostgres, worker_id: str) -> Urls:
    """A migrated database for the tests that this worker runs, one after the other."""
    name = f"test_{worker_id}"
    _run(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER throughcare_owner")
    # What a test asks for by itself it asks behind the wall of the record.
    option = f"&options={quote(Wall.RECORD.option)}"
    return Urls(postgres.owner_url(name) + option, postgres.server_url(name) + option)


# Much faster than a new database; the identity of rows starts anew so that tests read alike.
EMPTY = """
DELETE FROM fhir_store.resource_version; DELETE FROM fhir_store.current_resource;
DELETE FROM fhir_store.index_token; DELETE FROM fhir_store.index_string; DELETE FROM fhir_store.index_reference;
DELETE FROM fhir_store.index_date; DELETE FROM fhir_store.index_quantity; DELETE FROM fhir_store.index_composite;
DELETE FROM fhir_store.compartment; DELETE FROM clinical.stay;
DELETE FROM clinical.treatment_relationship; DELETE FROM clinical.hand_over_answer; DELETE FROM clinical.confirmed_consent;
DELETE FROM clinical.custody_call; DELETE FROM clinical.call_room;
DELETE FROM clinical.fitness_for_transfer; DELETE FROM clinical.absence; DELETE FROM clinical.place;
DELETE FROM clinical.duty; DELETE FROM clinical.dosing_hand_over; DELETE FROM clinical.oat_programme;
DELETE FROM clinical.record_seal; DELETE FROM clinical.same_person; DELETE FROM clinical.proposed_movement;
DELETE FROM clinical.oat_order; DELETE FROM clinical.oat_event; DELETE FROM clinical.oat_hold; DELETE FROM clinical.oat_caution;
DELETE FROM clinical.oat_claim; DELETE FROM clinical.oat_take_home; DELETE FROM clinical.oat_release;
DELETE FROM clinical.round_task;
DELETE FROM clinical.round_event_settled; DELETE FROM clinical.round_event; DELETE FROM clinical.round_emergency_signed;
DELETE FROM clinical.round_emergency; DELETE FROM clinical.round_sheet_row; DELETE FROM clinical.round_sheet;
DELETE FROM clinical.day_closed; DELETE FROM clinical.on_call; DELETE FROM clinical.round_witness; DELETE FROM clinical.round_part; DELETE FROM clinical.round_closing; DELETE FROM clinical.round_call; DELETE FROM clinical.round;
DELETE FROM clinical.care_task;
DELETE FROM clinical.register_discrepancy_closing; DELETE FROM clinical.register_discrepancy_step;
DELETE FROM clinical.register_discrepancy; DELETE FROM clinical.register_dose; DELETE FROM clinical.register_line;
DELETE FROM clinical.register_cup; DELETE FROM clinical.register_issue; DELETE FROM clinical.register_batch;
DELETE FROM clinical.register_book; DELETE FROM access.token;
DELETE FROM access.client_key; DELETE FROM access.used_assertion; DELETE FROM access.client;
DELETE FROM access.break_glass; DELETE FROM access.purpose_given;
DELETE FROM access.unusual_access; DELETE FROM access.audit_verification;
UPDATE access.unusual_reading SET next_index = 0;
DELETE FROM access.oidc_sign_in; DELETE FROM access.oidc_link;
DELETE FROM access.session; DELETE FROM access.pin; DELETE FROM access.device; DELETE FROM access.role_grant;
DELETE FROM access.credential_reset; DELETE FROM access.unfinished_sign_in; DELETE FROM access.ceremony;
DELETE FROM access.throttle; DELETE FROM access.passkey; DELETE FROM access.oath_token;
DELETE FROM access.recovery_code; DELETE FROM access.activation; DELETE FROM access.password;
DELETE FROM access.account;
DELETE FROM fhir_store.source; DELETE FROM fhir_store.load_progress; DELETE FROM fhir_store.open_reference;
DELETE FROM fhir_store.answered; DELETE FROM fhir_store.index_blind;
DELETE FROM fhir_store.data_key WHERE purpose = 'person';
DELETE FROM access.audit_opening; DELETE FROM access.audit_event; DELETE FROM access.audit_leaf;
DELETE FROM access.audit_head; DELETE FROM access.audit_key; DELETE FROM access.audit_erasure;
UPDATE access.audit_tree SET size = 0, subtrees = '{}', epoch = 0, xid = '0', seq = 0;
UPDATE fhir_store.installation SET epoch = 1, demo = false;
ALTER SEQUENCE fhir_store.version_seq RESTART;
"""


@pytest.fixture(scope="session")
def make_empty(own_database: Urls) -> Iterator[Callable[[], None]]:
    """Empty the worker's database, over a connection that knows its tables: a new one takes ten times as long."""
    address = own_database.owner.replace("+psycopg", "")
    connection = psycopg.connect(address, autocommit=True)

    def run() -> None:
        nonlocal connection
        try:
            connection.execute(EMPTY, prepare=False)
        except psycopg.OperationalError:  # a test ended every connection
            connection.close()
            connection = psycopg.connect(address, autocommit=True)
            connection.execute(EMPTY, prepare=False)

    yield run
    connection.close()


@pytest.fixture
def urls(own_database: Urls, make_empty: Callable[[], None]) -> Urls:
    """A migrated, empty database."""
    make_empty()
    return own_database


@pytest.fixture(scope="session")
def known_database(own_database: Urls) -> Iterator[Database]:
    """The same by connections that know its tables, for all tests of this worker: one that closes it makes its own."""
    made = Database(own_database.server)
    yield made
    made.close()


@pytest.fixture
def database(urls: Urls, known_database: Database) -> Database:
    """The database as the server uses it, empty."""
    return known_database


@pytest.fixture
def store(settings: Settings, database: Database) -> Store:
    """The record store's settings with every projection."""
    return store_of(ZONE, open_keyring(settings.key_places, database))


@pytest.fixture
def author() -> Author:
    return Author("clinic-a")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, facility_zone=ZONE, language="en")


@pytest.fixture
def application(settings: Settings, database: Database) -> FastAPI:
    """The whole application on the test's database."""
    return create_app(settings, database)


@pytest.fixture
def token(database: Database) -> Callable[..., str]:
    """Make a client of the FHIR API; answers with its bearer token."""

    def make(
        name: str = "centre", scope: str = "system/*.cruds", source: str | None = None, **role: str | None
    ) -> str:
        with database.transaction() as connection:
            add_client(connection, name, scope, source, **role)
            return issue_token(connection, name)

    return make


@pytest.fixture
def served(application: FastAPI) -> Iterator[str]:
    """The application on a real port; its address."""
    with serving(application) as address:
        yield address


@pytest.fixture
def fhir(served: str, token: Callable[..., str]) -> Iterator[httpx.Client]:
    """A client of the FHIR API that may do everything."""
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"{served}/fhir", headers=headers, timeout=30) as client:
        yield client


@pytest.fixture(name="free_port")
def _free_port() -> int:
    """A port of this machine that nobody listens on."""
    return free_port()
