"""What is stored of somebody, as JSON."""

import json
from typing import Any

from fhir_store.search import Context, parse_query, search
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk


def records(desk: Desk, store: Store, type_: str, patient: str = "p1") -> list[dict[str, Any]]:
    """Everything of a type in somebody's record, as it is now."""
    with desk.database.snapshot() as connection:
        query = parse_query(
            type_, [("_count", "500")], context=Context(store.zone, store.keyring), patient=patient
        )
        return [json.loads(one.text) for one in search(raw_cursor(connection), query).matches]
