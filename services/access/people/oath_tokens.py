"""The tokens that show one-time codes: applications on a phone, and hardware tokens where phones are banned.

A code passes once: the counter of the last one is kept, and two who use one code at once meet there.
"""

import re
import secrets
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.errors import CodesDoNotFollow, SeedRefused
from services.access.people.keys import CredentialKeys
from services.access.people.one_time_codes import (
    Generator,
    counter_of,
    counter_of_pair,
    counters_anywhere,
    counters_now,
    step,
)
from services.access.people.sealing import Place, seal, unseal
from services.shared.languages import N_

SECRET_BYTES = 20
"""As RFC 4226 recommends."""

SERIAL_TAKEN = N_("A token of that serial number is here already. Leave it out of the file.")
NO_SUCH_TOKEN = N_("There is no token of that serial number, or somebody else has it.")

ADD = text("""
INSERT INTO access.oath_token
    (id, account, serial, name, kind, algorithm, digits, period_s, sealed_secret, last_counter, added_at)
VALUES (:id, :account, :serial, :name, :kind, :algorithm, :digits, :period_s, :sealed, :last, :at)
ON CONFLICT (serial) DO NOTHING RETURNING id
""")
COLUMNS = "id, serial, kind, algorithm, digits, period_s, sealed_secret, last_counter, drift"
OF_ACCOUNT = text(f"SELECT {COLUMNS} FROM access.oath_token WHERE account = :account ORDER BY added_at, id")  # noqa: S608
OF_SERIAL = text(f"SELECT {COLUMNS} FROM access.oath_token WHERE serial = :serial")  # noqa: S608
USE = text("""
UPDATE access.oath_token SET last_counter = :counter, drift = :drift, used_at = :at
WHERE id = :id AND last_counter < :counter RETURNING id
""")
ASSIGN = text("""
UPDATE access.oath_token SET account = :account WHERE serial = :serial AND account IS NULL RETURNING id
""")
HAS = text("SELECT EXISTS (SELECT FROM access.oath_token WHERE account = :account)")
# A hardware token outlives its holder's reset: it can be handed out anew, and its old codes stay used.
TAKE_AWAY = text(
    "UPDATE access.oath_token SET account = NULL WHERE account = :account AND serial IS NOT NULL"
)
FORGET = text("DELETE FROM access.oath_token WHERE account = :account AND serial IS NULL")


class CodeUse(Enum):
    """What came of a one-time code."""

    ACCEPTED = auto()
    WRONG = auto()
    REPLAYED = auto()


class Token(NamedTuple):
    """A token as it is kept, opened."""

    id: UUID
    serial: str | None
    generator: Generator
    last_counter: int
    drift: int


def new_secret() -> bytes:
    """A secret for an application on a phone."""
    return secrets.token_bytes(SECRET_BYTES)


def add_token(
    connection: Connection,
    keys: CredentialKeys,
    generator: Generator,
    at: datetime,
    *,
    account: UUID | None = None,
    serial: str | None = None,
    name: str = "",
    last_counter: int = -1,
) -> None:
    """Keep a token, of an account or still in the drawer. Raises SeedRefused if its serial number is here already."""
    id_ = uuid4()
    values = {
        "id": id_, "account": account, "serial": serial, "name": name, "kind": generator.kind, "algorithm": generator.algorithm,
        "digits": generator.digits, "period_s": generator.period_s, "last": last_counter, "at": at,
        "sealed": seal(keys.sealing, _place(id_), generator.secret),
    }  # fmt: skip
    if connection.execute(ADD, values).one_or_none() is None:
        raise SeedRefused(SERIAL_TAKEN)


def assign_token(connection: Connection, serial: str, account: UUID) -> None:
    """Hand a hardware token to a person. Raises SeedRefused if it is not there or somebody has it."""
    if connection.execute(ASSIGN, {"serial": serial, "account": account}).one_or_none() is None:
        raise SeedRefused(NO_SUCH_TOKEN)


def has_token(connection: Connection, account: UUID) -> bool:
    """Whether the account has a token that shows codes."""
    return bool(connection.execute(HAS, {"account": account}).scalar_one())


def take_tokens_away(connection: Connection, account: UUID) -> None:
    """The account has no token any more."""
    connection.execute(TAKE_AWAY, {"account": account})
    connection.execute(FORGET, {"account": account})


def use_code(
    connection: Connection, keys: CredentialKeys, account: UUID, typed: str, at: datetime
) -> CodeUse:
    """Use a code of any token of the account: it passes once."""
    code = re.sub(r"\s", "", typed)
    outcome = CodeUse.WRONG
    for row in connection.execute(OF_ACCOUNT, {"account": account}):
        token = _opened(keys, row)
        window = counters_now(token.generator, at, last=token.last_counter, drift=token.drift)
        counter = counter_of(token.generator, code, window)
        if counter is None:
            continue
        if _used(connection, token, counter, token.drift, at):
            return CodeUse.ACCEPTED
        outcome = CodeUse.REPLAYED
    return outcome


def resynchronise(
    connection: Connection, keys: CredentialKeys, serial: str, first: str, second: str, at: datetime
) -> None:
    """Find a hardware token again by two codes in a row, both used up by it.

    Raises CodesDoNotFollow, SeedRefused if there is no such token.
    """
    row = connection.execute(OF_SERIAL, {"serial": serial}).one_or_none()
    if row is None:
        raise SeedRefused(NO_SUCH_TOKEN)
    token = _opened(keys, row)
    anywhere = counters_anywhere(token.generator, at, last=token.last_counter)
    counter = counter_of_pair(token.generator, first.strip(), second.strip(), anywhere)
    if counter is None:
        raise CodesDoNotFollow
    drift = counter - step(token.generator, at) if token.generator.kind == "totp" else 0
    if not _used(connection, token, counter, drift, at):
        raise CodesDoNotFollow


def _used(connection: Connection, token: Token, counter: int, drift: int, at: datetime) -> bool:
    values = {"id": token.id, "counter": counter, "drift": drift, "at": at}
    return connection.execute(USE, values).one_or_none() is not None


def _opened(keys: CredentialKeys, row: Any) -> Token:
    id_, serial, kind, algorithm, digits, period_s, sealed, last, drift = row
    secret = unseal(keys.sealing, _place(id_), bytes(sealed))
    return Token(id_, serial, Generator(kind, secret, algorithm, digits, period_s), last, drift)


def _place(id_: UUID) -> Place:
    return Place("access.oath_token", str(id_), "sealed_secret")
