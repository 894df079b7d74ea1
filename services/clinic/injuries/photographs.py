"""Photographs of injuries: each a Binary of the person, as restricted as the form that leads to it."""

from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.people.photo import photo_from
from clinical.reception.form import VERY_RESTRICTED
from fhir_store.write import raw_cursor
from services.access.roles.types import PHOTO
from services.clinic.asking import Asking
from services.clinic.permitted import require
from services.clinic.photos import binary_of, image_of
from services.clinic.reading import Patient
from services.clinic.stays_page import here
from services.clinic.writing import new_with_id, save_permitted


def keep_photograph(asking: Asking, connection: Connection, patient: Patient, data: bytes) -> str:
    """Keep it; the id of its Binary. Raises PhotoRefused, Forbidden."""
    cursor = raw_cursor(connection)
    require(asking, cursor, patient, PHOTO)
    binary = {**binary_of(photo_from(data), patient.id), "meta": {"security": [VERY_RESTRICTED]}}
    save_permitted(asking, connection, [patient.id], here(asking, cursor, patient), [new_with_id(binary)])
    return str(binary["id"])


def photographs(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, ids: list[str]
) -> dict[str, str]:
    """Each as the address of an image, by its id. Ask ``may_see_photo`` before."""
    return {id_: image for id_ in ids if (image := image_of(asking, cursor, id_, patient.records))}
