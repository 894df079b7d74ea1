"""Terminologies to ask: the official one, and small ones made for a test."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fhir_store.terminology import Terminology


def holding(*resources: Mapping[str, Any]) -> Terminology:
    """A terminology that holds some resources, by address."""
    held = {(one["resourceType"], one["url"]): one for one in resources}

    def lookup(type_: str) -> Callable[[str, str | None], Mapping[str, Any] | None]:
        return lambda url, version: (
            found if (found := held.get((type_, url))) and version in (None, found.get("version")) else None
        )

    return Terminology(lookup("ValueSet"), lookup("CodeSystem"))


@pytest.fixture(scope="session")
def r4(official: list[Mapping[str, Any]]) -> Terminology:
    """Every value set and code system of R4."""
    return holding(*(one for one in official if one["resourceType"] in ("ValueSet", "CodeSystem")))


@pytest.fixture(scope="session")
def held() -> Callable[..., Terminology]:
    return holding
