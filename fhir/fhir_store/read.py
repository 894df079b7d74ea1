"""Read one resource by id, or all current bodies of a type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from fhir_store import seal
from fhir_store.compartments import PATIENTS
from fhir_store.errors import NotFound, ResourceDeleted
from fhir_store.past import past_seen
from fhir_store.sql import Sql
from fhir_store.write import raw_cursor

READ = f"""
SELECT v.version, v.last_updated, v.seal_key, v.body, {PATIENTS}
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
WHERE c.type = %s AND c.id = %s
"""  # noqa: S608 - our own text

READ_VERSION = f"""
SELECT v.version, v.last_updated, v.seal_key, v.body, {PATIENTS}
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (key)
WHERE c.type = %s AND c.id = %s AND v.version = %s
"""  # noqa: S608 - our own text

CURRENT_BODIES = """
COPY (
    SELECT v.seal_key, v.body
    FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
    WHERE c.type = %s AND NOT c.deleted
    ORDER BY c.key
) TO STDOUT (FORMAT binary)
"""

BODIES_AS_OF = """
COPY (
    SELECT seal_key, body FROM (
        SELECT DISTINCT ON (key) key, seal_key, body
        FROM fhir_store.resource_version
        WHERE type = %s AND last_updated <= %s
        ORDER BY key, version DESC
    ) known
    WHERE body IS NOT NULL
) TO STDOUT (FORMAT binary)
"""

TYPES = text("SELECT type, count(*) FROM fhir_store.current_resource WHERE NOT deleted GROUP BY type")

VERSION = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
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


def read(cursor: psycopg.Cursor[Any], type_: str, id_: str, seen: Sql | None = None) -> Stored:
    """The newest version of one resource. Raises NotFound, or ResourceDeleted.

    ``seen`` is a condition on the alias ``c`` of current_resource: what it hides, and what was deleted, is not there.
    """
    if seen is None:
        cursor.execute(READ, (type_, id_))
    else:
        cursor.execute(f"{READ} AND NOT c.deleted AND {seen.text}", (type_, id_, *seen.args))
    return _stored(type_, id_, cursor.fetchone())


def read_version(
    cursor: psycopg.Cursor[Any], type_: str, id_: str, version: str, seen: Sql | None = None
) -> Stored:
    """One version of one resource. Raises NotFound, or ResourceDeleted if that version is a deletion."""
    if not VERSION.fullmatch(version):
        raise NotFound
    if seen is None:
        cursor.execute(READ_VERSION, (type_, id_, int(version)))
    else:
        past = past_seen(seen)
        cursor.execute(f"{READ_VERSION} AND {past.text}", (type_, id_, int(version), *past.args))
    return _stored(type_, id_, cursor.fetchone())


def _stored(type_: str, id_: str, row: tuple[Any, ...] | None) -> Stored:
    if row is None:
        raise NotFound
    version, last_updated, seal_key, body, patients = row
    if body is None:
        raise ResourceDeleted(version)
    return Stored(type_, id_, version, last_updated, seal.open_sealed(body, seal_key), tuple(patients))


def current_bodies(connection: Connection, type_: str) -> Iterator[str]:
    """The text of every current resource of a type, oldest first, without holding them all in memory."""
    with raw_cursor(connection).copy(CURRENT_BODIES, (type_,)) as reading:
        reading.set_types(("int4", "bytea"))
        for seal_key, body in reading.rows():
            yield seal.open_sealed(body, seal_key)


def bodies_as_of(connection: Connection, type_: str, moment: datetime) -> Iterator[str]:
    """The text of every resource of a type in the version that held at a moment, oldest first."""
    with raw_cursor(connection).copy(BODIES_AS_OF, (type_, moment)) as reading:
        reading.set_types(("int4", "bytea"))
        for seal_key, body in reading.rows():
            yield seal.open_sealed(body, seal_key)


def types_held(connection: Connection) -> dict[str, int]:
    """The resource types of which at least one is here, and how many."""
    return {type_: count for type_, count in connection.execute(TYPES)}  # noqa: C416 - a Row is no pair to mypy
