"""Ask the gate about small resources."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fhir_store.errors import Refused
from fhir_store.gate import check
from fhir_store.json_text import parse

Issues = list[tuple[str, str]]
Gate = Callable[[Mapping[str, Any] | str], Issues]


@pytest.fixture(scope="session", name="issues")
def _issues() -> Gate:
    """The code and expression of each issue with a resource, given as values or as text; none if it may enter."""

    def ask(resource: Mapping[str, Any] | str) -> Issues:
        text = resource if isinstance(resource, str) else json.dumps(resource)
        try:
            check(parse(text).value)
        except Refused as refusal:
            return [(issue.code, issue.expression) for issue in refusal.issues]
        return []

    return ask
