"""Two prisons that are served, and browsers on which somebody who works there is signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from audit_events import Logged, fresh_events, plain
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, Someone, with_cheap_desk
from serving import serving
from ward import fill, staff

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

ZONE = "Europe/Podgorica"
SHUT = "REVOKE INSERT ON access.audit_opening, access.audit_event FROM throughcare_server"
OPEN = """
GRANT INSERT ON access.audit_opening TO throughcare_server;
GRANT INSERT (seq, kind, actor, facility, at, body) ON access.audit_event TO throughcare_server;
"""

SignIn = Callable[[str], PlainBrowser]


@pytest.fixture(scope="module")
def kept(known_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """The application, made and served once for the tests of a file."""
    application = create_app(
        Settings(home=tmp_path_factory.mktemp("home"), facility_zone=ZONE, language="en"), known_database
    )
    with serving(application) as address:
        yield application, address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(kept: tuple[FastAPI, str], urls: Urls, clock: Clock) -> Desk:
    """The records are in, and nobody works here yet."""
    made = with_cheap_desk(kept[0], clock)
    fill(made, ZONE)
    return made


@pytest.fixture
def people(desk: Desk) -> dict[str, Someone]:
    """Whoever was signed in, by login name."""
    return {}


@pytest.fixture
def sign_in(kept: tuple[FastAPI, str], desk: Desk, people: dict[str, Someone]) -> Iterator[SignIn]:
    """A browser of somebody who works here, signed in for the rest of a shift."""
    with ExitStack() as opened:

        def enter(login: str) -> PlainBrowser:
            if login not in people:
                people.update(staff(desk, login))
            browser = PlainBrowser(kept[1], kept[0].state.settings.base_url)
            opened.enter_context(browser.http)
            with desk.database.transaction() as connection:
                begun = begin(connection, people[login].account, None, desk.now())
            browser.http.cookies.set("throughcare-session", begun.token)
            return browser

        yield enter


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    return fresh_events(urls.owner)


@pytest.fixture
def shut_log(urls: Urls) -> Iterator[Callable[[], None]]:
    """Make the log one that nobody can write, until the end of the test."""
    with psycopg.connect(plain(urls.owner), autocommit=True) as connection:
        yield lambda: connection.execute(SHUT) and None
        connection.execute(OPEN)
