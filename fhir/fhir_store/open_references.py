"""Conditional references of loaded resources, ``Type?identifier=system|value``: resolved when all targets are in.

FHIR R4, 3.1.0.11.2.1. A load notes each resource that has some; after its last file those with exactly one answer
are rewritten, as a new version that still counts as the text that was submitted. What stays open is tried again by
every later load.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from fhir_store import seal
from fhir_store.bulk import save_many
from fhir_store.identifying import IDENTIFIER
from fhir_store.json_text import ResourceText, literals, parse, with_references
from fhir_store.keyring import Keyring
from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor

CONDITIONAL = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?(?P<criteria>.+)")

NOTE = """
INSERT INTO fhir_store.open_reference (key, file, place)
SELECT c.key, %s, w.place
FROM unnest(%s::text[], %s::text[], %s::int[]) AS w (type, id, place)
JOIN fhir_store.current_resource c USING (type, id)
ON CONFLICT (key) DO UPDATE SET file = excluded.file, place = excluded.place
"""

PENDING = "SELECT key FROM fhir_store.open_reference WHERE key > %s ORDER BY key LIMIT %s"

LISTED = "SELECT file, place FROM fhir_store.open_reference WHERE file = ANY(%s) ORDER BY file, place"

# In the order in which a save locks them.
NOTED = f"""
SELECT c.key, c.type, c.id, c.deleted, c.fingerprint, {seal.COLUMNS}
FROM fhir_store.open_reference o
JOIN fhir_store.current_resource c USING (key)
JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE o.key = ANY(%s)
ORDER BY c.type, c.id
FOR UPDATE OF c
"""  # noqa: S608 - our own columns

CLOSE = "DELETE FROM fhir_store.open_reference WHERE key = ANY(%s)"

ANSWERS = """
SELECT w.place, c.type || '/' || c.id AS target
FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[]) AS w (place, param, system, code)
JOIN fhir_store.index_token t
    ON t.param = w.param AND t.code = w.code AND (t.system = w.system OR w.system IS NULL)
JOIN fhir_store.current_resource c ON c.key = t.key
"""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a conditional reference asks for: a type and an identifier; ``system`` None is any system."""

    type: str
    system: str | None
    value: str


def conditional_references(resource: ResourceText) -> set[str]:
    """The conditional references in a resource, at any depth."""
    if "?" not in resource.text:
        return set()
    return {one for one in literals(resource) if CONDITIONAL.fullmatch(one)}


def identifier_of(type_: str, criteria: str) -> Identifier | None:
    """The identifier that search criteria ask for; None if they ask for anything else, or for more."""
    match parse_qsl(criteria.removeprefix("?"), keep_blank_values=True):
        case [("identifier", token)] if token and "," not in token:
            system, bar, value = token.rpartition("|")
            return Identifier(type_, system if bar else None, value)
    return None


def answers(
    cursor: psycopg.Cursor[Any], keyring: Keyring, sought: Sequence[Identifier]
) -> dict[Identifier, list[str]]:
    """The resources, as ``Type/id``, that carry each identifier."""
    cursor.execute(
        ANSWERS,
        (
            list(range(len(sought))),
            [param_id(one.type, "identifier") for one in sought],
            [None if one.system is None else seal.index_value(one.system) for one in sought],
            [keyring.blind.token(IDENTIFIER, one.value) for one in sought],
        ),
    )
    found: dict[Identifier, set[str]] = defaultdict(set)
    for place, target in cursor.fetchall():
        found[sought[place]].add(target)
    return {one: sorted(targets) for one, targets in found.items()}


def note_open(cursor: psycopg.Cursor[Any], file: str, places: Iterable[tuple[str, str, int]]) -> None:
    """Remember saved resources (type, id, place in the file) that have conditional references."""
    if columns := list(zip(*places, strict=True)):
        cursor.execute(NOTE, (file, *(list(column) for column in columns)))


def pending(cursor: psycopg.Cursor[Any], after: int, limit: int) -> list[int]:
    """The next keys of resources with open references, in ascending order."""
    return [key for (key,) in cursor.execute(PENDING, (after, limit)).fetchall()]


def still_open(cursor: psycopg.Cursor[Any], files: Collection[str]) -> list[tuple[str, int]]:
    """File and place of the resources from these files that still have open references."""
    return cursor.execute(LISTED, (list(files),)).fetchall()


def resolve(connection: Connection, store: Store, keys: Sequence[int], author: Author) -> int:
    """Resolve what has exactly one answer now, in the caller's transaction. Returns how many resources changed."""
    cursor = raw_cursor(connection)
    noted = _noted(cursor, store, keys)
    targets = _targets(cursor, store.keyring, set().union(*(wanted for _, _, wanted in noted)))
    writes = [
        Write(with_references(body, targets), id=row.id, fingerprint=row.fingerprint)
        for row, body, wanted in noted
        if wanted & targets.keys()
    ]
    # It is the store that resolves: whose the resource is does not matter.
    save_many(connection, store, writes, replace(author, steward=True))
    still = {row.key for row, _, wanted in noted if wanted - targets.keys()}
    raw_cursor(connection).execute(CLOSE, ([key for key in keys if key not in still],))
    return len(writes)


def _noted(
    cursor: psycopg.Cursor[Any], store: Store, keys: Sequence[int]
) -> list[tuple[Any, ResourceText, set[str]]]:
    cursor.row_factory = namedtuple_row
    rows = [row for row in cursor.execute(NOTED, (list(keys),)).fetchall() if not row.deleted]
    cursor.row_factory = psycopg.rows.tuple_row
    texts = [(row, store.keyring.body(row.seq, row.seal_key, row.wrapped, row.body)) for row in rows]
    bodies = [(row, parse(text)) for row, text in texts if text is not None]
    return [(row, body, conditional_references(body)) for row, body in bodies]


def _targets(cursor: psycopg.Cursor[Any], keyring: Keyring, written: Collection[str]) -> dict[str, str]:
    sought = {
        one: identifier
        for one in written
        if (found := CONDITIONAL.fullmatch(one))
        and (identifier := identifier_of(found["type"], found["criteria"]))
    }
    found_for = answers(cursor, keyring, sorted(set(sought.values()), key=repr))
    single = {one: targets[0] for one, targets in found_for.items() if len(targets) == 1}
    return {one: single[identifier] for one, identifier in sought.items() if identifier in single}
