"""update: PUT [base]/[type]/[id], which creates where there is none. http://hl7.org/fhir/R4/http.html#update"""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from fhir_store.gate import check
from fhir_store.json_text import parse
from fhir_store.write import Write, save
from services.access.actors import Caller, require
from services.exchange.problems import BadIfMatch, refuse_condition, refuse_other_id, refuse_other_type
from services.exchange.request import Body, Store_, Type, author
from services.exchange.response import saved_response

router = APIRouter()

ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


@router.put("/{type}/{id}", summary="update")
def update(
    request: Request,
    client: Caller,
    type_: Type,
    id: str,  # noqa: A002 - the name in the path
    exchange: Store_,
    body: Body,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Save a new version under this id; ``If-Match`` refuses if somebody wrote meanwhile."""
    require(client, "update", type_)
    refuse_condition(request, "if-none-match")
    resource = parse(body)
    refuse_other_type(resource, type_)
    refuse_other_id(resource, id)
    check(resource.value)
    write = Write(resource, id=id, if_match=version_seen(if_match))
    saved = exchange.database.run(
        lambda connection: save(connection, exchange.store, [write], author(client))[0]
    )
    return saved_response(request, saved, exchange.base)


def version_seen(if_match: str | None) -> int | None:
    """The version number in an If-Match header. Raises BadIfMatch."""
    if if_match is None:
        return None
    version = ETAG.fullmatch(if_match)
    if version is None:
        raise BadIfMatch
    return int(version[1])
