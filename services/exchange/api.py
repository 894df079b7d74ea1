"""The FHIR API under ``/fhir``: the interactions, each from its own file."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from services.exchange import create, read, search, transaction, update, vread
from services.exchange.metadata import metadata_router

INTERACTIONS = (create, read, vread, update, search, transaction)


def fhir_router() -> APIRouter:
    """Every route of the FHIR API; the capabilities come first, so that no resource type shadows them."""
    offered = [
        str(route.summary)
        for module in INTERACTIONS
        for route in module.router.routes
        if isinstance(route, APIRoute)
    ]
    router = APIRouter(tags=["FHIR R4"])
    for part in (metadata_router(offered), *(module.router for module in INTERACTIONS)):
        router.include_router(part, prefix="/fhir")
    return router
