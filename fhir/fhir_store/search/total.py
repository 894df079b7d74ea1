"""How many matches a search has, over all pages."""

from typing import Any

import psycopg

from fhir_store.search.query import Query


def total(cursor: psycopg.Cursor[Any], query: Query) -> int | None:
    """The number of matches, if it is asked for; an estimate is the planner's.

    Where something is hidden from the asker even an estimate is counted: the planner's would tell of the hidden.
    """
    if query.counts_only or query.total == "accurate":
        return _counted(cursor, query)
    if query.total == "estimate":
        return _estimated(cursor, query) if query.context.visible is None else _counted(cursor, query)
    return None


def _counted(cursor: psycopg.Cursor[Any], query: Query) -> int:
    cursor.execute(
        f"SELECT count(*) FROM fhir_store.current_resource c WHERE {query.where.text}", query.where.args
    )
    return int(_only(cursor))


def _estimated(cursor: psycopg.Cursor[Any], query: Query) -> int:
    cursor.execute(
        f"EXPLAIN (FORMAT JSON) SELECT c.key FROM fhir_store.current_resource c WHERE {query.where.text}",
        query.where.args,
    )
    return int(_only(cursor)[0]["Plan"]["Plan Rows"])


def _only(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]
