"""Who calls the FHIR API: the actor every route of it declares."""

from typing import Annotated

from fastapi import Depends, Request

from services.access.clients import Client, holder
from services.access.decision import may
from services.shared.actors import actor
from services.shared.errors import Forbidden, Unauthorized


@actor
def caller(request: Request) -> Client:
    """The system that holds the bearer token. Raises Unauthorized: no token, no data."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthorized("Send a bearer token: Authorization: Bearer TOKEN.")
    with request.app.state.database.reading() as connection:
        client = holder(connection, token.strip())
    if client is None:
        raise Unauthorized(
            "This token is not valid any more. Ask for a new one: throughcare client token NAME."
        )
    return client


Caller = Annotated[Client, Depends(caller)]


def require(client: Client, interaction: str, type_: str) -> None:
    """Return if the client may do this. Raises Forbidden."""
    if not may(client, interaction, type_):
        raise Forbidden("This client's scopes do not allow that.")
