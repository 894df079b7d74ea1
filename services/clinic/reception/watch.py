"""A suicide watch: who is watched, and that a prescriber ends it."""

from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.oat.shapes import OURS, code_in, written
from clinical.reception.questions.suicide import FLAG
from fhir_store.read import Stored
from fhir_store.search import Context, parse_query, search
from fhir_store.write import raw_cursor
from services.access.decision.one_by_one import shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.reading import Patient, parsed
from services.clinic.writing import changed, save_for

MOST = 200


def watch_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> str | None:
    """Since when somebody is watched, as FHIR writes it; None: they are not."""
    shown = shown_one_by_one(cursor, patient.actor, asking.day, list(_watches(asking, cursor, patient)))
    return min((str(one.resource.get("period", {}).get("start", "")) for one in shown), default=None)


def end_watch(asking: Asking, connection: Connection, patient: Patient) -> None:
    """End it now. Raises Forbidden."""
    writes = []
    for stored in _watches(asking, raw_cursor(connection), patient):
        flag = parsed(stored)
        period = {**flag.get("period", {}), "end": written(asking.at)}
        writes.append(changed(stored, {**flag, "status": "inactive", "period": period}))
    if writes:
        save_for(asking, connection, patient, writes)


def _watches(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Stored]:
    for record in patient.records:
        query = parse_query(
            "Flag", [("_count", str(MOST))], context=Context(asking.zone, asking.keyring), patient=record
        )
        for one in search(cursor, query).matches:
            flag = parsed(one)
            if flag.get("status") == "active" and code_in(flag.get("code", {}), f"{OURS}flag") == FLAG:
                yield one
