"""create: POST [base]/[type]. http://hl7.org/fhir/R4/http.html#create"""

from fastapi import APIRouter, Request, Response

from fhir_store.gate import check
from fhir_store.json_text import parse
from fhir_store.write import Write, save
from services.access.actors import Caller, require
from services.exchange.problems import refuse_condition, refuse_other_type
from services.exchange.request import Body, Store_, Type, author
from services.exchange.response import saved_response

router = APIRouter()


@router.post("/{type}", summary="create")
def create(request: Request, client: Caller, type_: Type, exchange: Store_, body: Body) -> Response:
    """Save a new resource under an id given by this server."""
    require(client, "create", type_)
    refuse_condition(request, "if-none-exist")
    resource = parse(body)
    refuse_other_type(resource, type_)
    check(resource.value)
    saved = exchange.database.run(
        lambda connection: save(connection, exchange.store, [Write(resource)], author(client))[0]
    )
    return saved_response(request, saved, exchange.base)
