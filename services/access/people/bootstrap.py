"""The first two accounts of an installation: one makes accounts, the other one watches over that.

Whoever runs the command holds both activation codes for a moment. From then on it takes two people, so the codes go
to two people.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from services.access.people.accounts import Account, add_account, is_anybody_there
from services.access.people.activation_codes import new_activation_code
from services.access.people.administration import Created
from services.access.people.errors import AlreadyInUse
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.access.people.holdings import ADMINISTRATOR, AUDITOR

ONE_AT_A_TIME = 7_215_031_919
LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


class Newcomer(NamedTuple):
    """Somebody who is to have an account."""

    login: str
    display_name: str


class First(NamedTuple):
    """The two accounts, with their activation codes."""

    administrator: Created
    auditor: Created


def begin_installation(
    connection: Connection, administrator: Newcomer, auditor: Newcomer, at: datetime
) -> First:
    """Make the first administrator and the first auditor. Raises AlreadyInUse, LoginRefused, LoginTaken."""
    connection.execute(LOCK, {"lock": ONE_AT_A_TIME})
    if is_anybody_there(connection):
        raise AlreadyInUse
    return First(
        _first(connection, administrator, ADMINISTRATOR, at), _first(connection, auditor, AUDITOR, at)
    )


def _first(connection: Connection, newcomer: Newcomer, role: str, at: datetime) -> Created:
    account: Account = add_account(connection, *newcomer, None, at)
    record_grant(connection, account.id, Wanted(role, None, at, None), None, at, needs=False)
    return Created(account, new_activation_code(connection, account.id, at))
