from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from services.app import create_app
from services.commands.demo import load_examples
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls, make_demo

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def demo(urls: Urls, database: Database, settings: Settings) -> FastAPI:
    """An installation that was made a demo while it was empty, and holds nothing yet."""
    owner = create_engine(urls.owner, hide_parameters=True)
    with owner.begin() as connection:
        make_demo(connection)
    owner.dispose()
    return create_app(settings.model_copy(update={"pseudo_locale": True}), database)


@pytest.fixture
def examples(demo: FastAPI, database: Database, settings: Settings) -> FastAPI:
    """The demo with the sample records."""
    load_examples(database, settings)
    return demo


@pytest.fixture
def ministry(examples: FastAPI) -> Iterator[TestClient]:
    """A browser on the demo with the sample records."""
    with TestClient(examples, headers=BROWSER) as client:
        yield client
