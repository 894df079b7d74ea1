"""Passkeys as they are kept: public keys and counters, nothing that signs anybody in."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.errors import PasskeyRefused
from services.access.people.names import checked_name

ADD = text("""
INSERT INTO access.passkey (id, account, name, public_key, sign_count, added_at)
VALUES (:id, :account, :name, :public_key, :sign_count, :at) ON CONFLICT (id) DO NOTHING RETURNING id
""")
FIND = text("""
SELECT p.id, p.account, p.public_key, p.sign_count FROM access.passkey p JOIN access.account a ON a.id = p.account
WHERE p.id = :id AND a.closed_at IS NULL
""")
OF_ACCOUNT = text("SELECT id FROM access.passkey WHERE account = :account ORDER BY added_at, id")
COUNT = text("""
UPDATE access.passkey SET sign_count = :after, used_at = :at WHERE id = :id AND sign_count = :before RETURNING id
""")
FORGET = text("DELETE FROM access.passkey WHERE account = :account")


class Passkey(NamedTuple):
    """A registered security key or passkey."""

    id: bytes
    account: UUID
    public_key: bytes
    sign_count: int


def keep_passkey(connection: Connection, passkey: Passkey, name: str, at: datetime) -> None:
    """Keep a new one. Raises PasskeyRefused if it is registered already, for whomever; NameRefused."""
    values = {**passkey._asdict(), "name": checked_name(name), "at": at}
    if connection.execute(ADD, values).one_or_none() is None:
        raise PasskeyRefused


def passkey_with(connection: Connection, id_: bytes) -> Passkey | None:
    """The passkey of that credential id, if its account may still be used."""
    row = connection.execute(FIND, {"id": id_}).one_or_none()
    return None if row is None else Passkey(bytes(row.id), row.account, bytes(row.public_key), row.sign_count)


def passkey_ids(connection: Connection, account: UUID) -> list[bytes]:
    """The credential ids of an account's passkeys."""
    return [bytes(id_) for id_ in connection.execute(OF_ACCOUNT, {"account": account}).scalars()]


def went_on(before: int, after: int) -> bool:
    """Whether a counter went on as that of one authenticator does; those that do not count say 0 always."""
    return after > before or before == after == 0


def count_use(connection: Connection, passkey: Passkey, after: int, at: datetime) -> bool:
    """Keep the counter; False if it went back, or another use came in between."""
    if not went_on(passkey.sign_count, after):
        return False
    values = {"id": passkey.id, "before": passkey.sign_count, "after": after, "at": at}
    return connection.execute(COUNT, values).one_or_none() is not None


def forget_passkeys(connection: Connection, account: UUID) -> None:
    """The account has no passkey any more."""
    connection.execute(FORGET, {"account": account})
