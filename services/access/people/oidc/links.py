"""Which account belongs to which subject of which issuer: linked by the account's holder, never by a name or an address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.errors import LinkRefused

LINK = text("""
INSERT INTO access.oidc_link (issuer, subject, account, linked_at) VALUES (:issuer, :subject, :account, :at)
ON CONFLICT DO NOTHING RETURNING account
""")
FIND = text("""
SELECT l.account FROM access.oidc_link l JOIN access.account a ON a.id = l.account
WHERE l.issuer = :issuer AND l.subject = :subject AND a.closed_at IS NULL
""")
USED = text("UPDATE access.oidc_link SET used_at = :at WHERE issuer = :issuer AND account = :account")
LAST_USED = text(
    "SELECT linked_at, used_at FROM access.oidc_link WHERE issuer = :issuer AND account = :account"
)
UNLINK = text("DELETE FROM access.oidc_link WHERE issuer = :issuer AND account = :account RETURNING account")
FORGET = text("DELETE FROM access.oidc_link WHERE account = :account")


def link(connection: Connection, issuer: str, subject: str, account: UUID, at: datetime) -> None:
    """From now on whoever is this subject there signs in to this account.

    Raises LinkRefused if one of the two is linked already.
    """
    values = {"issuer": issuer, "subject": subject, "account": account, "at": at}
    if connection.execute(LINK, values).one_or_none() is None:
        raise LinkRefused


def linked_account(connection: Connection, issuer: str, subject: str) -> UUID | None:
    """The account of that subject, unless it was closed."""
    found: UUID | None = connection.execute(FIND, {"issuer": issuer, "subject": subject}).scalar()
    return found


def count_use(connection: Connection, issuer: str, account: UUID, at: datetime) -> None:
    """Somebody has signed in by it."""
    connection.execute(USED, {"issuer": issuer, "account": account, "at": at})


def link_of(connection: Connection, issuer: str, account: UUID) -> tuple[datetime, datetime | None] | None:
    """When the account was linked, and when somebody last signed in by it; None if it is not linked."""
    row = connection.execute(LAST_USED, {"issuer": issuer, "account": account}).one_or_none()
    return None if row is None else (row.linked_at, row.used_at)


def unlink(connection: Connection, issuer: str, account: UUID) -> bool:
    """Whether the account was linked; it is not any more."""
    return connection.execute(UNLINK, {"issuer": issuer, "account": account}).one_or_none() is not None


def forget_links(connection: Connection, account: UUID) -> None:
    """The account is linked to nobody elsewhere any more."""
    connection.execute(FORGET, {"account": account})
