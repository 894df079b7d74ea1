"""From a signed assertion to an access token of a few minutes. SMART App Launch 2.2, Backend Services."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, text

from fhir_store.write import raw_cursor
from services.access.audit.kinds import Actor, sign_in
from services.access.clients import Client, client_named, issue_token
from services.access.people.journal import Journal
from services.access.scopes import Scopes, understood
from services.access.systems.assertion import NOT_SIGNED, Assertion, Claimed, claimed, verified
from services.access.systems.client_keys import address_to_ask, find_key, keep_fetched
from services.access.systems.errors import NothingGranted, NotTheClient, OtherGrant, Refused, SigningIn
from services.access.systems.key_address import fetch_keys
from services.access.systems.public_keys import PublicKey
from services.shared.database import Database

log = structlog.get_logger()

LIFETIME = timedelta(minutes=5)
"""Of an access token. SMART App Launch 2.2 advises no more than an hour, and five minutes where nobody looks on."""

BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_SCOPE = 4_096

ASSERTION = "signed assertion"
"""How a system signs in, as the log names it."""

USE = text("""
INSERT INTO access.used_assertion (client, digest, expires_at) VALUES (:client, :digest, :expires_at)
ON CONFLICT DO NOTHING RETURNING client
""")
REMEMBERED = timedelta(days=7)
"""How long an assertion is remembered after its end. A clock that was ahead for a while, or the database's that is ahead of
ours, must not forget one that could still be shown. Proposed."""

FORGET_OLD = text(
    "DELETE FROM access.used_assertion WHERE client = :client AND expires_at < now() - :remembered"
)
FORGET_OLD_TOKENS = text("DELETE FROM access.token WHERE client = :client AND expires_at < now()")


@dataclass(frozen=True)
class Granted:
    """An access token, shown this once."""

    token: str
    scope: str
    lifetime: timedelta


def grant(database: Database, form: Mapping[str, str], token_url: str, journal: Journal) -> Granted:
    """An access token for whoever the form's assertion shows to be a client.

    Args:
        database: where clients, keys and tokens are.
        form: what was posted. RFC 6749, section 4.4, and RFC 7523, section 2.2.
        token_url: the address of the token endpoint, for which the assertion has to be.
        journal: where it is logged, in the transaction in which the token is made.

    Raises:
        Refused: with what to answer.
    """
    _refuse_other_forms(form)
    signed = form.get("client_assertion", "")
    claim = claimed(signed)
    key = _key(database, claim)
    now = datetime.now(UTC)
    assertion = verified(signed, key, token_url, now)
    return database.run(lambda connection: _granted(connection, assertion, form.get("scope", ""), journal))


def claimed_client(form: Mapping[str, str]) -> str | None:
    """The client that a form says it is of, which nothing has shown yet; None if it says none."""
    try:
        return claimed(form.get("client_assertion", "")).client
    except Refused:
        return None


def _refuse_other_forms(form: Mapping[str, str]) -> None:
    kind = form.get("grant_type", "")
    if not kind:
        raise Refused("Send grant_type, scope, client_assertion_type and client_assertion in a form.")
    if kind != "client_credentials":
        raise OtherGrant("grant_type must be client_credentials.")
    if form.get("client_assertion_type") != BY_ASSERTION:
        raise NotTheClient(f"client_assertion_type must be {BY_ASSERTION}")


def _key(database: Database, claim: Claimed) -> PublicKey | None:
    with database.transaction() as connection:
        key = find_key(connection, claim.client, claim.kid)
        url = address_to_ask(connection, claim.client, known=key is not None)
    if url is None:
        return key
    try:
        keys = fetch_keys(url)
    except SigningIn as unread:
        log.warning("the keys of a client cannot be read at its address", reason=str(unread))
        return key
    with database.transaction() as connection:
        keep_fetched(connection, claim.client, keys)
        return find_key(connection, claim.client, claim.kid)


def _granted(connection: Connection, assertion: Assertion, asked: str, journal: Journal) -> Granted:
    client = client_named(raw_cursor(connection), assertion.client)
    if client is None:
        raise NotTheClient(NOT_SIGNED)
    scopes = _scopes(client, asked)
    _use_once(connection, assertion)
    connection.execute(FORGET_OLD_TOKENS, {"client": client.name})
    at = journal.by(Actor("client", client.name, client.role), datetime.now(UTC), client.facility)
    journal.record(connection, sign_in(at, ASSERTION))
    return Granted(
        issue_token(connection, client.name, lifetime=LIFETIME, scope=str(scopes)), str(scopes), LIFETIME
    )


def _scopes(client: Client, asked: str) -> Scopes:
    if len(asked) > LONGEST_SCOPE:
        raise NothingGranted("scope is too long. Ask for what is needed.")
    scopes = client.scopes.meet(understood(asked))
    if not scopes.scopes:
        raise NothingGranted("This client has none of these scopes. Ask who registered it.")
    return scopes


def _use_once(connection: Connection, assertion: Assertion) -> None:
    connection.execute(FORGET_OLD, {"client": assertion.client, "remembered": REMEMBERED})
    used = {
        "client": assertion.client,
        "digest": hashlib.sha256(assertion.jti.encode()).digest(),
        "expires_at": assertion.expires_at,
    }
    if connection.execute(USE, used).one_or_none() is None:
        raise NotTheClient("This assertion was used before. Sign a new one, with a new jti, for each token.")
