"""Who calls the FHIR API: the system that holds the bearer token."""

from typing import Any

import psycopg

from services.access.clients import Client, holder
from services.access.decision import may, may_in_part
from services.shared.errors import Forbidden, Unauthorized


def caller(cursor: psycopg.Cursor[Any], authorization: str) -> Client:
    """The client that an Authorization header names. Raises Unauthorized: no token, no data."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthorized("Send a bearer token: Authorization: Bearer TOKEN.")
    client = holder(cursor, token.strip())
    if client is None:
        raise Unauthorized(
            "This token is not valid any more. Ask for a new one: throughcare client token NAME."
        )
    return client


def require(client: Client, interaction: str, type_: str) -> None:
    """Return if the client may do this on every resource of the type. Raises Forbidden."""
    if may(client, interaction, type_):
        return
    if may_in_part(client, interaction, type_):
        raise Forbidden(
            "This client's scopes allow that for a part of the resources only. Read or search those."
        )
    raise Forbidden("This client's scopes do not allow that.")


def require_in_part(client: Client, interaction: str, type_: str) -> None:
    """Return if the client may do this on some resources of the type at least. Raises Forbidden."""
    if not may_in_part(client, interaction, type_):
        raise Forbidden("This client's scopes do not allow that.")
