"""capabilities: GET [base]/metadata, made from what is registered. http://hl7.org/fhir/R4/http.html#capabilities"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Depends, Response

from fhir_store.gate import served_types
from fhir_store.search.query import supported
from services.exchange.request import Store_, acceptable
from services.exchange.response import FHIR_JSON
from services.shared.actors import Public

STARTED = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

TYPE_INTERACTIONS = {"create", "read", "vread", "update", "search"}


def metadata_router(interactions: Iterable[str]) -> APIRouter:
    """The route for what the given interactions (their routes' summaries) offer."""
    router = APIRouter()
    offered = sorted(set(interactions))

    @router.get("/metadata", summary="capabilities", dependencies=[Depends(acceptable)])
    def metadata(public: Public, exchange: Store_) -> Response:
        """What this server can do."""
        return Response(json.dumps(capability_statement(offered, exchange.base)), media_type=FHIR_JSON)

    return router


def capability_statement(interactions: list[str], base: str) -> dict[str, Any]:
    """The CapabilityStatement of a server that offers these interactions on every served type."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": STARTED,
        "kind": "instance",
        "software": {"name": "Throughcare", "version": version("throughcare")},
        "implementation": {"description": "Throughcare record store", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer tokens: Authorization: Bearer TOKEN."},
                "resource": [_resource(type_, interactions) for type_ in served_types()],
                "interaction": [{"code": "transaction"}] if "transaction" in interactions else [],
            }
        ],
    }


def _resource(type_: str, interactions: list[str]) -> dict[str, Any]:
    codes = [
        ("search-type" if name == "search" else name) for name in interactions if name in TYPE_INTERACTIONS
    ]
    return {
        "type": type_,
        "interaction": [{"code": code} for code in codes],
        "versioning": "versioned-update",
        "readHistory": "vread" in interactions,
        "updateCreate": True,
        "conditionalCreate": False,
        "conditionalUpdate": False,
        "searchParam": [{"name": name, "type": kind} for name, kind in sorted(supported(type_).items())],
    }
