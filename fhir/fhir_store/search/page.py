"""Run a query: one statement for a page, keyset paging by the order in which resources first came.

A page link names the last resource that was shown, so it stays right while others write.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, or_, select

from fhir_store import schema, seal
from fhir_store.read import Stored
from fhir_store.search.query import KINDS, Criterion, Query
from fhir_store.search.values import alternatives

CURRENT = schema.metadata.tables["fhir_store.current_resource"]
VERSION = schema.metadata.tables["fhir_store.resource_version"]


@dataclass(frozen=True)
class Page:
    """The resources of one page; ``after`` is what the next page starts behind, None on the last page."""

    resources: tuple[Stored, ...]
    after: int | None


def search(connection: Connection, query: Query, zone: ZoneInfo) -> Page:
    """One page of a search. ``zone`` is that of dates written without one."""
    conditions = [_condition(query.type, criterion, zone) for criterion in query.criteria]
    rows = connection.execute(
        select(
            CURRENT.c.key,
            CURRENT.c.id,
            VERSION.c.version,
            VERSION.c.last_updated,
            VERSION.c.seal_key,
            VERSION.c.body,
        )
        .join(VERSION, VERSION.c.seq == CURRENT.c.seq)
        .where(CURRENT.c.type == query.type, ~CURRENT.c.deleted, CURRENT.c.key > query.after, *conditions)
        .order_by(CURRENT.c.key)
        .limit(query.count + 1)
    ).all()
    shown = rows[: query.count]
    found = tuple(
        Stored(query.type, row.id, row.version, row.last_updated, seal.open_sealed(row.body, row.seal_key))
        for row in shown
    )
    return Page(found, shown[-1].key if len(rows) > query.count else None)


def _condition(type_: str, criterion: Criterion, zone: ZoneInfo) -> ColumnElement[bool]:
    if criterion.name == "_id":
        return CURRENT.c.id.in_(alternatives(criterion.value))
    kind = KINDS[criterion.kind]
    anyone = or_(*(kind.condition(value, zone) for value in alternatives(criterion.value)))
    index = kind.TABLE
    keys = select(index.c.key).where(index.c.type == type_, index.c.param == criterion.name, anyone)
    return CURRENT.c.key.in_(keys)
