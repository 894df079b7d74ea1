"""The resources that come along with the matches: one statement for each round of following references."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg

from fhir_store.errors import TooManyIncluded
from fhir_store.search.include import Include
from fhir_store.search.links import url_numbers, with_url
from fhir_store.search.matches import BODIES, Row
from fhir_store.search.query import Query
from fhir_store.sql import EVERYTHING, NOTHING, Sql, any_of, joined

MOST_INCLUDED = 1_000
"""In one answer. What does not fit is refused, never cut."""


def included(cursor: psycopg.Cursor[Any], query: Query, matches: Sequence[Row]) -> list[Row]:
    """The rows of what the query includes, each once and none that is a match. Raises TooManyIncluded."""
    found: list[Row] = []
    sources, includes = matches, query.includes
    seen = [row[0] for row in matches]
    while sources and includes:
        statement = _round(query, sources, includes, seen, MOST_INCLUDED - len(found) + 1)
        cursor.execute(statement.text, statement.args)
        sources = cursor.fetchall()
        found += sources
        seen += [row[0] for row in sources]
        if len(found) > MOST_INCLUDED:
            raise TooManyIncluded(MOST_INCLUDED)
        includes = tuple(one for one in includes if one.iterate)
    return found


def _round(
    query: Query, sources: Sequence[Row], includes: Iterable[Include], seen: list[int], limit: int
) -> Sql:
    keys = joined("UNION", _keys(sources, includes), NOTHING)
    visible = query.context.visible or EVERYTHING
    return Sql(
        f"SELECT {BODIES} FROM fhir_store.current_resource c JOIN fhir_store.resource_version v ON v.seq = c.seq "
        f"WHERE c.key IN ({keys.text}) AND NOT c.key = ANY(%s) AND NOT c.deleted AND ({visible.text}) "
        "ORDER BY c.key LIMIT %s",
        (*keys.args, seen, *visible.args, limit),
    )


def _keys(sources: Sequence[Row], includes: Iterable[Include]) -> Iterator[Sql]:
    """The keys of what is included, for each way of following references."""
    keys, types, ids = ([row[place] for row in sources] for place in range(3))
    forward = [one for one in includes if not one.reverse]
    backward = [one for one in includes if one.reverse]
    for by in _local(forward):
        yield Sql(
            "SELECT t.key FROM fhir_store.index_reference r JOIN fhir_store.current_resource t "
            f"ON t.type = r.target_type AND t.id = r.target_id WHERE r.key = ANY(%s) AND {by.text}",
            (keys, *by.args),
        )
    for by in _canonical(forward):
        yield Sql(
            "SELECT u.key FROM fhir_store.index_reference r JOIN fhir_store.index_string u ON u.value = r.url "
            f"WHERE r.key = ANY(%s) AND {by.text}",
            (keys, *by.args),
        )
    for by in _local(backward):
        yield Sql(
            "SELECT r.key FROM unnest(%s::text[], %s::text[]) AS t (type, id) JOIN fhir_store.index_reference r "
            f"ON r.target_type = t.type AND r.target_id = t.id WHERE {by.text}",
            (types, ids, *by.args),
        )
    for by in _canonical(backward):
        yield Sql(
            "SELECT r.key FROM fhir_store.index_string u JOIN fhir_store.index_reference r ON r.url = u.value "
            f"WHERE u.key = ANY(%s) AND r.url <> '' AND {by.text}",
            (keys, *by.args),
        )


def _local(includes: Iterable[Include]) -> list[Sql]:
    """One condition on a reference ``r`` by type and id, or none."""
    found = [
        Sql("(r.param = ANY(%s) AND r.target_type = %s)", (list(one.params), one.target))
        if one.target
        else Sql("r.param = ANY(%s)", (list(one.params),))
        for one in includes
        if one.params
    ]
    return [any_of(found)] if found else []


def _canonical(includes: Iterable[Include]) -> list[Sql]:
    """One condition on a canonical reference ``r`` and the URL ``u`` of its target, or none."""
    found = [
        Sql(
            "(r.param = ANY(%s) AND u.param = ANY(%s))",
            (list(one.canonical), list(url_numbers([one.target] if one.target else with_url()))),
        )
        for one in includes
        if one.canonical
    ]
    return [any_of(found)] if found else []
