"""Wings and cells by their names: what is typed for the first time becomes a Location of the prison."""

from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.places import CELL, SYSTEM, WING
from fhir_store.folding import folded
from fhir_store.locks import lock_of, take
from fhir_store.write import raw_cursor
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.writing import new, save_permitted
from services.shared.languages import N_

LONGEST = 40
NO_ROOM = N_("Write the wing, the cell, or both, in 40 signs each at most.")

PLACES = """
SELECT p.source_id, p.kind, p.name, p.wing_id, w.name FROM clinical.place p
LEFT JOIN clinical.place w ON w.source_id = p.wing_id WHERE p.facility_id = ANY(%s) ORDER BY w.name NULLS FIRST, p.name
"""


def rooms_of(cursor: psycopg.Cursor[Any], facilities: list[str]) -> Mapping[str, tuple[str, str]]:
    """Wing and cell of each Location of some prisons, by its id; of a wing the cell is empty."""
    cursor.execute(PLACES, (facilities,))
    found = {}
    for id_, kind, name, _, wing in cursor.fetchall():
        found[id_] = (name, "") if kind == WING else (wing or "", name)
    return found


def room_called(asking: Asking, connection: Connection, facility: str, wing: str, cell: str) -> str:
    """The id of the Location of that name, made if there is none. Raises Unfit."""
    wing, cell = " ".join(wing.split()), " ".join(cell.split())
    if not (wing or cell) or any(len(one) > LONGEST or not one.isprintable() for one in (wing, cell)):
        raise Unfit(NO_ROOM)
    cursor = raw_cursor(connection)
    take(cursor, [lock_of("rooms", facility)])
    known = rooms_of(cursor, [facility])
    wing_id = _known(known, wing, "") or (_made(asking, connection, facility, WING, wing) if wing else None)
    if not cell:
        assert wing_id is not None
        return wing_id
    return _known(known, wing, cell) or _made(asking, connection, facility, CELL, cell, wing_id)


def _known(known: Mapping[str, tuple[str, str]], wing: str, cell: str) -> str | None:
    wanted = (folded(wing), folded(cell))
    return next((id_ for id_, (a, b) in known.items() if (folded(a), folded(b)) == wanted), None)


def _made(
    asking: Asking, connection: Connection, facility: str, kind: str, name: str, wing: str | None = None
) -> str:
    location = {
        "resourceType": "Location",
        "status": "active",
        "name": name,
        "type": [{"coding": [{"system": SYSTEM, "code": kind}]}],
        "managingOrganization": {"reference": f"Organization/{facility}"},
        **({"partOf": {"reference": f"Location/{wing}"}} if wing else {}),
    }
    (saved,) = save_permitted(asking, connection, [], facility, [new(location)])
    return saved.id
