"""One server for the tests of a file, and more clients of the FHIR API."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from fastapi import FastAPI
from serving import serving

from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

FHIR_JSON = "application/fhir+json"
Connect = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def kept_server(
    known_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, str]]:
    """The whole application, made once for the tests of a file, since each of them needs little of it."""
    kept = create_app(Settings(home=tmp_path_factory.mktemp("home"), language="en"), known_database)
    with serving(kept) as address:
        yield kept, address


@pytest.fixture
def served(kept_server: tuple[FastAPI, str], urls: Urls, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the server, whose database is empty; of one of the test's own if it asks for the application."""
    if "application" in request.fixturenames:
        with serving(request.getfixturevalue("application")) as own:
            yield own
        return
    kept, address = kept_server
    # The numbers of the database begin anew for each test.
    kept.state.exchange.store.numbering.__init__()
    yield address


@pytest.fixture
def connect(served: str, token: Callable[..., str]) -> Iterator[Connect]:
    """Register another client of the FHIR API and connect as it."""
    with ExitStack() as open_clients:

        def make(
            name: str = "other",
            scope: str = "system/*.cruds",
            source: str | None = None,
            **role: str | None,
        ) -> httpx.Client:
            bearer = token(name, scope, source, **role)
            headers = {"Authorization": f"Bearer {bearer}", "Content-Type": FHIR_JSON}
            client = httpx.Client(base_url=f"{served}/fhir", headers=headers, timeout=30)
            return open_clients.enter_context(client)

        yield make
