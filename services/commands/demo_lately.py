"""Brings the demo's fullest prison up to today: the doses of the last weeks, and what is in its safe."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.happened import Happened
from clinical.oat.happened_resource import resource_of
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations, who_is_on_the_list
from clinical.oat.round.session import sessions
from clinical.protocols import Protocol
from clinical.register.two_people import Hands
from fhir_store.bulk import portions, save_many
from fhir_store.json_text import parse
from fhir_store.read import read_many
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor
from services.custody.held import facilities_that_hold
from services.demo.accounts import accounts
from services.demo.cells import in_a_cell, places
from services.demo.lately import doses_lately
from services.demo.safe import fill_safe
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import installed_law, store_of
from services.shared.record_keys import open_keyring

WITHOUT_A_CELL = """
SELECT source_id, patient_id FROM clinical.stay
WHERE facility_id = %s AND ended_at IS NULL AND place_id IS NULL AND status NOT IN ('planned', 'cancelled')
ORDER BY source_id
"""
MOST_AT_ONCE = 500
AUTHOR = "demo-lately"


def bring_up_to_today(database: Database, settings: Settings, at: datetime) -> None:
    """Add what is missing up to yesterday; what is there already stays as it is."""
    with database.cursor() as cursor:
        facility = next(iter(facilities_that_hold(cursor)), None)
    with database.transaction() as connection:
        who = {one.role.code: one.id for one in accounts(connection)}
    if facility is None:
        return
    law, zone = installed_law(settings, demo=True), ZoneInfo(settings.facility_zone)
    store = store_of(settings.facility_zone, open_keyring(settings.key_places, database))
    doses = _doses(database, settings, facility, str(who["nurse"]), at, law)
    writes = [*_in_cells(database, store, facility, at), *map(_write, map(resource_of, doses))]
    for portion in portions(writes, MOST_AT_ONCE):
        database.run(
            partial(
                save_many, store=store, writes=portion, author=Author(AUTHOR, steward=True, facility=facility)
            )
        )
    day, hands = at.astimezone(zone).date(), Hands(who["nurse"], who["pharmacist"])
    for session in sessions(law):
        database.run(
            partial(fill_safe, facility=facility, hands=hands, at=at, day=day, session=session.name, law=law)
        )


def _doses(
    database: Database, settings: Settings, facility: str, nurse: str, at: datetime, law: Protocol
) -> Iterator[Happened]:
    zone = ZoneInfo(settings.facility_zone)
    keyring = open_keyring(settings.key_places, database)
    with database.snapshot() as connection, raw_cursor(connection) as cursor:
        reader = Reader(cursor, keyring, zone)
        known = situations(reader, who_is_on_the_list(reader, facility, at), facility, at)
    for person in known.values():
        yield from doses_lately(person, facility, nurse, at.astimezone(zone).date(), zone, law)


def _in_cells(database: Database, store: Store, facility: str, at: datetime) -> Iterator[Write]:
    """The wings and cells, and everybody who is in none yet in one."""
    yield from map(_write, places(facility, at))
    with database.snapshot() as connection, raw_cursor(connection) as cursor:
        rows = cursor.execute(WITHOUT_A_CELL, (facility,)).fetchall()
        stays = read_many(cursor, store.keyring, [("Encounter", stay) for stay, _ in rows])
    patients = dict(rows)
    for (_, id_), stored in stays.items():
        yield _write(in_a_cell(facility, patients[id_], json.loads(stored.text), at))


def _write(resource: Mapping[str, Any]) -> Write:
    return Write(parse(json.dumps(resource).encode()), id=resource["id"], skip_unchanged=True)
