"""What the house knows of its prisons (``clinical.disclosure.House``), kept in memory until a place changes.

Whether one did is asked in the same snapshot in which what is told is read: by one look into an index of places alone.
"""

from typing import Any, NamedTuple

import psycopg

from clinical.disclosure import NO_HOUSE, House, house_of
from clinical.labels.custody import PLACES
from fhir_store.json_text import parse
from fhir_store.keyring import Keyring
from fhir_store.seal import COLUMNS
from fhir_store.sql import Sql

LISTED = ", ".join(f"'{type_}'" for type_ in sorted(PLACES))

# A transaction that was under way in the snapshot, or came after it, has written one.
CHANGED = f"""
(SELECT pg_current_snapshot()::text), (SELECT %s::text IS NULL OR EXISTS (
    SELECT FROM fhir_store.resource_version w
    WHERE w.type IN ({LISTED}) AND w.xid >= pg_snapshot_xmin(%s::pg_snapshot)
    AND NOT pg_visible_in_snapshot(w.xid, %s::pg_snapshot)))
"""  # noqa: S608 - our own names

EVERY_VERSION = f"""
SELECT v.type, v.id, {COLUMNS} FROM fhir_store.resource_version v
WHERE v.type IN ({LISTED}) AND v.body IS NOT NULL ORDER BY v.key, v.version
"""  # noqa: S608 - our own names


class _Known(NamedTuple):
    snapshot: str | None
    house: House


class KnownHouse:
    """One for a program. Two requests that find it outdated at once both read it anew."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known = _Known(None, NO_HOUSE)

    @property
    def as_known(self) -> House:
        """The house as it was last read."""
        return self._known.house

    def changed(self) -> Sql:
        """Two columns of a statement: what ``at`` is to be given."""
        return Sql(CHANGED, (self._known.snapshot,) * 3)

    def at(self, cursor: psycopg.Cursor[Any], snapshot: str, changed: bool) -> House:
        """The house as it is in a snapshot, or later."""
        if changed:
            self._known = _Known(snapshot, _read(cursor, self._keyring))
        return self._known.house

    def now(self, cursor: psycopg.Cursor[Any]) -> House:
        """The house as it is now, by a statement of its own."""
        asked = self.changed()
        row = cursor.execute(f"SELECT {asked.text}", asked.args).fetchone()
        assert row is not None
        return self.at(cursor, *row)


def _read(cursor: psycopg.Cursor[Any], keyring: Keyring) -> House:
    versions: dict[tuple[str, str], list[Any]] = {}
    for type_, id_, *sealed in cursor.execute(EVERY_VERSION).fetchall():
        if (body := keyring.body(*sealed)) is not None:
            versions.setdefault((type_, id_), []).append(parse(body).value)
    last = [of_one[-1] for of_one in versions.values()]
    return house_of(last, (one for of_one in versions.values() for one in of_one[:-1]))
