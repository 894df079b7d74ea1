"""schemathesis invents requests from our OpenAPI document; no answer may be other than the document says.

It asks the whole application without a network between them, the same requests in every run.
"""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from resources import a_dose, a_patient, text_of
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from fhir_store.store import Author, Store
from fhir_store.write import Write, save
from services.exchange.api import catalogue
from services.exchange.openapi import fhir_paths
from services.shared.database import Database

CHECKS = [not_a_server_error, status_code_conformance]
MARK = "Zq7xMARK"
"""Put into all that is sent, so that it is seen where it is sent back."""
EXAMPLES = 4

OPERATIONS = sorted(
    (path, method) for path, methods in fhir_paths(catalogue().interactions).items() for method in methods
)


@pytest.fixture
def records(database: Database, store: Store) -> None:
    """Two resources that requests may find."""
    with database.transaction() as connection:
        save(
            connection,
            store,
            [Write(text_of(a_patient("p1")), id="p1"), Write(text_of(a_dose("p1")), id="p1")],
            Author("centre"),
        )


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"]
)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_is_answered_in_a_way_that_is_not_described(
    path: str,
    method: str,
    mode: GenerationMode,
    application: FastAPI,
    records: None,
    token: Callable[..., str],
) -> None:
    operation = schemathesis.openapi.from_asgi("/openapi.json", application)[path][method]
    bearer = {"Authorization": f"Bearer {token()}"}

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        for way in WAYS:
            way(case)
            _judge(case, case.call(headers=bearer))

    ask()


def _judge(asked: schemathesis.Case, answer: schemathesis.Response) -> None:
    kinds = [content_type_conformance] if answer.content else []
    asked.validate_response(answer, checks=CHECKS + kinds)
    if answer.status_code >= 400:
        assert MARK not in answer.text + str(answer.headers)


def _as_it_is(case: schemathesis.Case) -> None:
    """Leave a request as it was invented."""


def _plausible(case: schemathesis.Case) -> None:
    """Aim it at something that is there, and send something that can be read."""
    _aim(case, {"type": "Patient", "id": "p1", "version": "1", "member": "MedicationAdministration"})
    if isinstance(case.body, dict):
        case.body = {**case.body, **a_patient("p1")}
    if isinstance(case.body, list):
        case.body = [{"op": "replace", "path": f"/{MARK}", "value": MARK}]


def _nowhere(case: schemathesis.Case) -> None:
    """Aim it at nothing."""
    _aim(case, {"type": "Patient", "id": MARK, "version": "7", "member": MARK})


def _aim(case: schemathesis.Case, place: dict[str, str]) -> None:
    case.path_parameters = {name: place[name] for name in case.path_parameters or {}}
    # What they say is refused before anything else is looked at.
    case.query, case.headers = {}, {}


def _marked(case: schemathesis.Case) -> None:
    """Mark everything in it that a caller chooses."""
    case.query = _mark(case.query or {})
    case.body = _mark(case.body)
    for name in case.headers or {}:
        case.headers[name] = MARK


WAYS = [_as_it_is, _marked, _plausible, _nowhere]
"""One after the other, each of what the one before left."""


def _mark(part: Any) -> Any:
    if isinstance(part, dict):
        return {f"{name}{MARK}" if len(name) % 2 else name: _mark(one) for name, one in part.items()}
    if isinstance(part, list):
        return [*map(_mark, part), MARK]
    return f"{part}{MARK}" if isinstance(part, str) else part
