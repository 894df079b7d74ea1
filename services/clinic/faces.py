"""The photos of some people at once, for lists on which they are told apart: of whom the reader may see one, logged before."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from fhir_store.read import read_many
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision.one_by_one import shown_one_by_one, treating_each
from services.clinic.asking import Asking
from services.clinic.photos import BINARY, DRAWN, may_see_photo
from services.clinic.reading import ID, people
from services.clinic.round.persons import PATIENT, with_patient

Json = Mapping[str, Any]

MOST = 60
"""Photos that are answered at once."""


def faces_of(asking: Asking, ids: Iterable[str], interaction: str = "$photos") -> Mapping[str, str]:
    """Photos as addresses of images, by the id of the Patient; nothing of whom there is none to be seen.

    They stand in the page itself: no address holds anything of a person.
    """
    wanted = sorted({id_ for id_ in ids if ID.fullmatch(id_)})[:MOST]
    if not wanted:
        return {}
    with asking.snapshot() as (connection, cursor):
        actor = asking.actor(connection)
        stored = read_many(cursor, asking.keyring, [(PATIENT, id_) for id_ in wanted])
        shown = shown_one_by_one(
            cursor, actor, asking.day, [with_patient(one, one.id) for one in stored.values()]
        )
        treated = treating_each(cursor, actor, (one.stored.id for one in shown), asking.day)
        seen = {
            one.stored.id: one.resource
            for one in shown
            if may_see_photo(actor, one.stored.id, treated[one.stored.id])
        }
        found = _pictures(asking, cursor, seen)
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, interaction, PATIENT, Subjects(people(seen)), results=len(found)))
    return found


def _pictures(asking: Asking, cursor: psycopg.Cursor[Any], patients: Mapping[str, Json]) -> dict[str, str]:
    binaries = {id_: binary for id_, one in patients.items() if (binary := _binary(one))}
    stored = read_many(cursor, asking.keyring, [("Binary", id_) for id_ in binaries.values()])
    found = {id_: stored.get(("Binary", binary)) for id_, binary in binaries.items()}
    return {id_: _picture(one.value, id_) for id_, one in found.items() if one}


def _binary(patient: Json) -> str | None:
    addresses = (str(one.get("url", "")) for one in patient.get("photo", ()))
    return next((one.removeprefix(BINARY) for one in addresses if one.startswith(BINARY)), None)


def _picture(binary: Json, patient: str) -> str:
    """A Binary of another person is none of theirs, whatever their record says."""
    of_them = binary.get("securityContext", {}).get("reference") == f"Patient/{patient}"
    if not of_them or binary.get("contentType") not in DRAWN:
        return ""
    return f"data:{binary['contentType']};base64,{binary['data']}"
