"""A search read to its end, page by page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg

from fhir_store.search import Page, Position, Query, search


def pages(cursor: psycopg.Cursor[Any], query: Query) -> Iterator[Page]:
    """Every page, each from where the one before ended, as a client would ask for it."""
    while True:
        page = search(cursor, query)
        yield page
        if page.after is None:
            return
        query = replace(query, after=Position.from_json(json.loads(json.dumps(page.after.to_json()))))
