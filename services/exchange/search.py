"""search: GET [base]/[type]?..., or POST [base]/[type]/_search. http://hl7.org/fhir/R4/http.html#search

Identifiers belong in the POST form: a URL ends up in logs that are not ours.
"""

import json
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response

from fhir_store.read import Stored
from fhir_store.search import Page, Query, parse_query, search
from services.access.actors import Caller, require
from services.access.clients import Client
from services.exchange.problems import UnsupportedMediaType
from services.exchange.request import Exchange, Store_, Type, acceptable, media_type
from services.exchange.response import FHIR_JSON

router = APIRouter()


@router.get("/{type}", summary="search", dependencies=[Depends(acceptable)])
def search_type(request: Request, client: Caller, type_: Type, exchange: Store_) -> Response:
    """A page of the resources of a type that match every parameter."""
    return _answer(request, client, type_, exchange, request.query_params.multi_items())


async def _form(request: Request) -> list[tuple[str, str]]:
    if media_type(request.headers.get("content-type", "")) != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType
    written = (await request.body()).decode("utf-8", "replace")
    return parse_qsl(written, keep_blank_values=True) + request.query_params.multi_items()


@router.post("/{type}/_search", summary="search", dependencies=[Depends(acceptable)])
def search_type_by_post(
    request: Request,
    client: Caller,
    type_: Type,
    exchange: Store_,
    form: list[tuple[str, str]] = Depends(_form),
) -> Response:
    """The same with the parameters in a form, where no log keeps them."""
    return _answer(request, client, type_, exchange, form)


def _answer(
    request: Request, client: Client, type_: str, exchange: Exchange, parameters: Iterable[tuple[str, str]]
) -> Response:
    require(client, "search", type_)
    lenient = "handling=lenient" in request.headers.get("prefer", "")
    query = parse_query(type_, [p for p in parameters if p[0] != "_format"], lenient=lenient)
    with exchange.database.reading() as connection:
        page = search(connection, query, exchange.store.zone)
    return Response(searchset(query, page, exchange.base), media_type=FHIR_JSON)


def searchset(query: Query, page: Page, base: str) -> str:
    """The Bundle as text: the resources in it are exactly what is stored."""
    links = [{"relation": "self", "url": _url(base, query, query.after)}]
    if page.after is not None:
        links.append({"relation": "next", "url": _url(base, query, page.after)})
    head = f'{{"resourceType":"Bundle","type":"searchset","link":{json.dumps(links)}'
    entries = ",".join(_entry(base, stored) for stored in page.resources)
    return head + (f',"entry":[{entries}]}}' if entries else "}")


def _entry(base: str, stored: Stored) -> str:
    url = json.dumps(f"{base}/{stored.type}/{stored.id}")
    return f'{{"fullUrl":{url},"resource":{stored.text},"search":{{"mode":"match"}}}}'


def _url(base: str, query: Query, after: int) -> str:
    parameters = [*query.used, *([("_cursor", str(after))] if after else [])]
    return f"{base}/{query.type}" + (f"?{urlencode(parameters)}" if parameters else "")
