"""vread: GET [base]/[type]/[id]/_history/[vid]. http://hl7.org/fhir/R4/http.html#vread"""

from fastapi import APIRouter, Depends, Response

from fhir_store.read import read_version
from services.access.actors import Caller, require
from services.exchange.request import Store_, Type, acceptable
from services.exchange.response import resource_response

router = APIRouter()


@router.get("/{type}/{id}/_history/{version}", summary="vread", dependencies=[Depends(acceptable)])
def read_one_version(client: Caller, type_: Type, id: str, version: str, exchange: Store_) -> Response:  # noqa: A002
    """One version of a resource, as it was."""
    require(client, "read", type_)
    with exchange.database.reading() as connection:
        return resource_response(read_version(connection, type_, id, version))
