"""A prison that is served once for the tests of a file, in a database that each of them finds empty but for the prison."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from movements import Prison, a_prison, prison, put
from people_pages import PlainBrowser, Someone

from services.shared.installation import Urls

SignedIn = Callable[[Someone], PlainBrowser]


@pytest.fixture(scope="module")
def kept_prison(own_database: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prison]:
    with prison(own_database.server, tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def north(kept_prison: Prison, urls: Urls) -> Prison:
    """The installation with two prisons, and nobody called."""
    kept_prison.application.state.demo = False
    put(kept_prison.database, a_prison())
    return kept_prison


@pytest.fixture
def signed_in(north: Prison) -> Iterator[SignedIn]:
    """Browsers on which somebody is signed in."""
    with ExitStack() as opened:

        def sign_in(person: Someone) -> PlainBrowser:
            browser = north.browser()
            opened.enter_context(browser.http)
            browser.sign_in(person, north.desk.now())
            return browser

        yield sign_in
