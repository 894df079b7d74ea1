"""read: GET [base]/[type]/[id]. http://hl7.org/fhir/R4/http.html#read"""

from fastapi import APIRouter, Depends, Response

from fhir_store.read import read
from services.access.actors import Caller, require
from services.exchange.request import Store_, Type, acceptable
from services.exchange.response import resource_response

router = APIRouter()


@router.get("/{type}/{id}", summary="read", dependencies=[Depends(acceptable)])
def read_resource(client: Caller, type_: Type, id: str, exchange: Store_) -> Response:  # noqa: A002
    """The newest version of a resource."""
    require(client, "read", type_)
    with exchange.database.reading() as connection:
        return resource_response(read(connection, type_, id))
