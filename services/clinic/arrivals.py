"""What begins the treatment of somebody at a facility: in a prison a stay, elsewhere a visit."""

from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.commands import MOVEMENTS
from clinical.custody.encounters import RESTRICTED, instant
from clinical.custody.movement import Told
from clinical.labels.custody import FACILITY_KIND, PRISON_KINDS
from fhir_store.errors import NotFound, ResourceDeleted
from fhir_store.read import read
from fhir_store.write import Saved, raw_cursor
from services.clinic.asking import Asking
from services.clinic.moving import move
from services.clinic.reading import Json, parsed
from services.clinic.writing import new, save_at

RECEPTION = MOVEMENTS["reception"]

HOLDS = "SELECT EXISTS (SELECT FROM clinical.stay WHERE facility_id = %s)"


def is_prison(asking: Asking, cursor: psycopg.Cursor[Any], facility: str) -> bool:
    """Whether people are held at a facility: it says so, or somebody was."""
    try:
        organization = parsed(read(cursor, asking.keyring, "Organization", facility))
    except (NotFound, ResourceDeleted):
        organization = {}
    codings = [one for type_ in organization.get("type", ()) for one in type_.get("coding", ())]
    if any(one.get("system") == FACILITY_KIND and one.get("code") in PRISON_KINDS for one in codings):
        return True
    ((holds,),) = cursor.execute(HOLDS, (facility,)).fetchall()
    return bool(holds)


def arrive(asking: Asking, connection: Connection, person: str, facility: str, told: Told) -> list[Saved]:
    """Record that somebody came. Raises CustodyError, Forbidden."""
    if is_prison(asking, raw_cursor(connection), facility):
        return move(asking, connection, person, facility, RECEPTION, told)
    return save_at(asking, connection, person, facility, [new(_visit(person, facility, told))])


def _visit(person: str, facility: str, told: Told) -> Json:
    return {
        "resourceType": "Encounter",
        "meta": {"security": [RESTRICTED]},
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{person}"},
        "period": {"start": instant(told.at), "end": instant(told.at)},
        "serviceProvider": {"reference": f"Organization/{facility}"},
    }
