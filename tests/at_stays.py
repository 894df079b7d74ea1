"""The record of somebody in the wards of the tests as it is now, and the page of their stays."""

import json
from html import unescape
from typing import Any

from people_pages import PlainBrowser
from resources import text_of
from stores import store_on
from ward import INSIDE

from fhir_store.search import Context, parse_query, search
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.pages.desk import Desk


def records(desk: Desk, type_: str, patient: str = INSIDE) -> list[dict[str, Any]]:
    """Everything of a type in somebody's record, as it is now."""
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        query = parse_query(
            type_, [("_count", "500")], context=Context(store.zone, store.keyring), patient=patient
        )
        return [json.loads(one.text) for one in search(raw_cursor(connection), query).matches]


def put(desk: Desk, *resources: dict[str, Any], facility: str = "north") -> None:
    store = store_on(desk.database)
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    desk.database.run(lambda connection: save(connection, store, writes, Author("ward", facility=facility)))


def stays(browser: PlainBrowser, number: str = "N-100") -> str:
    browser.open("/people")
    browser.send("/people/find", sought=number)
    browser.send("/people/stays")
    return unescape(browser.main)


def move(browser: PlainBrowser, movement: str, **typed: str) -> str:
    """From the page of stays: choose a movement, read what follows, record it."""
    browser.send("/people/move", movement=movement)
    assert browser.page.status_code == 200, movement
    browser.send("/people/moved", **typed)
    return unescape(browser.main)
