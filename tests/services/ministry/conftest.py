from collections.abc import Iterator

import pytest
from demo_installation import demo_installation
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.shared.embedded_postgres import EmbeddedPostgres

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
    """A browser on a demo with the sample records, all of them counted."""
    home = tmp_path_factory.mktemp("home")
    with (
        demo_installation(postgres, f"ministry_{worker_id}", home, examples=True) as application,
        TestClient(application, headers=BROWSER) as client,
    ):
        counted(client)
        yield client


def counted(client: TestClient) -> None:
    """Return when the first count, which begins with the application, is over."""
    client.app.state.cube.wait(60)  # type: ignore[attr-defined]
