from collections.abc import Iterator

import pytest
from demo_installation import demo_installation
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log
from ministry_views import put_in, view
from people_pages import Clock, PlainBrowser, Someone, someone, with_cheap_desk
from serving import serving

from services.access.pages.desk import Desk
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.logs import configure_logging

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def empty_demo(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[FastAPI]:
    """A demo that holds nothing yet."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"ministry_empty_{worker_id}", home, examples=False) as application:
        yield application


@pytest.fixture(scope="module")
def ministry(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[TestClient]:
    """A browser on a demo that shows the view made by hand."""
    home = tmp_path_factory.mktemp("home")
    with (
        demo_installation(postgres, f"ministry_{worker_id}", home, examples=False) as application,
        TestClient(application, headers=BROWSER) as client,
    ):
        put_in(application.state.cube, view())
        yield client


@pytest.fixture
def confidential(database: Database, settings: Settings) -> FastAPI:
    """An installation with real people that shows the view to those who sign in."""
    application = create_app(settings.model_copy(update={"ministry_confidential": True}), database)
    put_in(application.state.cube, view())
    return application


@pytest.fixture
def desk(confidential: FastAPI) -> Desk:
    """Where people sign in there."""
    return with_cheap_desk(confidential, Clock())


@pytest.fixture
def visiting(confidential: FastAPI, desk: Desk) -> Iterator[PlainBrowser]:
    """A browser there, with nobody signed in."""
    with serving(confidential) as address:
        put_in(confidential.state.cube, view())
        browser = PlainBrowser(address, desk.base_url)
        with browser.http:
            yield browser


@pytest.fixture
def drita(desk: Desk) -> Someone:
    """Somebody who may see full counts of the whole installation."""
    return someone(desk, "drita", "Drita Leka", confidential_recipient=None)


@pytest.fixture
def signed_in(visiting: PlainBrowser, desk: Desk, drita: Someone) -> PlainBrowser:
    """A browser on which Drita is signed in."""
    visiting.sign_in(drita, desk.now())
    return visiting


@pytest.fixture
def log(confidential: FastAPI) -> Iterator[Log]:
    """What that installation writes to its log."""
    written = Log()
    configure_logging("DEBUG", written.stream)
    yield written
    configure_logging("INFO")
