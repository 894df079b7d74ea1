from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log

from services.shared.logs import configure_logging


@pytest.fixture
def log(application: FastAPI) -> Iterator[Log]:
    """The log of the application, at its most talkative."""
    written = Log()
    configure_logging("DEBUG", written.stream)
    yield written
    configure_logging("INFO")


@pytest.fixture
def browser(application: FastAPI) -> Iterator[TestClient]:
    """A client that asks for pages as a browser does."""
    with TestClient(application, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}) as client:
        yield client


@pytest.fixture
def program(application: FastAPI) -> Iterator[TestClient]:
    """A client that asks for nothing in particular."""
    with TestClient(application) as client:
        yield client
