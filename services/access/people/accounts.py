"""Accounts: who there is. What somebody may do is granted apart from it (``grants``)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.errors import LoginTaken, UnknownAccount
from services.access.people.login_names import accepted, folded
from services.access.people.names import checked_name

COLUMNS = "id, login, display_name, created_by, created_at, closed_at"
ADD = text("""
INSERT INTO access.account (id, login, display_name, created_by, created_at) VALUES (:id, :login, :name, :by, :at)
ON CONFLICT (login) DO NOTHING RETURNING id
""")
BY_LOGIN = text(f"SELECT {COLUMNS} FROM access.account WHERE login = :login")  # noqa: S608
BY_ID = text(f"SELECT {COLUMNS} FROM access.account WHERE id = :id")  # noqa: S608
HELD = text(f"SELECT {COLUMNS} FROM access.account WHERE id = :id FOR UPDATE")  # noqa: S608
LIST = text(f"SELECT {COLUMNS} FROM access.account ORDER BY login")  # noqa: S608
CLOSE = text("""
UPDATE access.account SET closed_by = :by, closed_at = :at WHERE id = :id AND closed_at IS NULL RETURNING id
""")
ANY = text("SELECT EXISTS (SELECT FROM access.account)")
# Nothing of what is under way outlives a closed account.
ENDED_WITH_IT = tuple(
    text(f"DELETE FROM access.{table} WHERE account = :id")  # noqa: S608 - our own names
    for table in ("session", "unfinished_sign_in", "activation", "ceremony", "pin")
)


class Account(NamedTuple):
    """An account of a person."""

    id: UUID
    login: str
    display_name: str
    created_by: UUID | None
    created_at: datetime
    closed_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether it may still be used. A closed account stays closed: its holder gets a new one."""
        return self.closed_at is None


def add_account(
    connection: Connection, login: str, display_name: str, by: UUID | None, at: datetime
) -> Account:
    """A new account without credentials and without roles. Raises LoginRefused, LoginTaken, NameRefused."""
    name = checked_name(display_name)
    account = Account(uuid4(), accepted(login), name, by, at, None)
    values = {"id": account.id, "login": account.login, "name": name, "by": by, "at": at}
    if connection.execute(ADD, values).one_or_none() is None:
        raise LoginTaken
    return account


def account_named(connection: Connection, login: str) -> Account | None:
    """The account of that login name, closed or not."""
    row = connection.execute(BY_LOGIN, {"login": folded(login)}).one_or_none()
    return None if row is None else Account(*row)


def active_account(connection: Connection, login: str) -> Account:
    """The account of that login name. Raises UnknownAccount also if it was closed."""
    found = account_named(connection, login)
    if found is None or not found.is_active:
        raise UnknownAccount
    return found


def account_with(connection: Connection, id_: UUID, *, held: bool = False) -> Account:
    """The account of that id, closed or not, kept from others until the transaction ends if ``held``.

    Raises UnknownAccount.
    """
    row = connection.execute(HELD if held else BY_ID, {"id": id_}).one_or_none()
    if row is None:
        raise UnknownAccount
    return Account(*row)


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, closed or not, by login name."""
    return [Account(*row) for row in connection.execute(LIST)]


def is_anybody_there(connection: Connection) -> bool:
    """Whether the installation has accounts."""
    return bool(connection.execute(ANY).scalar_one())


def close_account(connection: Connection, id_: UUID, by: UUID, at: datetime) -> None:
    """Close an account for good and end all its sessions at once. Raises UnknownAccount."""
    if connection.execute(CLOSE, {"id": id_, "by": by, "at": at}).one_or_none() is None:
        raise UnknownAccount
    for statement in ENDED_WITH_IT:
        connection.execute(statement, {"id": id_})
