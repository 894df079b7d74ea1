"""Write the rows by which resources are found: search values and compartments, many resources at a time.

Every derived table is one ``IndexTable`` here. Rows go in as parts of the one statement of a save, or by COPY.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import psycopg

from fhir_store import seal
from fhir_store.arrays import array
from fhir_store.blind import Blind
from fhir_store.compartments import patients_of
from fhir_store.folding import folded
from fhir_store.identifying import is_blind
from fhir_store.phonetic import PHONETIC
from fhir_store.search_values import (
    CompositeValue,
    DateValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    index_values,
    param_id,
)
from fhir_store.sql import Sql
from fhir_store.store import Store

VERSION = 5
"""Raised whenever the same resources would get other rows or labels, here or in a projection: a database that has an older one is rebuilt."""

Row = tuple[Any, ...]
Rows = Mapping[str, Sequence[Row]]
"""The rows of some resources by table; a table without rows is not there."""


@dataclass(frozen=True)
class IndexTable:
    """A table of rows derived from resources, with its columns and their types."""

    name: str
    columns: Mapping[str, str]

    def insert(self, rows: Sequence[Row]) -> Sql:
        """One INSERT of all rows, each column as one array."""
        return Sql(self._insert, tuple([array(column) for column in zip(*rows, strict=True)]))

    @cached_property
    def _insert(self) -> str:
        names = ", ".join(self.columns)
        arrays = ", ".join(f"%s::{kind}[]" for kind in self.columns.values())
        return f"INSERT INTO fhir_store.{self.name} ({names}) SELECT {names} FROM unnest({arrays}) AS v ({names})"  # noqa: S608 - our own names


_OF_EVERY_ROW = {"key": "bigint", "param": "integer"}


def _table(name: str, **columns: str) -> IndexTable:
    return IndexTable(name, {**_OF_EVERY_ROW, **columns})


TABLES: Mapping[str, IndexTable] = {
    one.name: one
    for one in (
        _table("index_token", system="text", code="text"),
        _table("index_string", value="text", exact="text"),
        _table("index_blind", value="bigint"),
        _table("index_reference", target_type="text", target_id="text", url="text"),
        _table("index_date", low="timestamptz", high="timestamptz"),
        _table("index_quantity", system="text", code="text", unit="text", low="numeric", high="numeric"),
        _table(
            "index_composite",
            system="text",
            code="text",
            value_system="text",
            value_code="text",
            value_unit="text",
            value_text="text",
            value_low="numeric",
            value_high="numeric",
            value_since="timestamptz",
            value_until="timestamptz",
            value_target_type="text",
            value_target_id="text",
            value_url="text",
        ),
        IndexTable("compartment", {"patient": "text", "type": "text", "key": "bigint"}),
    )
}


def rows_of(store: Store, resources: Iterable[tuple[int, Mapping[str, Any]]]) -> Rows:
    """The rows of resources, given with their keys."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for key, resource in resources:
        type_ = resource["resourceType"]
        for value in index_values(resource, store.zone):
            param = param_id(type_, value.param)
            if isinstance(value, StringValue | TokenValue) and is_blind(type_, value.param):
                blind_rows(rows, store.keyring.blind, (key, param), value)
                continue
            table, own = ROW_OF[type(value)](value)
            rows[table].append((key, param, *own))
        rows["compartment"] += [(patient, type_, key) for patient in sorted(patients_of(resource))]
    return {table: found for table, found in rows.items() if found}


def blind_rows(
    rows: Mapping[str, list[Row]], blind: Blind, of: tuple[int, int], value: StringValue | TokenValue
) -> None:
    """Add the rows of a value that tells who somebody is. Their order does not tell which is the longer beginning."""
    param = value.param
    if isinstance(value, TokenValue):
        rows["index_token"].append((*of, seal.index_value(value.system), blind.token(param, value.code)))
        return
    beginnings = () if param == PHONETIC else blind.beginnings(param, folded(value.text))
    found = sorted({blind.same(param, value.text), *beginnings})
    rows["index_blind"] += [(*of, one) for one in found]


def inserts(rows: Rows) -> Iterator[Sql]:
    """One INSERT for each table that gets rows."""
    return (TABLES[table].insert(found) for table, found in rows.items())


def add(cursor: psycopg.Cursor[Any], rows: Rows) -> None:
    """Write rows by themselves; a save writes them together with its own."""
    for statement in inserts(rows):
        cursor.execute(statement.text, statement.args)


_PARTS = (
    f"from_{name} AS (DELETE FROM fhir_store.{name} WHERE key = ANY(%(keys)s))"  # noqa: S608 - our own names
    for name in TABLES
)
REMOVE = f"WITH {', '.join(_PARTS)} SELECT"


def remove(cursor: psycopg.Cursor[Any], keys: Sequence[int]) -> None:
    """Take every row of these resources away."""
    cursor.execute(REMOVE, {"keys": list(keys)})


INFINITY = "infinity"


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment.isoformat() if moment else otherwise


def _number(number: Decimal | None, otherwise: str) -> str:
    return otherwise if number is None else str(number)


def _token(value: TokenValue) -> tuple[str, Row]:
    return "index_token", (seal.index_value(value.system), seal.index_value(value.code))


def _string(value: StringValue) -> tuple[str, Row]:
    exact = seal.index_value(value.text)
    return "index_string", (seal.beginning(folded(value.text)), exact)


def _uri(value: UriValue) -> tuple[str, Row]:
    return "index_string", (seal.index_value(value.uri), None)


def _reference(value: ReferenceValue) -> tuple[str, Row]:
    return "index_reference", (value.target_type, value.target_id, seal.index_value(value.url))


def _date(value: DateValue) -> tuple[str, Row]:
    return "index_date", (_moment(value.low, f"-{INFINITY}"), _moment(value.high, INFINITY))


def _quantity(value: QuantityValue) -> tuple[str, Row]:
    codes = tuple(seal.index_value(code) for code in (value.system, value.code, value.unit))
    return "index_quantity", (*codes, _number(value.low, f"-{INFINITY}"), _number(value.high, INFINITY))


# Which columns of index_composite the row of each other table fills, in its order.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "index_token": ("value_system", "value_code"),
    "index_string": ("value_text", ""),
    "index_reference": ("value_target_type", "value_target_id", "value_url"),
    "index_date": ("value_since", "value_until"),
    "index_quantity": ("value_system", "value_code", "value_unit", "value_low", "value_high"),
}
_COMPOSITE_COLUMNS = [name for name in TABLES["index_composite"].columns if name.startswith("value_")]


def _composite(value: CompositeValue) -> tuple[str, Row]:
    _, code = _token(value.code)
    table, beside = ROW_OF[type(value.beside)](value.beside)
    filled = dict(zip(_BESIDE[table], beside, strict=True))
    return "index_composite", (*code, *(filled.get(name) for name in _COMPOSITE_COLUMNS))


ROW_OF: Mapping[type, Callable[[Any], tuple[str, Row]]] = {
    TokenValue: _token,
    StringValue: _string,
    UriValue: _uri,
    ReferenceValue: _reference,
    DateValue: _date,
    QuantityValue: _quantity,
    CompositeValue: _composite,
}
"""How each kind of index value lies in its table."""
