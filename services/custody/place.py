"""The facility that a page is about, and the others that could be chosen."""

import json
from dataclasses import dataclass
from typing import Any

import psycopg

from fhir_store.search import Context, parse_query, search
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.custody.people import NOBODY
from services.custody.reader import Reader
from services.shared.database import Database


@dataclass(frozen=True)
class Place:
    """A facility by its id and name; without an id: a demo in which nobody is held."""

    id: str | None
    name: str
    choice: tuple[tuple[str, str], ...]
    """All facilities, by id and name, if there are several."""


def read_place(database: Database, reader: Reader, store: Store) -> Place:
    """The place of a page that shows nobody."""
    with database.snapshot() as connection:
        return place_of(raw_cursor(connection), Context(store.zone, store.keyring), reader)


def place_of(cursor: psycopg.Cursor[Any], context: Context, reader: Reader) -> Place:
    """The place that a reader has chosen."""
    wanted = [("_id", ",".join([NOBODY, *reader.facilities])), ("_count", "500")]
    page = search(cursor, parse_query("Organization", wanted, context=context))
    names = {one.id: json.loads(one.text).get("name", one.id) for one in page.matches}
    choice = tuple((one, names.get(one, one)) for one in reader.facilities)
    own = reader.facility
    return Place(own, names.get(own, own) if own else "", choice if len(choice) > 1 else ())
