"""A register that is served, and the browsers of those who keep it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from audit_events import said
from dispensary import Dispensary, law
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, with_cheap_desk
from serving import serving
from shift import Shift
from ward import fill

from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

ZONE = "Europe/Podgorica"


@pytest.fixture(scope="module")
def kept(known_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """The application, served once for the tests of a file."""
    home = tmp_path_factory.mktemp("home")
    application = create_app(Settings(home=home, facility_zone=ZONE, language="en"), known_database)
    with serving(application) as address:
        yield application, address


@pytest.fixture
def shift(kept: tuple[FastAPI, str], urls: Urls) -> Shift:
    """Two sites, at this hour."""
    clock = Clock()
    kept[0].state.law = law(residue_tolerance_percent=2)
    desk = with_cheap_desk(kept[0], clock)
    fill(desk, ZONE)
    return Shift(kept[0], desk, clock)


@pytest.fixture
def north(shift: Shift) -> Dispensary:
    """The register of the prison in the north, without its pages."""
    today = shift.clock.day(ZONE)
    return Dispensary(shift.desk.database, day=today)


@pytest.fixture
def sign_in(kept: tuple[FastAPI, str], shift: Shift) -> Iterator[Callable[..., PlainBrowser]]:
    """A browser of somebody, signed in for the rest of a shift."""
    with ExitStack() as opened:

        def enter(login: str, *, on_tablet: bool = False) -> PlainBrowser:
            browser = shift.browser(kept[1], login, on_tablet=on_tablet)
            opened.enter_context(browser.http)
            return browser

        yield enter


@pytest.fixture
def log(shift: Shift) -> Callable[..., list[dict[str, Any]]]:
    """What the audit log says of these kinds."""
    return lambda *kinds: said(shift.desk.database, *kinds)
