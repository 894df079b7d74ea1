"""What every interaction takes from a request: the body, the type, the record store, the base address."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from fhir_store.gate import served
from fhir_store.store import Author, Store
from services.access.clients import Client
from services.exchange.problems import NotAcceptable, NotServed, UnsupportedMediaType
from services.shared.database import Database

JSON_TYPES = {"application/fhir+json", "application/json", "json"}
ACCEPTED = {"application/fhir+json", "application/json", "application/*", "*/*"}


# These are coroutines although they wait for nothing: FastAPI would send a plain function to another thread.


@dataclass(frozen=True)
class Exchange:
    """The record store as one request sees it, and the base URL by which the client reached it."""

    database: Database
    store: Store
    base: str


async def exchange(request: Request) -> Exchange:
    """The store behind this application."""
    state = request.app.state
    base = state.settings.public_url or str(request.base_url)
    return Exchange(state.database, state.store, base.rstrip("/") + "/fhir")


async def json_body(request: Request) -> bytes:
    """The body as sent. Raises UnsupportedMediaType unless it is said to be JSON."""
    if media_type(request.headers.get("content-type", "")) not in JSON_TYPES:
        raise UnsupportedMediaType
    return await request.body()


def media_type(header: str) -> str:
    """The media type without its parameters."""
    return header.partition(";")[0].strip().lower()


async def acceptable(request: Request) -> None:
    """Return if the client takes FHIR JSON. Raises NotAcceptable."""
    wanted = request.query_params.get("_format")
    if wanted is not None:
        if media_type(wanted.replace(" ", "+")) not in JSON_TYPES:
            raise NotAcceptable
    elif not any(media_type(part) in ACCEPTED for part in request.headers.get("accept", "*/*").split(",")):
        raise NotAcceptable


async def served_type(type_: Annotated[str, Path(alias="type")]) -> str:
    """The resource type in the path. Raises NotServed."""
    if not served(type_):
        raise NotServed
    return type_


def author(client: Client) -> Author:
    """The client as the author of what it writes."""
    return Author(client.name, steward=client.scopes.steward)


Store_ = Annotated[Exchange, Depends(exchange)]
Body = Annotated[bytes, Depends(json_body)]
Type = Annotated[str, Depends(served_type)]
