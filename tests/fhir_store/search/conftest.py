"""A small world of people and results, written through the store, and what a search of it finds."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import psycopg
import pytest
from pages import pages

from fhir_store.json_text import parse
from fhir_store.search import Context, parse_query
from fhir_store.sql import Sql
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.shared.database import Database

Resource = Mapping[str, Any]
Parameters = Iterable[tuple[str, str]]
Keep = Callable[..., None]
Find = Callable[..., list[str]]

VALUE_SETS = {
    "http://example.org/ValueSet/liver": [("http://loinc.org", "1742-6"), ("http://loinc.org", "1920-8")],
    "ValueSet/nothing": [],
}


@pytest.fixture
def cursor(database: Database) -> Iterator[psycopg.Cursor[Any]]:
    with database.transaction() as connection:
        yield raw_cursor(connection)


@pytest.fixture
def context(store: Store) -> Context:
    return Context(
        store.zone,
        store.keyring,
        bases=frozenset({"https://here.example/fhir"}),
        value_set_codes=VALUE_SETS.get,
    )


@pytest.fixture
def keep(database: Database, store: Store) -> Keep:
    """Save resources, given as Python values with their ids."""

    def kept(*resources: Resource) -> None:
        writes = [Write(parse(json.dumps(one).encode()), id=one["id"]) for one in resources]
        with database.transaction() as connection:
            save(connection, store, writes, Author("a", steward=True))

    return kept


@pytest.fixture
def find(cursor: psycopg.Cursor[Any], context: Context) -> Find:
    """The ids that a search finds, over all of its pages; ``Type/id`` where the search is of several types."""

    def found(type_: str | None, *parameters: tuple[str, str], visible: Sql | None = None) -> list[str]:
        seen = Context(context.zone, context.keyring, context.bases, context.value_set_codes, visible)
        query = parse_query(type_, parameters, context=seen)
        return [
            one.id if type_ else f"{one.type}/{one.id}"
            for page in pages(cursor, query)
            for one in page.matches
        ]

    return found
