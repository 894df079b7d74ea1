"""How many could stand in for an administrator or an auditor who goes: without one nobody could make another one.

Counted are those who hold the role for the whole installation at this instant and have a password of their own: whoever
was never here cannot stand in for anybody.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.grant_rules import check_others_stay
from services.access.people.holdings import ADMINISTRATOR, AUDITOR

NEEDED = (ADMINISTRATOR, AUDITOR)

ONE_AT_A_TIME = 7_215_031_920
LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
HELD = text("""
SELECT g.id, g.account, EXISTS (SELECT FROM access.password p WHERE p.account = g.account) AS was_here
FROM access.role_grant g JOIN access.account a ON a.id = g.account
WHERE g.role = :role AND g.facility IS NULL AND a.closed_at IS NULL AND g.revoked_at IS NULL
    AND g.starts_at <= :at AND (g.ends_at IS NULL OR g.ends_at > :at)
    AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation)
""")


class _Held(NamedTuple):
    id: UUID
    account: UUID
    was_here: bool


def check_not_last_grant(connection: Connection, grant: UUID, role: str, at: datetime) -> None:
    """Return if somebody holds the role also without this grant, or it is none that is needed. Raises LastOfRole."""
    if role not in NEEDED:
        return
    held = _held(connection, role, at)
    if any(one.id == grant for one in held):
        check_others_stay(role, sum(one.was_here for one in held if one.id != grant))


def check_not_last_account(connection: Connection, account: UUID, at: datetime) -> None:
    """Return if others hold what the account holds and the installation needs. Raises LastOfRole."""
    for role in NEEDED:
        held = _held(connection, role, at)
        if any(one.account == account for one in held):
            check_others_stay(role, sum(one.was_here for one in held if one.account != account))


def _held(connection: Connection, role: str, at: datetime) -> list[_Held]:
    # Two who would each rely on the other one meet here.
    connection.execute(LOCK, {"lock": ONE_AT_A_TIME})
    return [_Held(*row) for row in connection.execute(HELD, {"role": role, "at": at})]
