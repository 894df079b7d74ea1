"""A person's own sessions: where they are signed in, and ending one from afar."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

OF_ACCOUNT = text("""
SELECT s.id, d.name, s.created_at, s.seen_at, s.locked_at, s.expires_at
FROM access.session s LEFT JOIN access.device d ON d.id = s.device
WHERE s.account = :account AND s.expires_at > :at ORDER BY s.created_at, s.id
""")
END_OWN = text("DELETE FROM access.session WHERE id = :id AND account = :account RETURNING id")


class OwnSession(NamedTuple):
    """A session as its holder sees it."""

    id: UUID
    tablet: str | None
    """The name of the registered tablet it is on."""
    created_at: datetime
    seen_at: datetime
    locked_at: datetime | None
    expires_at: datetime


def sessions_of(connection: Connection, account: UUID, at: datetime) -> list[OwnSession]:
    """Where the account is signed in, the oldest first."""
    return [OwnSession(*row) for row in connection.execute(OF_ACCOUNT, {"account": account, "at": at})]


def end_own(connection: Connection, account: UUID, id_: UUID) -> bool:
    """End a session of the account at once; False if it has none of that id, whoever else may have it."""
    return connection.execute(END_OWN, {"id": id_, "account": account}).one_or_none() is not None
