"""The real server with a wrong clock: a day ahead, a day behind, set right meanwhile, and in the nights when clocks change.

Its database has the true time, as one of another machine has it. Nothing opens wider and no event is lost; what a wrong
clock of the database could open is in ``test_clients``, ``test_granting`` and ``people/test_clock_set_back``.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from audit_events import said
from clocked_server import BoxClock, library, served_by_a_process
from command_line import ROOT
from people_pages import PASSWORD, PlainBrowser, Someone, cheap_hashing, someone
from server_process import CLI
from serving import free_port
from signing import assertion, ec_key, form, key_set
from sqlalchemy import text

from services.access.audit import head as signed
from services.access.audit.log.record import keys_of
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.whole_log import verify_kept_log
from services.access.clients import add_client
from services.access.pages.desk import DESK_LOCKS_AFTER, Desk
from services.access.systems.client_keys import add_keys
from services.access.systems.public_keys import public_keys
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres

NewBrowser = Callable[[], PlainBrowser]

KEY = ec_key()
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
RIGHT = timedelta(0)


@dataclass
class Box:
    """A server, its clock, and the means to look behind it."""

    clock: BoxClock
    address: str
    settings: Settings
    database: Database
    environment: dict[str, str]

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.settings, hashing=cheap_hashing, clock=self.clock)

    def ask(self, signed_: str) -> httpx.Response:
        return httpx.post(f"{self.address}/auth/token", data=form(signed_))

    def assertion(self, client: str, at: datetime, **claims: object) -> str:
        """One of a minute from then."""
        return assertion(
            KEY, client, f"{self.address}/auth/token", exp=int((at + MINUTE).timestamp()), **claims
        )

    def register(self, client: str) -> None:
        with self.database.transaction() as connection:
            add_client(connection, client, "system/*.rs")
            add_keys(connection, client, public_keys(key_set(KEY)))


@pytest.fixture(scope="module")
def box(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Box]:
    """One for the file: a server takes seconds to start. Tests have people and systems of their own in it."""
    found, folder, port = library(), tmp_path_factory.mktemp("box"), free_port()
    name = f"clock_{worker_id}"
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        superuser.execute(f"CREATE DATABASE {name} TEMPLATE throughcare_template OWNER throughcare_owner")
    clock = BoxClock(folder / "clock", found)
    clock.set_off(RIGHT)
    url = postgres.server_url(name)
    settings = Settings(home=folder / "home", port=port)
    environment = {**clock.environment, "DATABASE_URL": url, "THROUGHCARE_HOME": str(settings.home)}
    database = Database(url)
    with served_by_a_process(environment, port) as address:
        yield Box(clock, address, settings, database, environment)
    database.close()


@pytest.fixture(autouse=True)
def _set_right(box: Box) -> None:
    box.clock.set_off(RIGHT)


@pytest.fixture
def browser(box: Box) -> Iterator[NewBrowser]:
    opened: list[PlainBrowser] = []

    def new() -> PlainBrowser:
        opened.append(PlainBrowser(box.address, box.address))
        return opened[-1]

    yield new
    for one in opened:
        one.http.close()


def signed_in(box: Box, person: Someone) -> list[dict[str, Any]]:
    """What the log has of a person's second steps."""
    subject = f"account/{person.account}"
    return [
        event
        for event in said(box.database, "sign-in")
        if event["actor"]["name"] == str(person.account) or subject in event["subjects"]
    ]


def is_in(browser: PlainBrowser) -> bool:
    return browser.open("/account").url.path == "/account"


def test_the_process_has_the_clock_that_is_set(box: Box) -> None:
    for off in (DAY, -DAY, RIGHT):
        box.clock.set_off(off)
        answer = httpx.post(f"{box.address}/auth/token", data=form(box.assertion("nobody", box.clock())))
        assert answer.status_code == 401
        (event,) = said(box.database, "sign-in")[-1:]
        logged = datetime.fromisoformat(event["at"])
        assert abs(logged - box.clock()) < MINUTE


@pytest.mark.parametrize("off", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_system_signs_for_the_clock_of_the_server(box: Box, off: timedelta) -> None:
    true_time = datetime.now(UTC)
    name = "ahead" if off > RIGHT else "behind"
    box.register(name)
    before = box.assertion(name, true_time)
    assert box.ask(before).status_code == 200
    box.clock.set_off(off)
    of_the_client = box.ask(box.assertion(name, true_time))
    assert (of_the_client.status_code, of_the_client.json()["error"]) == (401, "invalid_client")
    assert "clock" in of_the_client.json()["error_description"]
    theirs = box.assertion(name, box.clock())
    token = box.ask(theirs)
    assert token.status_code == 200
    headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
    assert httpx.get(f"{box.address}/fhir/Patient", headers=headers).status_code == 200
    # Whichever way the clock jumps, what was used is used: also after others let the server forget what is over.
    assert box.ask(box.assertion(name, box.clock())).status_code == 200
    assert box.ask(theirs).status_code == 401
    box.clock.set_off(RIGHT)
    assert box.ask(before).status_code == 401
    assert box.ask(theirs).status_code == 401
    assert box.ask(box.assertion(name, box.clock())).status_code == 200
    box.clock.set_off(off)
    assert box.ask(theirs).status_code == 401
    tries = [one for one in said(box.database, "sign-in") if one["method"] == "signed assertion"]
    assert sum(one["actor"]["name"] == name for one in tries) == 4
    assert sum(one["actor"]["kind"] == "nobody" for one in tries) >= 5


def test_a_session_of_a_clock_that_was_ahead_ends_when_it_is_set_right(box: Box, browser: NewBrowser) -> None:
    person, on_time, ahead = someone(box.desk, "mira"), browser(), browser()
    on_time.sign_in(person, box.clock())
    assert is_in(on_time)
    box.clock.set_off(DAY)
    assert not is_in(on_time), "its shift is over by this clock"
    ahead.sign_in(person, box.clock())
    assert is_in(ahead)
    box.clock.set_off(RIGHT)
    assert not is_in(ahead), "it would last for a day and a half"
    assert [one["method"] for one in signed_in(box, person)] == ["password and one-time code"] * 2


def test_a_code_is_of_the_servers_time_and_stays_used(box: Box, browser: NewBrowser) -> None:
    person, true = someone(box.desk, "bojan"), box.clock()
    box.clock.set_off(DAY)
    assert browser().sign_in(person, true).status_code == 403
    used = box.clock()
    assert browser().sign_in(person, used).url.path == "/"
    for off, code_of in ((DAY, used), (DAY - 30 * SECOND, used), (RIGHT, true)):
        box.clock.set_off(off)
        again = browser()
        assert again.sign_in(person, code_of).status_code == 403
        assert not is_in(again)
    whys = [one.get("why") for one in signed_in(box, person)]
    assert whys == ["wrong code", None, *["code used before"] * 3]


def test_a_wait_is_neither_shorter_nor_longer_for_it(box: Box, browser: NewBrowser) -> None:
    person, one = someone(box.desk, "petra"), browser()
    before = len(said(box.database, "sign-in"))

    def try_(password: str) -> int:
        one.open("/sign-in")
        return one.send("/sign-in", login=person.login, password=password).status_code

    for nth in range(10):
        box.clock.set_off(DAY + nth * MINUTE)  # each wait is over, the last one is of 32 seconds
        assert try_("a long walk by the see") == 403
    assert try_(PASSWORD) == 429
    box.clock.set_off(RIGHT)
    assert try_("a long walk by the see") == 403, "one try, which counts"
    assert try_(PASSWORD) == 429, "nor does the right one go round the wait"
    box.clock.set_off(2 * MINUTE)
    assert try_(PASSWORD) == 200, "nobody waits until the other clock's time has come"
    assert len(said(box.database, "sign-in")) - before == 10 + 1 + 1 + 1


@pytest.mark.parametrize(
    "night",
    [datetime(2027, 10, 31, 1, tzinfo=UTC), datetime(2028, 3, 26, 1, tzinfo=UTC)],
    ids=["autumn", "spring"],
)
def test_the_night_when_clocks_change_is_as_long_as_any(
    box: Box, browser: NewBrowser, night: datetime
) -> None:
    name = f"night-{night:%m}"
    person, one = someone(box.desk, name), browser()
    box.register(name)
    box.clock.set_to(night - 20 * SECOND)
    assertion_ = box.assertion(name, box.clock())
    one.sign_in(person, box.clock())
    assert is_in(one)
    box.clock.set_to(night + 10 * SECOND)
    assert box.ask(assertion_).status_code == 200
    assert box.ask(assertion_).status_code == 401
    assert is_in(one)
    box.clock.set_to(night + DESK_LOCKS_AFTER)
    assert is_in(one)
    box.clock.set_to(night + 2 * DESK_LOCKS_AFTER + MINUTE)
    assert not is_in(one)
    assert len(signed_in(box, person)) == 1


def test_heads_keep_their_order_and_no_event_is_lost(box: Box) -> None:
    heads = []
    for off in (DAY, -DAY):
        box.clock.set_off(off)
        httpx.post(f"{box.address}/auth/token", data=form(box.assertion("nobody", box.clock())))
        done = subprocess.run(
            [*CLI, "audit", "head"], env={**os.environ, **box.environment}, cwd=ROOT, check=True, capture_output=True, text=True
        )  # fmt: skip
        heads.append(signed.parse(done.stdout))
    assert heads[0].size < heads[1].size
    assert heads[0].time <= heads[1].time
    assert heads[0].time > datetime.now(UTC) + DAY / 2
    sequence_all(box.database)
    with box.database.snapshot() as connection:
        verified = verify_kept_log(connection, heads, keys_of(box.settings.home).subject)
        (recorded,) = connection.execute(text("SELECT count(*) FROM access.audit_event")).scalars()
    assert verified.report.intact, verified.report.findings
    assert (verified.report.entries, verified.unsequenced) == (recorded, 0)
