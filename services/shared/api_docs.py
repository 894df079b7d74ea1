"""The API documentation as a page of our own, drawn from the OpenAPI document, without a script.

Swagger UI 5.35 would live under our content policy, but it weighs 1.9 MB, speaks English only and fails axe
on contrast, order of headings and landmarks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from services.shared.actors import Public
from services.shared.pages import Pages

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
UNGROUPED = ""


@dataclass(frozen=True)
class Parameter:
    """One thing a caller may send in the address or a header."""

    name: str
    place: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True)
class Answer:
    """One status an operation answers with."""

    status: str
    meaning: str


@dataclass(frozen=True)
class Operation:
    """One method on one address."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body_types: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Group:
    """The operations that belong together."""

    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class ApiPage:
    """The API documentation."""

    version: str
    base: str
    groups: tuple[Group, ...]


def api_docs_router(pages: Pages) -> APIRouter:
    """The documentation for people and the document for programs."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs(request: Request, public: Public) -> HTMLResponse:
        page = api_page(request.app.openapi(), request.app.state.settings.base_url)
        return pages.render(request, "shared/api_docs.html", page)

    @router.get("/openapi.json")
    def openapi(request: Request, public: Public) -> JSONResponse:
        return JSONResponse(request.app.openapi())

    return router


def api_page(document: Mapping[str, Any], base: str) -> ApiPage:
    """The page for an OpenAPI document. https://spec.openapis.org/oas/v3.1.0"""
    tagged: dict[str, list[Operation]] = {}
    for tag, operation in _operations(document):
        tagged.setdefault(tag, []).append(operation)
    groups = (Group(name, tuple(members)) for name, members in tagged.items())
    return ApiPage(document["info"]["version"], base, tuple(groups))


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                described = methods[method]
                yield (described.get("tags") or [UNGROUPED])[0], _operation(path, method, described)


def _operation(path: str, method: str, described: Mapping[str, Any]) -> Operation:
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", "").replace("``", ""),  # the marks of a docstring
        parameters=tuple(map(_parameter, described.get("parameters", ()))),
        body_types=tuple(described.get("requestBody", {}).get("content", {})),
        answers=tuple(_answers(described["responses"].items())),
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described.get("schema", {})
    kinds = [schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))]
    return Parameter(
        name=described["name"],
        place=described["in"],
        kind=next((kind for kind in kinds if kind), "string"),
        required=described.get("required", False),
        meaning=described.get("description", ""),
    )


def _answers(responses: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Answer]:
    return (Answer(status, described.get("description", "")) for status, described in responses)
