"""Disciplinary sanctions that custody told of: what is known of somebody, written down, and taken back by who wrote it down."""

from datetime import date

import psycopg
from sqlalchemy import Connection

from clinical.custody.sanction import Sanction, flag_of, sanction_of
from fhir_store.search import parse_query, search
from fhir_store.write import raw_cursor
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import HOLD, Here
from services.clinic.permitted import require
from services.clinic.reading import parsed
from services.clinic.round.typed import uuid_in
from services.clinic.writing import changed, new_with_id, save_for
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_

MOST = "200"

NO_DAYS = N_("Say from which day the sanction is: today or earlier. It cannot end before it begins.")


class NotYours(Forbidden):
    """Somebody else wrote it down."""

    message = N_("Only who wrote it down takes it back.")


def sanctions_of(here: Here, cursor: psycopg.Cursor[object]) -> tuple[Sanction, ...]:
    """Those that the reader may know of, the latest first."""
    asking, found = here.asking, []
    for record in here.patient.records:
        # A Flag cannot be searched by its code; a person has few.
        asked = [("_sort", "-_lastUpdated"), ("_count", MOST)]
        query = parse_query(HOLD, asked, context=asking.context(here.patient.actor), patient=record)
        found += [sanction_of(parsed(one), asking.zone) for one in search(cursor, query).matches]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.start, one.id), reverse=True))


def write_down(here: Here, connection: Connection, id_: str, first: str, last: str) -> None:
    """Under a number that was drawn for it; sent twice it is one. Raises Unfit, BadRequest, Forbidden."""
    require(here.asking, raw_cursor(connection), here.patient, HOLD)
    start, end = _day(first), _day(last) if last else None
    if start is None or start > here.asking.day or (last and (end is None or end < start)):
        raise Unfit(NO_DAYS)
    if any(one.id == str(uuid_in(id_)) for one in sanctions_of(here, raw_cursor(connection))):
        return
    made = Sanction(id_, here.patient.id, start, end, str(here.asking.who.account.id))
    save_for(here.asking, connection, here.patient, [new_with_id(flag_of(made))])


def take_back(here: Here, connection: Connection, id_: str) -> None:
    """It was written down wrongly. Raises BadRequest, NotYours, Forbidden."""
    cursor = raw_cursor(connection)
    require(here.asking, cursor, here.patient, HOLD)
    if not any(one.id == id_ for one in sanctions_of(here, cursor)):
        raise BadRequest
    query = parse_query(HOLD, [("_id", id_)], context=here.asking.context(here.patient.actor))
    (stored,) = search(cursor, query).matches
    resource = parsed(stored)
    if resource.get("author", {}).get("reference") != f"Practitioner/{here.asking.who.account.id}":
        raise NotYours
    wrong = changed(stored, {**resource, "status": "entered-in-error"})
    save_for(here.asking, connection, here.patient, [wrong])


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
