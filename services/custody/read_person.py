"""Reads whether somebody is fit for transfer who is looked up by prison number: exactly this number, and held here."""

from dataclasses import dataclass
from datetime import datetime

from fhir_store.search import Context
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.custody.fitness import fitness_of
from services.custody.held import held_at
from services.custody.movement_list import stated
from services.custody.people import Held, people_with_number
from services.custody.place import Place, place_of
from services.custody.reader import Reader
from services.shared.database import Database

LONGEST_NUMBER = 64


@dataclass(frozen=True)
class Found:
    """Somebody with this number who is held here."""

    person: Held
    fitness: str


@dataclass(frozen=True)
class LookUp:
    """What was read."""

    found: tuple[Found, ...]
    """Two records of one number are two lines."""
    patients: frozenset[str]
    place: Place


def is_number(typed: str) -> bool:
    """Whether it can be somebody's prison number."""
    return 0 < len(typed) <= LONGEST_NUMBER and typed.isprintable()


def look_up(database: Database, reader: Reader, number: str, at: datetime, store: Store) -> LookUp:
    """Whom the reader's facility holds under a number, if anybody."""
    context = Context(store.zone, store.keyring)
    with database.snapshot() as connection:
        cursor = raw_cursor(connection)
        people = people_with_number(cursor, context, number)
        here = held_at(cursor, reader.facility or "", people, at)
        fitness = fitness_of(cursor, here, at)
        place = place_of(cursor, context, reader)
    return LookUp(tuple(Found(people[one], stated(fitness[one])) for one in sorted(here)), here, place)
