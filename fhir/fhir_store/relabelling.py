"""Derive again what every version says of itself: its labels, who keeps it, and since when it is about whom it is.

The only way for labels to be taken away: after a change of the lists of codes, or of a place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, text

from fhir_store.compartments import patients_of
from fhir_store.json_text import parse
from fhir_store.labelling import Known, as_written, named_in, settled
from fhir_store.scope import custodian_of
from fhir_store.seal import COLUMNS
from fhir_store.store import Store

BATCH = 500

# Deleted ones too: what referred to an HIV clinic goes on to tell.
PLACES = text(f"""
SELECT DISTINCT ON (key) {COLUMNS} FROM fhir_store.resource_version v
WHERE type = ANY(:types) AND body IS NOT NULL ORDER BY key, version DESC
""")  # noqa: S608 - our own columns

KEYS = text("SELECT key FROM fhir_store.current_resource WHERE key > :after ORDER BY key LIMIT :limit")

VERSIONS = text(f"""
SELECT v.key, v.type, v.id, v.version, v.labels, v.facility, {COLUMNS}
FROM fhir_store.resource_version v WHERE v.key = ANY(:keys) ORDER BY v.key, v.version
""")  # noqa: S608 - our own columns

SET_VERSIONS = text("""
UPDATE fhir_store.resource_version v SET labels = w.labels, facility = w.facility
FROM unnest(CAST(:seqs AS bigint[]), CAST(:labels AS int[]), CAST(:facilities AS text[])) AS w (seq, labels, facility)
WHERE v.seq = w.seq AND (v.labels, v.facility) IS DISTINCT FROM (w.labels, w.facility)
""")

SET_CURRENT = text("""
UPDATE fhir_store.current_resource c SET labels = w.labels, facility = w.facility, about_since = w.about_since
FROM unnest(CAST(:seqs AS bigint[]), CAST(:labels AS int[]), CAST(:facilities AS text[]), CAST(:since AS int[]))
    AS w (seq, labels, facility, about_since)
WHERE c.seq = w.seq AND (c.labels, c.facility, c.about_since) IS DISTINCT FROM (w.labels, w.facility, w.about_since)
""")


@dataclass(frozen=True)
class _About:
    """What one version says of itself."""

    seq: int
    labels: int
    facility: str | None
    patients: frozenset[str]
    since: int


def relabel(connection: Connection, store: Store) -> None:
    """Derive it for every version, in the caller's transaction, in which nobody else writes."""
    known = _places(connection, store)
    after = 0
    while keys := list(connection.execute(KEYS, {"after": after, "limit": BATCH}).scalars()):
        rows = connection.execute(VERSIONS, {"keys": keys}).all()
        _write(connection, [list(_of_resource(store, known, list(of))) for _, of in groupby(rows, _key)])
        after = keys[-1]


def _key(row: Row[Any]) -> int:
    return int(row.key)


def _places(connection: Connection, store: Store) -> Known:
    rows = connection.execute(PLACES, {"types": sorted(store.passing_on)})
    bodies = (store.keyring.body(*row) for row in rows)
    return settled(store, [parse(body).value for body in bodies if body is not None], {})


def _of_resource(store: Store, known: Known, rows: list[Row[Any]]) -> Iterator[_About]:
    """Of one resource, version by version: a deletion keeps what was, and who keeps a record stays until another does.

    What was erased keeps what was said of it.
    """
    labels, facility, patients, since = 0, None, frozenset[str](), 1
    for row in rows:
        before = patients
        body = None if row.body is None else store.keyring.body(row.seq, row.seal_key, row.wrapped, row.body)
        if row.body is not None and body is None:
            yield _About(row.seq, row.labels, row.facility, patients, since)
            continue
        resource = None if body is None else parse(body).value
        patients = frozenset() if resource is None else patients_of(resource)
        if resource is not None:
            labels = store.labels(resource, as_written(named_in(store, [resource]), known))
            facility = custodian_of(resource) or row.facility or facility
        if row.version > 1 and patients != before:
            since = row.version
        yield _About(row.seq, labels, facility, patients, since)


def _write(connection: Connection, resources: list[list[_About]]) -> None:
    every = [one for versions in resources for one in versions]
    newest = [versions[-1] for versions in resources]
    connection.execute(SET_VERSIONS, _columns(every))
    connection.execute(SET_CURRENT, {**_columns(newest), "since": [one.since for one in newest]})


def _columns(found: list[_About]) -> dict[str, Any]:
    return {
        "seqs": [one.seq for one in found],
        "labels": [one.labels for one in found],
        "facilities": [one.facility for one in found],
    }
