"""Read one resource by id, or all current bodies of a type."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from fhir_store.arrays import array
from fhir_store.compartments import PATIENTS
from fhir_store.errors import NotFound, ResourceDeleted, ResourceErased
from fhir_store.json_text.parsing import scan
from fhir_store.keyring import Keyring
from fhir_store.past import past_seen
from fhir_store.seal import COLUMNS
from fhir_store.sql import Sql
from fhir_store.write import raw_cursor

READ = f"""
SELECT v.version, v.last_updated, {COLUMNS}, {PATIENTS}
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
WHERE c.type = %s AND c.id = %s
"""  # noqa: S608 - our own columns

READ_VERSION = f"""
SELECT v.version, v.last_updated, {COLUMNS}, {PATIENTS}
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (key)
WHERE c.type = %s AND c.id = %s AND v.version = %s
"""  # noqa: S608 - our own columns

READ_MANY = f"""
SELECT c.type, c.id, v.version, v.last_updated, {COLUMNS}
FROM unnest(%s::text[], %s::text[]) AS asked (type, id)
JOIN fhir_store.current_resource c USING (type, id) JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE NOT c.deleted
"""  # noqa: S608 - our own columns

CURRENT_BODIES = f"""
COPY (
    SELECT {COLUMNS}
    FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
    WHERE c.type = %s AND NOT c.deleted
    ORDER BY c.key
) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - our own columns

BODIES_AS_OF = f"""
COPY (
    SELECT {COLUMNS} FROM (
        SELECT DISTINCT ON (key) key, seq, seal_key, body
        FROM fhir_store.resource_version
        WHERE type = %s AND last_updated <= %s
        ORDER BY key, version DESC
    ) v
    WHERE body IS NOT NULL
) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - our own columns

TYPES = text("SELECT type, count(*) FROM fhir_store.current_resource WHERE NOT deleted GROUP BY type")

VERSION = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Stored:
    """A resource as stored: its text is exactly what is sent out.

    ``patients`` are the ids of those whose record it is part of now.
    """

    type: str
    id: str
    version: int
    last_updated: datetime
    text: str
    patients: tuple[str, ...] = ()

    @cached_property
    def value(self) -> Mapping[str, Any]:
        """Its values. What is stored was read strictly when it came, and is not looked through again."""
        return scan(self.text, 0)[0]  # type: ignore[no-any-return]


def read(
    cursor: psycopg.Cursor[Any], keyring: Keyring, type_: str, id_: str, seen: Sql | None = None
) -> Stored:
    """The newest version of one resource. Raises NotFound, ResourceDeleted, or ResourceErased.

    ``seen`` is a condition on the alias ``c`` of current_resource: what it hides, and what was deleted, is not there.
    """
    if seen is None:
        cursor.execute(READ, (type_, id_))
    else:
        cursor.execute(f"{READ} AND NOT c.deleted AND {seen.text}", (type_, id_, *seen.args))
    return _stored(keyring, type_, id_, cursor.fetchone())


def read_many(
    cursor: psycopg.Cursor[Any], keyring: Keyring, asked: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Stored]:
    """The newest versions of resources by type and id, by one statement. What is not there, or not any more, is left out."""
    return {
        (type_, id_): Stored(type_, id_, version, updated, body)
        for type_, id_, version, updated, *sealed in sealed_many(cursor, asked)
        if (body := keyring.body(*sealed)) is not None
    }


def sealed_many(cursor: psycopg.Cursor[Any], asked: Sequence[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """The same unopened: type, id, version, when it was written, and what ``Keyring.body`` opens."""
    if not asked:
        return []
    types, ids = zip(*asked, strict=True)
    return cursor.execute(READ_MANY, (array(types), array(ids))).fetchall()


def read_version(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    type_: str,
    id_: str,
    version: str,
    seen: Sql | None = None,
) -> Stored:
    """One version of one resource. Raises NotFound, ResourceDeleted if that version is a deletion, ResourceErased."""
    if not VERSION.fullmatch(version):
        raise NotFound
    if seen is None:
        cursor.execute(READ_VERSION, (type_, id_, int(version)))
    else:
        past = past_seen(seen)
        cursor.execute(f"{READ_VERSION} AND {past.text}", (type_, id_, int(version), *past.args))
    return _stored(keyring, type_, id_, cursor.fetchone())


def _stored(keyring: Keyring, type_: str, id_: str, row: tuple[Any, ...] | None) -> Stored:
    if row is None:
        raise NotFound
    version, last_updated, seq, seal_key, wrapped, sealed, patients = row
    if sealed is None:
        raise ResourceDeleted(version)
    body = keyring.body(seq, seal_key, wrapped, sealed)
    if body is None:
        raise ResourceErased(version)
    return Stored(type_, id_, version, last_updated, body, tuple(patients))


def current_bodies(connection: Connection, keyring: Keyring, type_: str) -> Iterator[str]:
    """The text of every current resource of a type, oldest first, without holding them all in memory."""
    return _copied(connection, keyring, CURRENT_BODIES, (type_,))


def bodies_as_of(connection: Connection, keyring: Keyring, type_: str, moment: datetime) -> Iterator[str]:
    """The text of every resource of a type in the version that held at a moment, oldest first."""
    return _copied(connection, keyring, BODIES_AS_OF, (type_, moment))


def _copied(
    connection: Connection, keyring: Keyring, statement: str, arguments: tuple[Any, ...]
) -> Iterator[str]:
    with raw_cursor(connection).copy(statement, arguments) as reading:
        reading.set_types(("int8", "int4", "bytea", "bytea"))
        for row in reading.rows():
            if (body := keyring.body(*row)) is not None:
                yield body


def types_held(connection: Connection) -> dict[str, int]:
    """The resource types of which at least one is here, and how many."""
    return {type_: count for type_, count in connection.execute(TYPES)}  # noqa: C416 - a Row is no pair to mypy
