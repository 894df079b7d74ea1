"""Read one resource by id, or all current bodies of a type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from fhir_store import seal
from fhir_store.errors import NotFound, ResourceDeleted

READ = text("""
SELECT v.version, v.last_updated, v.seal_key, v.body
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
WHERE c.type = :type AND c.id = :id
""")

READ_VERSION = text("""
SELECT v.version, v.last_updated, v.seal_key, v.body
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (key)
WHERE c.type = :type AND c.id = :id AND v.version = :version
""")

CURRENT_BODIES = text("""
SELECT v.seal_key, v.body
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
WHERE c.type = :type AND NOT c.deleted
ORDER BY c.key
""")

TYPES = text("SELECT DISTINCT type FROM fhir_store.current_resource WHERE NOT deleted ORDER BY type")

VERSION = re.compile(r"[1-9][0-9]{0,8}")

ROWS_AT_A_TIME = 2_000


@dataclass(frozen=True)
class Stored:
    """A resource as stored: its text is exactly what is sent out."""

    type: str
    id: str
    version: int
    last_updated: datetime
    text: str


def read(connection: Connection, type_: str, id_: str) -> Stored:
    """The newest version of one resource. Raises NotFound, or ResourceDeleted."""
    return _stored(type_, id_, connection.execute(READ, {"type": type_, "id": id_}).one_or_none())


def read_version(connection: Connection, type_: str, id_: str, version: str) -> Stored:
    """One version of one resource. Raises NotFound, or ResourceDeleted if that version is a deletion."""
    if not VERSION.fullmatch(version):
        raise NotFound
    parameters = {"type": type_, "id": id_, "version": int(version)}
    return _stored(type_, id_, connection.execute(READ_VERSION, parameters).one_or_none())


def _stored(type_: str, id_: str, row: Row[Any] | None) -> Stored:
    if row is None:
        raise NotFound
    if row.body is None:
        raise ResourceDeleted
    return Stored(type_, id_, row.version, row.last_updated, seal.open_sealed(row.body, row.seal_key))


def current_bodies(connection: Connection, type_: str) -> Iterator[str]:
    """The text of every current resource of a type, oldest first, without holding them all in memory."""
    rows = connection.execution_options(yield_per=ROWS_AT_A_TIME).execute(CURRENT_BODIES, {"type": type_})
    for row in rows:
        yield seal.open_sealed(row.body, row.seal_key)


def types_held(connection: Connection) -> list[str]:
    """The resource types of which at least one is here."""
    return list(connection.execute(TYPES).scalars())
