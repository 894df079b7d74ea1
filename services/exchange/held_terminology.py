"""The value sets and code systems that this server holds: those that were stored, then those of R4 itself."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from fhir_store import seal
from fhir_store.errors import NotFound, NotHeld, ResourceDeleted
from fhir_store.json_text import parse
from fhir_store.keyring import Keyring
from fhir_store.read import read
from fhir_store.search_values import param_id
from fhir_store.sql import EVERYTHING, Sql
from fhir_store.terminology import Terminology, codes_in

VALUE_SET = "ValueSet/"

NEWEST = f"""
SELECT {seal.COLUMNS}
FROM fhir_store.index_string u
JOIN fhir_store.current_resource c ON c.key = u.key
JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE u.param = %s AND u.value = %s AND {{seen}} AND (%s::text IS NULL OR EXISTS (
    SELECT FROM fhir_store.index_token t WHERE t.key = u.key AND t.param = %s AND t.code = %s))
ORDER BY c.last_updated DESC, c.key DESC LIMIT 1
"""  # noqa: S608 - our own columns


def held_terminology(cursor: psycopg.Cursor[Any], keyring: Keyring, seen: Sql | None = None) -> Terminology:
    """What can be asked, read from the store when it is needed; as far as ``seen``, of the alias ``c``, shows it."""
    shown = EVERYTHING if seen is None else seen
    return Terminology(
        lambda url, version: _stored(cursor, keyring, "ValueSet", url, version, shown),
        lambda url, version: _stored(cursor, keyring, "CodeSystem", url, version, shown),
    )


def codes_of(
    cursor: psycopg.Cursor[Any], keyring: Keyring, reference: str
) -> Iterable[tuple[str, str]] | None:
    """The codes of a value set (canonical URL or ``ValueSet/id``), each with its system; None if it is not held."""
    canonical = _canonical_of(cursor, keyring, reference) if reference.startswith(VALUE_SET) else reference
    try:
        return codes_in(held_terminology(cursor, keyring), canonical) if canonical else None
    except NotHeld:
        return None


def _canonical_of(cursor: psycopg.Cursor[Any], keyring: Keyring, reference: str) -> str | None:
    try:
        stored = read(cursor, keyring, "ValueSet", reference.removeprefix(VALUE_SET))
    except (NotFound, ResourceDeleted):
        return None
    url: str | None = parse(stored.text).value.get("url")
    return url


def _stored(
    cursor: psycopg.Cursor[Any], keyring: Keyring, type_: str, url: str, version: str | None, seen: Sql
) -> Mapping[str, Any] | None:
    """The newest resource of that canonical URL, of that version if one is named."""
    wanted = param_id(type_, "url"), seal.index_value(url)
    cursor.execute(
        NEWEST.format(seen=seen.text),
        (*wanted, *seen.args, version, param_id(type_, "version"), version),
    )
    row = cursor.fetchone()
    text = keyring.body(*row) if row else None
    return None if text is None else parse(text).value
