"""Sign-ins and activations that have begun and are not finished: a ticket for each, for some minutes."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.keys import CredentialKeys
from services.access.people.lasting import ends_between
from services.access.people.random_codes import digest, new_token
from services.access.people.sealing import Place, seal, unseal

Stage = Literal["activation", "second factor", "another token"]

LIFETIME = timedelta(minutes=10)
"""Proposed."""

MOST_TRIES = 5
"""Codes within one sign-in. Proposed."""

OPEN = text("""
INSERT INTO access.unfinished_sign_in (digest, id, account, stage, sealed_secret, after_provider, expires_at)
VALUES (:digest, :id, :account, :stage, :sealed, :after_provider, :expires)
""")
FORGET_OVER = text("DELETE FROM access.unfinished_sign_in WHERE expires_at <= :at")
FIND = text("""
SELECT t.id, t.account, a.login, t.sealed_secret, t.tries, t.after_provider FROM access.unfinished_sign_in t
JOIN access.account a ON a.id = t.account
WHERE t.digest = :digest AND t.stage = :stage AND t.expires_at > :at AND t.expires_at <= :latest AND a.closed_at IS NULL
""")
COUNT = text("""
UPDATE access.unfinished_sign_in SET tries = tries + 1 WHERE digest = :digest AND tries < :most RETURNING tries
""")
CLOSE = text("DELETE FROM access.unfinished_sign_in WHERE digest = :digest RETURNING account")
CLOSE_ALL = text("DELETE FROM access.unfinished_sign_in WHERE account = :account")


class Ticket(NamedTuple):
    """Whose unfinished sign-in it is."""

    account: UUID
    login: str
    secret: bytes | None
    """Of the codes that are offered while an account is activated."""
    tries: int
    after_provider: bool
    """Whether an OpenID provider has vouched for the first factor, in place of the password."""

    @property
    def may_try(self) -> bool:
        """Whether another code is looked at."""
        return self.tries < MOST_TRIES


def open_ticket(
    connection: Connection,
    keys: CredentialKeys,
    account: UUID,
    stage: Stage,
    at: datetime,
    *,
    secret: bytes | None = None,
    after_provider: bool = False,
) -> str:
    """A new ticket; only its digest is kept, and the secret it carries is sealed."""
    connection.execute(FORGET_OVER, {"at": at})
    ticket, id_ = new_token(), uuid4()
    sealed = None if secret is None else seal(keys.sealing, _place(id_), secret)
    values = {"digest": digest(ticket), "id": id_, "account": account, "stage": stage, "sealed": sealed}
    connection.execute(OPEN, {**values, "after_provider": after_provider, "expires": at + LIFETIME})
    return ticket


def find_ticket(
    connection: Connection, keys: CredentialKeys, ticket: str, stage: Stage, at: datetime
) -> Ticket | None:
    """The unfinished sign-in of a ticket, if it still counts."""
    shown = {"digest": digest(ticket), "stage": stage}
    row = connection.execute(FIND, {**shown, **ends_between(at, LIFETIME)}).one_or_none()
    if row is None:
        return None
    id_, account, login, sealed, tries, after_provider = row
    secret = None if sealed is None else unseal(keys.sealing, _place(id_), bytes(sealed))
    return Ticket(account, login, secret, tries, after_provider)


def count_try(connection: Connection, ticket: str) -> bool:
    """Whether one more code may be looked at with this ticket; it is counted."""
    values = {"digest": digest(ticket), "most": MOST_TRIES}
    return connection.execute(COUNT, values).one_or_none() is not None


def close_ticket(connection: Connection, ticket: str) -> bool:
    """Whether the ticket still counted; it does not any more. Of two who finish with one ticket, one does."""
    return connection.execute(CLOSE, {"digest": digest(ticket)}).one_or_none() is not None


def close_tickets(connection: Connection, account: UUID) -> None:
    """No unfinished sign-in of the account counts any more."""
    connection.execute(CLOSE_ALL, {"account": account})


def _place(id_: UUID) -> Place:
    return Place("access.unfinished_sign_in", str(id_), "sealed_secret")
