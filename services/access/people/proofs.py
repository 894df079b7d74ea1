"""The second factors of an account, as their holder sees them, and removing one: never the last."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.accounts import account_with
from services.access.people.errors import ProofRefused
from services.shared.languages import N_

Kind = Literal["token", "passkey"]

MOST = 10
"""Second factors of an account: every token is one more that a guessed code could be of. Proposed."""

LAST = N_("This is the only second proof that you have. Add another one first.")
UNKNOWN = N_("There is no such proof any more.")
TOO_MANY = N_("You have ten proofs. Remove one that you do not use first.")

TOKENS = text("""
SELECT id, coalesce(serial, name) AS name, serial IS NOT NULL AS is_hardware, added_at, used_at FROM access.oath_token
WHERE account = :account ORDER BY added_at, id
""")
PASSKEYS = text("""
SELECT id, name, added_at, used_at FROM access.passkey WHERE account = :account ORDER BY added_at, id
""")
# A hardware token goes back into the drawer: it can be handed out anew, and its old codes stay used.
GIVE_BACK = text("""
UPDATE access.oath_token SET account = NULL WHERE id = :id AND account = :account AND serial IS NOT NULL RETURNING id
""")
FORGET_TOKEN = text("""
DELETE FROM access.oath_token WHERE id = :id AND account = :account AND serial IS NULL RETURNING id
""")
FORGET_PASSKEY = text("DELETE FROM access.passkey WHERE id = :id AND account = :account RETURNING id")


class Proof(NamedTuple):
    """A second factor."""

    kind: Kind
    id: str
    name: str
    """What its holder calls it, or the serial number of a hardware token."""
    is_hardware: bool
    added_at: datetime
    used_at: datetime | None


def proofs_of(connection: Connection, account: UUID) -> list[Proof]:
    """The second factors of an account, but for recovery codes; the oldest first."""
    tokens = [
        Proof("token", str(row.id), row.name, row.is_hardware, row.added_at, row.used_at)
        for row in connection.execute(TOKENS, {"account": account})
    ]
    keys = [
        Proof("passkey", _written(row.id), row.name, False, row.added_at, row.used_at)
        for row in connection.execute(PASSKEYS, {"account": account})
    ]
    return tokens + keys


def is_last(proofs: list[Proof], proof: Proof, *, offers_passkeys: bool) -> bool:
    """Whether nothing that works here would be left. Where a browser offers no passkeys, none of them counts."""
    return not any(one != proof and (one.kind == "token" or offers_passkeys) for one in proofs)


def check_room(connection: Connection, account: UUID) -> None:
    """Return if one more second factor has room; the account is kept from others meanwhile. Raises ProofRefused."""
    account_with(connection, account, held=True)
    if len(proofs_of(connection, account)) >= MOST:
        raise ProofRefused(TOO_MANY)


def remove_proof(
    connection: Connection, account: UUID, kind: str, id_: str, *, offers_passkeys: bool
) -> None:
    """Remove a second factor of the account. Raises ProofRefused if it is the last one, or not there."""
    # Held: of two that are removed at once, the second one sees that it is the last.
    account_with(connection, account, held=True)
    proofs = proofs_of(connection, account)
    found = next((one for one in proofs if (one.kind, one.id) == (kind, id_)), None)
    if found is None:
        raise ProofRefused(UNKNOWN)
    if is_last(proofs, found, offers_passkeys=offers_passkeys):
        raise ProofRefused(LAST)
    _remove(connection, account, found)


def _remove(connection: Connection, account: UUID, proof: Proof) -> None:
    if proof.kind == "passkey":
        id_ = urlsafe_b64decode(proof.id)
        connection.execute(FORGET_PASSKEY, {"id": id_, "account": account})
        return
    for statement in (GIVE_BACK, FORGET_TOKEN):
        connection.execute(statement, {"id": UUID(proof.id), "account": account})


def _written(id_: bytes) -> str:
    return urlsafe_b64encode(bytes(id_)).decode()
