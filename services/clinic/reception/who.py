"""How those are called who wrote something down here: their accounts are the Practitioners."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

NAMES = "SELECT id::text, display_name FROM access.account WHERE id::text = ANY(%s)"


def names_of_writers(cursor: psycopg.Cursor[Any], ids: Iterable[str | None]) -> Mapping[str, str]:
    """The names by the id of the Practitioner; who has no account here has none."""
    wanted = sorted({one for one in ids if one})
    return {str(id_): str(name) for id_, name in cursor.execute(NAMES, (wanted,)).fetchall()}
