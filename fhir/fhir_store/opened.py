"""Resources that were opened before: what is read again and again, as the people of a list, is opened and parsed once."""

from collections.abc import Mapping
from typing import Any

import psycopg

from fhir_store.keyring import Keyring
from fhir_store.read import Stored, sealed_many
from fhir_store.remembered import Remembered

Name = tuple[str, str]
"""A type and an id."""

MOST = 5_000
"""Resources; each takes about two kilobytes of memory."""


class Opened:
    """Opens what it does not know yet. Whether it is there, in which version, and has its key, is asked each time."""

    def __init__(self) -> None:
        self._remembered: Remembered[tuple[Any, ...], Stored] = Remembered(MOST)

    def read_many(
        self, cursor: psycopg.Cursor[Any], keyring: Keyring, asked: Mapping[Name, str]
    ) -> dict[Name, Stored]:
        """As ``fhir_store.read.read_many``, of resources of which it is known of whose record they are part."""
        rows = [(*row, asked[row[0], row[1]]) for row in sealed_many(cursor, list(asked))]
        known = self._remembered.of(rows)
        found = {row: stored for row in rows if (stored := known.get(row) or _opened(keyring, row))}
        self._remembered.add({row: stored for row, stored in found.items() if row not in known})
        return {(stored.type, stored.id): stored for stored in found.values()}


def _opened(keyring: Keyring, row: tuple[Any, ...]) -> Stored | None:
    type_, id_, version, updated, *sealed, patient = row
    body = keyring.body(*sealed)
    return None if body is None else Stored(type_, id_, version, updated, body, (patient,))
