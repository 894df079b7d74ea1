"""Who works on the round of a facility: by name, and who could be asked for their PIN on a tablet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.roles import ROLES

NAMES = text("SELECT id, display_name FROM access.account WHERE id = ANY(CAST(:ids AS uuid[]))")
COLLEAGUES = text("""
SELECT DISTINCT a.id, a.login, a.display_name, EXISTS (
    SELECT FROM access.pin p WHERE p.account = a.id AND p.device = CAST(:device AS uuid)
) AS has_pin
FROM access.role_grant g JOIN access.account a ON a.id = g.account
WHERE g.facility = :facility AND g.role = ANY(:roles) AND a.closed_at IS NULL AND g.revoked_at IS NULL
    AND g.starts_at <= :at AND (g.ends_at IS NULL OR g.ends_at > :at)
    AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation)
ORDER BY a.display_name, a.id
""")


class Colleague(NamedTuple):
    """Health staff of the facility. ``has_pin``: whether they chose one on this tablet."""

    account: UUID
    login: str
    name: str
    has_pin: bool


CLINICAL = tuple(code for code, role in ROLES.items() if role.is_clinical)


def colleagues(
    connection: Connection,
    facility: str,
    device: UUID | None,
    at: datetime,
    roles: Sequence[str] = CLINICAL,
) -> list[Colleague]:
    """The health staff of a facility, by name: nobody else stands beside a dose. Of ``roles`` only, if they are given."""
    asked = {
        "facility": f"Organization/{facility}",
        "device": device,
        "at": at,
        "roles": [one for one in roles if one in CLINICAL],
    }
    return [Colleague(*row) for row in connection.execute(COLLEAGUES, asked)]


def account_names(connection: Connection, ids: Iterable[str | UUID]) -> Mapping[str, str]:
    """The names of accounts by their ids; what is no account has none."""
    wanted = sorted({str(one) for one in ids if _is_account(str(one))})
    if not wanted:
        return {}
    return {str(id_): name for id_, name in connection.execute(NAMES, {"ids": wanted})}


def _is_account(id_: str) -> bool:
    try:
        UUID(id_)
    except ValueError:
        return False
    return True
