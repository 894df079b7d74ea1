"""More clients of the FHIR API."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

FHIR_JSON = "application/fhir+json"
Connect = Callable[..., httpx.Client]


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
