"""The FHIR interactions as part of the OpenAPI document. https://spec.openapis.org/oas/v3.1.0

They are no routes of the framework, so it does not describe them; this does, from the catalogue.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fhir_store.gate import served_types
from fhir_store.search.controls import SUMMARIES, TOTALS
from services.exchange.forms import FORM
from services.exchange.interaction import FHIR_JSON, JSON_TYPES, Interaction
from services.exchange.operations.validate import MODES
from services.exchange.paging import MOST
from services.exchange.terms import CRITERIA, HEADERS, QUERY, STATUSES, Terms, terms_of

BASE = "/fhir"
TOKEN = "token"  # noqa: S105
BODILESS = {204, 304}

SECTIONS = {
    "search": "FHIR: search",
    "history": "FHIR: history",
    "batch": "FHIR: batch and capabilities",
    "capabilities": "FHIR: batch and capabilities",
    "smart": "FHIR: batch and capabilities",
}
RESOURCES = "FHIR: one resource"
OPERATIONS = "FHIR: operations"

OBJECT = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}}
A_FORM = {"type": "object", "additionalProperties": {"type": "string"}}
SEGMENTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "id": ("The resource's id.", {"type": "string", "pattern": r"^[A-Za-z0-9\-.]{1,64}$"}),
    "version": ("A version's number, as in its ETag.", {"type": "string", "pattern": r"^[1-9]\d{0,8}$"}),
}


NUMBER = {"type": "integer", "minimum": 0, "maximum": MOST}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "_format": {"type": "string", "enum": sorted(JSON_TYPES)},
    "_pretty": {"type": "string", "enum": ["true", "false"]},
    "_contained": {"type": "string", "enum": ["false"]},
    "_summary": {"type": "string", "enum": list(SUMMARIES)},
    "_total": {"type": "string", "enum": list(TOTALS)},
    "_count": NUMBER,
    "mode": {"type": "string", "enum": sorted(MODES)},
}
"""What a query parameter may be, where it is not any text."""


def with_fhir(document: Mapping[str, Any], interactions: Iterable[Interaction]) -> dict[str, Any]:
    """An OpenAPI document with the FHIR interactions beside what it describes already."""
    components = document.get("components", {})
    schemes = {**components.get("securitySchemes", {}), TOKEN: {"type": "http", "scheme": "bearer"}}
    return {
        **document,
        "paths": {**fhir_paths(interactions), **document["paths"]},
        "components": {**components, "securitySchemes": schemes},
    }


def fhir_paths(interactions: Iterable[Interaction]) -> dict[str, Any]:
    """The addresses of the FHIR API, each with what may be asked there."""
    paths: dict[str, Any] = {}
    for one in interactions:
        paths.setdefault(_address(one), {})[one.method.lower()] = _operation(one)
    return paths


def _operation(one: Interaction) -> dict[str, Any]:
    terms = terms_of(one)
    body = {kind: _content(kind) for kind in terms.bodies}
    return {
        "operationId": f"fhir-{one.answer.__name__.replace('_', '-')}",
        "tags": [_section(one)],
        "summary": one.title,
        **({} if one.public else {"security": [{TOKEN: []}]}),
        "parameters": [
            *(_segment(one, name) for name in re.findall(r"{(\w+)}", _address(one))),
            *map(_query, terms.query),
            *(_header(name) for name in terms.headers),
        ],
        **({"requestBody": {"required": True, "content": body}} if body else {}),
        "responses": {str(status): _response(status, terms) for status in terms.statuses},
    }


def _address(one: Interaction) -> str:
    """The address with the type in it, where there is only one."""
    path = one.path.replace("{type}", one.types[0]) if one.types and len(one.types) == 1 else one.path
    return f"{BASE}/{path}".rstrip("/")


def _section(one: Interaction) -> str:
    if one.code.startswith("$"):
        return OPERATIONS
    return SECTIONS.get(one.code.partition("-")[0], RESOURCES)


def _segment(one: Interaction, name: str) -> dict[str, Any]:
    meaning, schema = SEGMENTS.get(name) or _type_segment(one)
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema}


def _type_segment(one: Interaction) -> tuple[str, Mapping[str, Any]]:
    types = list(one.types or served_types()) if "{type}" in one.path else list(served_types())
    return "A resource type that is held here: GET /fhir/metadata lists them.", {
        "type": "string",
        "enum": types,
    }


def _query(name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "in": "query", "description": QUERY[name]}
    if name == CRITERIA:
        return {**described, "style": "form", "explode": True, "schema": A_FORM}
    return {**described, "schema": VALUES.get(name, {"type": "string"})}


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": HEADERS[name], "schema": {"type": "string"}}


def _content(kind: str) -> dict[str, Any]:
    if kind == FORM:
        return {"schema": A_FORM}
    return {"schema": OBJECT if kind == FHIR_JSON else {"type": "array", "items": {"type": "object"}}}


def _response(status: int, terms: Terms) -> dict[str, Any]:
    described = {"description": STATUSES[status]}
    kind = terms.answered_as if status == HTTPStatus.OK else FHIR_JSON
    schema = OBJECT if kind == FHIR_JSON else {"type": "object"}
    return described if status in BODILESS else {**described, "content": {kind: {"schema": schema}}}
