from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from services.exchange.api import catalogue
from services.shared.actors import Public, actor, declares_actor


def routes_without_actor(app: FastAPI) -> list[str]:
    """Every route that does not say who may call it; one that is no API route cannot say it at all."""
    return [
        f"{sorted(context.methods or [])} {context.path}"
        for context in iter_route_contexts(app.routes)
        if getattr(context, "dependant", None) is None or not declares_actor(context.dependant)
    ]


def test_every_route_declares_its_actor(application: FastAPI) -> None:
    assert routes_without_actor(application) == []


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}]
)
def test_every_interaction_of_the_fhir_api_asks_who_calls(
    program: TestClient, headers: dict[str, str], subtests: pytest.Subtests
) -> None:
    offered = [one for one in catalogue().interactions if not one.public]
    assert len(offered) >= 20
    for interaction in offered:
        with subtests.test(f"{interaction.method} {interaction.path}"):
            type_ = interaction.types[0] if interaction.types else "Patient"
            address = interaction.path.format(type=type_, id="p1", version="1", member="Observation")
            answer = program.request(interaction.method, f"/fhir/{address}", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["resourceType"] == "OperationOutcome"


def test_only_what_tells_how_to_get_in_is_public_in_the_fhir_api() -> None:
    assert [one.path for one in catalogue().interactions if one.public] == [
        "metadata",
        ".well-known/smart-configuration",
    ]


@pytest.fixture
def app() -> FastAPI:
    return FastAPI(openapi_url=None, docs_url=None, redoc_url=None)


def test_a_route_without_an_actor_is_found_however_it_was_added(app: FastAPI) -> None:
    inner = APIRouter()
    inner.add_api_route("/included", lambda: None)
    outer = APIRouter(prefix="/outer")
    outer.include_router(inner)
    app.include_router(outer)
    app.add_api_route("/direct", lambda: None, methods=["POST"])
    app.add_route("/plain", lambda request: None, methods=["GET"])
    app.mount("/mounted", FastAPI())
    assert routes_without_actor(app) == [
        "['GET'] /outer/included",
        "['POST'] /direct",
        "['GET', 'HEAD'] /plain",
        "[] /mounted",
    ]


def test_an_actor_counts_at_any_depth_and_from_the_router(app: FastAPI) -> None:
    @actor
    def nurse() -> str:
        return "nurse"

    def ward(who: Annotated[str, Depends(nurse)]) -> str:
        return who

    def deep(where: Annotated[str, Depends(ward)]) -> None: ...

    def public(who: Public) -> None: ...

    router = APIRouter(dependencies=[Depends(nurse)])
    router.add_api_route("/by-router", lambda: None)
    app.include_router(router)
    app.add_api_route("/deep", deep)
    app.add_api_route("/public", public)
    assert routes_without_actor(app) == []


def test_a_dependency_that_is_no_actor_does_not_count(app: FastAPI) -> None:
    def page_size() -> int:
        return 20

    def listing(size: Annotated[int, Depends(page_size)]) -> None: ...

    app.add_api_route("/listing", listing)
    assert routes_without_actor(app) == ["['GET'] /listing"]
