"""Write the rows by which resources are found: search values and compartments, many resources at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from fhir_store import seal
from fhir_store.compartments import patients_of
from fhir_store.scope import Scope, scope_of
from fhir_store.search_values import DateValue, ReferenceValue, TokenValue, index_values
from fhir_store.store import Store

INFINITY = "infinity"
LABEL_SEPARATOR = "\x1f"  # a code can hold a space, never this

# All rows of a save go in by one statement: parts of a WITH, each taking columns as arrays, empty ones too.
# The order of the parts and of their arrays is that of ``IndexRows.arrays``.
INSERT_PARTS = """
tokens AS (
    INSERT INTO fhir_store.index_token (key, type, facility, labels, param, system, code)
    SELECT key, type, facility, string_to_array(labels, E'\\x1f'), param, system, code
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS v (key, type, facility, labels, param, system, code)
), target_references AS (
    INSERT INTO fhir_store.index_reference
        (key, type, facility, labels, param, target_type, target_id, url, identifier_system, identifier_value)
    SELECT key, type, facility, string_to_array(labels, E'\\x1f'), param, target_type, target_id, url, system, value
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[])
        AS v (key, type, facility, labels, param, target_type, target_id, url, system, value)
), dates AS (
    INSERT INTO fhir_store.index_date (key, type, facility, labels, param, low, high)
    SELECT key, type, facility, string_to_array(labels, E'\\x1f'), param, low, high
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
        AS v (key, type, facility, labels, param, low, high)
), compartments AS (
    INSERT INTO fhir_store.compartment (patient, type, key)
    SELECT patient, type, key FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS v (patient, type, key)
)
"""

REMOVE = tuple(
    f"DELETE FROM fhir_store.{table} WHERE key = ANY(%s)"  # noqa: S608 - names of our own tables
    for table in ("index_token", "index_reference", "index_date", "compartment")
)

Row = tuple[Any, ...]


@dataclass
class IndexRows:
    """The rows of some resources, each once."""

    tokens: set[Row] = field(default_factory=set)
    references: set[Row] = field(default_factory=set)
    dates: set[Row] = field(default_factory=set)
    compartments: set[Row] = field(default_factory=set)

    def arrays(self) -> list[list[Any]]:
        """The arguments of ``INSERT_PARTS``."""
        return [
            *_columns(self.tokens, 7),
            *_columns(self.references, 10),
            *_columns(self.dates, 7),
            *_columns(self.compartments, 3),
        ]


def _columns(rows: set[Row], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def remove(cursor: psycopg.Cursor[Any], keys: Sequence[int]) -> None:
    """Take every index row of these resources away."""
    for statement in REMOVE:
        cursor.execute(statement, (list(keys),))


def add(cursor: psycopg.Cursor[Any], rows: IndexRows) -> None:
    """Write index rows by themselves; a save writes them together with its own (``INSERT_PARTS``)."""
    cursor.execute(f"WITH {INSERT_PARTS} SELECT", rows.arrays())


def index_rows(store: Store, resources: Iterable[tuple[int, Mapping[str, Any]]]) -> IndexRows:
    """The index rows of resources, given with their keys."""
    rows = IndexRows()
    for key, resource in resources:
        type_ = resource["resourceType"]
        common = (key, type_, *_scope_columns(scope_of(resource)))
        for value in index_values(resource, store.zone):
            _collect(rows, common, value)
        rows.compartments |= {(patient, type_, key) for patient in patients_of(resource)}
    return rows


def _collect(rows: IndexRows, common: Row, value: TokenValue | ReferenceValue | DateValue) -> None:
    match value:
        case TokenValue():
            rows.tokens.add((*common, *_token(value)))
        case ReferenceValue():
            rows.references.add((*common, *_reference(value)))
        case DateValue():
            rows.dates.add((*common, *_date(value)))


def _scope_columns(scope: Scope) -> Row:
    return scope.facility, LABEL_SEPARATOR.join(scope.labels)


def _token(value: TokenValue) -> Row:
    return value.param, seal.index_value(value.system), seal.index_value(value.code)


def _reference(value: ReferenceValue) -> Row:
    return (
        value.param,
        value.target_type,
        value.target_id,
        seal.index_value(value.url),
        seal.index_value(value.identifier_system),
        seal.index_value(value.identifier_value),
    )


def _date(value: DateValue) -> Row:
    low = value.low.isoformat() if value.low else f"-{INFINITY}"
    return value.param, low, value.high.isoformat() if value.high else INFINITY
