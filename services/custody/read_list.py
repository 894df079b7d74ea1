"""Reads what the movement list shows, in one moment of the database: the same statements, whatever there is to find."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fhir_store.search import Context
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.custody.calls import calls_between
from services.custody.fitness import fitness_of
from services.custody.movement_list import Day, Known, day
from services.custody.people import people_with
from services.custody.place import Place, place_of
from services.custody.reader import Reader
from services.shared.database import Database


@dataclass(frozen=True)
class MovementList:
    """What was read."""

    days: tuple[Day, ...]
    """Today and tomorrow."""
    patients: frozenset[str]
    """Whose names are on it."""
    place: Place


def read_list(database: Database, reader: Reader, at: datetime, store: Store) -> MovementList:
    """The lists of today and tomorrow in the facility of the reader."""
    now, facility = at.astimezone(store.zone), reader.facility or ""
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    context = Context(store.zone, store.keyring)
    with database.snapshot() as connection:
        cursor = raw_cursor(connection)
        calls = calls_between(cursor, facility, today, tomorrow, store.zone.key)
        patients = frozenset(call.patient for call in calls)
        known = Known(people_with(cursor, context, patients), fitness_of(cursor, patients, at))
        place = place_of(cursor, context, reader)
    return MovementList(tuple(day(on, calls, known, now) for on in (today, tomorrow)), patients, place)
