"""An installation that is served, with people in it; and browsers on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI
from log_capture import Log
from people_pages import Clock, PlainBrowser, Someone, someone, tablet, with_cheap_desk

from services.access.pages.desk import Desk
from services.access.people.devices import Registered
from services.shared.logs import configure_logging


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(application: FastAPI, clock: Clock) -> Desk:
    return with_cheap_desk(application, clock)


@pytest.fixture
def home(application: FastAPI) -> str:
    """The origin that a browser states."""
    return str(application.state.settings.base_url)


@pytest.fixture
def new_browser(desk: Desk, served: str, home: str) -> Iterator[Callable[[], PlainBrowser]]:
    """Browsers, each with cookies of its own."""
    with ExitStack() as opened:

        def new() -> PlainBrowser:
            browser = PlainBrowser(served, home)
            opened.enter_context(browser.http)
            return browser

        yield new


@pytest.fixture
def browser(new_browser: Callable[[], PlainBrowser]) -> PlainBrowser:
    return new_browser()


@pytest.fixture
def ana(desk: Desk) -> Someone:
    return someone(desk, "ana", "Ana Kovač")


@pytest.fixture
def besa(desk: Desk) -> Someone:
    return someone(desk, "besa", "Besa Hoxha")


@pytest.fixture
def signed_in(browser: PlainBrowser, ana: Someone, clock: Clock) -> PlainBrowser:
    """A browser on which Ana is signed in."""
    browser.sign_in(ana, clock())
    assert "Ana Kovač" in browser.page.text
    return browser


@pytest.fixture
def round_1(desk: Desk, ana: Someone) -> Registered:
    """A tablet."""
    return tablet(desk, ana.account)


@pytest.fixture
def on_tablet(browser: PlainBrowser, round_1: Registered, ana: Someone, clock: Clock) -> PlainBrowser:
    """A tablet on which Ana is signed in and has chosen a PIN."""
    browser.open("/tablet")
    browser.send("/tablet", token=round_1.token)
    browser.sign_in(ana, clock())
    browser.send("/account/pin", pin="270914", again="270914")
    return browser


@pytest.fixture
def log(application: FastAPI) -> Iterator[Log]:
    """What the installation writes to its log."""
    written = Log()
    configure_logging("DEBUG", written.stream)
    yield written
    configure_logging("INFO")


@pytest.fixture
def rows(desk: Desk) -> Callable[[str], Any]:
    """Ask the database."""

    def ask(statement: str) -> Any:
        with desk.database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    return ask
