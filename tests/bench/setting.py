"""What is measured on: a PostgreSQL of its own, a migrated database, servers in processes of their own."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from fhir_store.walls import Wall
from services.access.clients import add_client, issue_token
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.installation import Urls, bring_up_to_date
from services.shared.key_places import KeyPlaces

ZONE = "Europe/Podgorica"

LONGEST_REST_S = 180
SWEEPING = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"


@dataclass(frozen=True)
class Setting:
    """``urls`` are the database's as its two roles, ``superuser`` the same for the driver as PostgreSQL's own; ``port`` is that
    of our server."""

    home: Path
    urls: Urls
    superuser: str
    token: str
    port: int

    @property
    def conninfo(self) -> str:
        """The database for the driver alone."""
        return conninfo(self.urls.owner)

    def client(self) -> httpx.Client:
        """A client of the FHIR API."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/fhir", headers=headers, timeout=120)


def conninfo(url: str) -> str:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return make_conninfo(address, options=Wall.RECORD.option)


@contextmanager
def setting() -> Iterator[Setting]:
    """Our server on an empty database."""
    with ExitStack() as stack:
        home = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="throughcare-bench-", ignore_cleanup_errors=True)
            )
        )
        postgres = stack.enter_context(EmbeddedPostgres(home).running())
        postgres.ensure_database("bench")
        urls = Urls(postgres.owner_url("bench"), postgres.server_url("bench"))
        bring_up_to_date(urls, KeyPlaces(home), ZONE)
        environment = environment_of(urls, home)
        port = stack.enter_context(serving([sys.executable, _beside("serve.py")], environment))
        yield Setting(home, urls, postgres.superuser_conninfo("bench"), _token(urls.server), port)


def rest(setting: Setting) -> None:
    """Return once PostgreSQL has written and swept what was filled: that is not to be measured with what comes after."""
    with psycopg.connect(setting.superuser, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        for _ in range(LONGEST_REST_S):
            if connection.execute(SWEEPING).fetchone() == (0,):
                break
            time.sleep(1)


@contextmanager
def with_another_log(setting: Setting, kind: str) -> Iterator[int]:
    """The port of our server on the same database, whose log is ``raw_audit`` or ``no_audit``."""
    command = [sys.executable, _beside("serve.py"), kind]
    with serving(command, environment_of(setting.urls, setting.home)) as port:
        yield port


@contextmanager
def empty_handler() -> Iterator[int]:
    """The port of a server whose handlers do nothing."""
    with serving([sys.executable, _beside("serve.py"), "empty_app"], dict(os.environ)) as port:
        yield port


def environment_of(urls: Urls, home: Path) -> dict[str, str]:
    """The environment of our own programs on this database."""
    return {
        **os.environ,
        "DATABASE_URL": urls.server,
        "DATABASE_OWNER_URL": urls.owner,
        "THROUGHCARE_HOME": str(home),
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """A server in a process of its own, which prints its port first."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    port = int(process.stdout.readline())
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _beside(name: str) -> str:
    return str(Path(__file__).parent / name)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server to be measured did not start")


def _token(server_url: str) -> str:
    database = Database(server_url)
    with database.transaction() as connection:
        add_client(connection, "bench", "system/*.cruds")
        issued = issue_token(connection, "bench")
    database.close()
    return issued
