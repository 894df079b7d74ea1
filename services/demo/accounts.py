"""Who one can be in the demo: an account for each role of a person, at one prison where it needs one.

They have no password, code or key, so nobody gets in with them but by the demo's own page (``try_as``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.access.people.accounts import account_named, add_account
from services.access.people.grant_rules import CLINICAL_ROLES, LONGEST_CLINICAL, ROLES_OF_SYSTEMS, Wanted
from services.access.people.grants import person_with, record_grant
from services.access.roles import ROLES
from services.access.roles.role import Role

AT_A_PLACE = CLINICAL_ROLES | {"custody_officer"}
"""Roles that are held at one prison; the others are of the whole installation."""


@dataclass(frozen=True)
class DemoAccount:
    """Somebody whom one can be."""

    id: UUID
    role: Role


def roles_of_people() -> tuple[Role, ...]:
    """The roles that people hold, in the order of their list."""
    return tuple(role for code, role in ROLES.items() if code not in ROLES_OF_SYSTEMS)


def keep_accounts(connection: Connection, facility: str | None, at: datetime) -> None:
    """Make the accounts and grants that are missing. ``facility``: the id of the prison of those who are at one.

    What a grant asks of people, that somebody else gives it, is not asked here: nobody is there yet.
    """
    for role in roles_of_people():
        at_place = role.code in AT_A_PLACE
        if at_place and facility is None:
            continue
        place = f"Organization/{facility}" if at_place else None
        found = account_named(connection, _login(role))
        account = found or add_account(connection, _login(role), f"DEMO {role.title}", None, at)
        if not person_with(connection, account.id, at).holds(role.code):
            wanted = Wanted(role.code, place, at, at + LONGEST_CLINICAL)
            record_grant(connection, account.id, wanted, None, at, needs=False)


def accounts(connection: Connection) -> Iterator[DemoAccount]:
    """Those who are there."""
    for role in roles_of_people():
        if found := account_named(connection, _login(role)):
            yield DemoAccount(found.id, role)


def _login(role: Role) -> str:
    return f"demo-{role.code.replace('_', '-')}"
