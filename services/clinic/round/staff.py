"""Who works on the round of a facility: by name, and who could be asked for their PIN on a tablet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from services.access.roles import ROLES

NAMES = "SELECT id, display_name FROM access.account WHERE id = ANY(%s::uuid[])"
COLLEAGUES = """
SELECT DISTINCT a.id, a.login, a.display_name, EXISTS (
    SELECT FROM access.pin p WHERE p.account = a.id AND p.device = %(device)s::uuid
) AS has_pin
FROM access.role_grant g JOIN access.account a ON a.id = g.account
WHERE g.facility = %(facility)s AND g.role = ANY(%(roles)s) AND a.closed_at IS NULL AND g.revoked_at IS NULL
    AND g.starts_at <= %(at)s AND (g.ends_at IS NULL OR g.ends_at > %(at)s)
    AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation)
ORDER BY a.display_name, a.id
"""


class Colleague(NamedTuple):
    """Health staff of the facility. ``has_pin``: whether they chose one on this tablet."""

    account: UUID
    login: str
    name: str
    has_pin: bool


CLINICAL = tuple(code for code, role in ROLES.items() if role.is_clinical)


def colleagues(
    cursor: psycopg.Cursor[Any],
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
    return [Colleague(*row) for row in cursor.execute(COLLEAGUES, asked).fetchall()]


def account_names(cursor: psycopg.Cursor[Any], ids: Iterable[str | UUID]) -> Mapping[str, str]:
    """The names of accounts by their ids; what is no account has none."""
    wanted = sorted({str(one) for one in ids if _is_account(str(one))})
    if not wanted:
        return {}
    return {str(id_): name for id_, name in cursor.execute(NAMES, (wanted,)).fetchall()}


def _is_account(id_: str) -> bool:
    try:
        UUID(id_)
    except ValueError:
        return False
    return True
