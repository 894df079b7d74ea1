"""Photos by which people are told apart: kept as a Binary of the person, to which their Patient leads.

Not in the Patient itself: every list reads Patients, and 300 photos would be read with it. Who may see and take one is
decided for the thing ``photo of the person``.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import uuid4

import psycopg

from clinical.people.photo import Photo
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import read
from services.access.decision import Actor, decide
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.access.roles.types import PHOTO
from services.clinic.asking import Asking

Json = Mapping[str, Any]

BINARY = "Binary/"
DRAWN = frozenset({"image/jpeg", "image/png"})


def binary_of(photo: Photo, patient: str) -> dict[str, Any]:
    """The Binary of a photo, under a new id; nobody but who reads the person's record opens it."""
    return {
        "resourceType": "Binary",
        "id": str(uuid4()),
        "contentType": photo.content_type,
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(photo.data).decode(),
    }


def with_photo(patient: Json, binary: Json, photo: Photo, taken_at: str) -> Json:
    """The Patient with a photo in place of the one that it had. Earlier ones stay in its versions."""
    # SHA-1 is what FHIR R4 asks for here, to tell whether it is the same file, and against nobody.
    digest = hashlib.sha1(photo.data, usedforsecurity=False).digest()
    attachment = {
        "contentType": photo.content_type,
        "url": f"{BINARY}{binary['id']}",
        "size": len(photo.data),
        "hash": base64.b64encode(digest).decode(),
        "creation": taken_at,
    }
    return {**patient, "photo": [attachment]}


def may_see_photo(actor: Actor, patient: str, treated_at: Iterable[str]) -> bool:
    """Whether somebody may see the photos of a person whom some facilities treat."""
    subject = Subject(PHOTO, patient=patient, open_at=frozenset(treated_at))
    return decide(actor, Interaction.READ, subject).permitted


def photo_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Json) -> str:
    """A person's photo as the address of an image; empty if there is none. Ask ``may_see_photo`` before."""
    addresses = (str(one.get("url", "")) for one in patient.get("photo", ()))
    id_ = next((one.removeprefix(BINARY) for one in addresses if one.startswith(BINARY)), None)
    return image_of(asking, cursor, id_, [patient["id"]]) if id_ else ""


def image_of(asking: Asking, cursor: psycopg.Cursor[Any], binary_id: str, patients: Collection[str]) -> str:
    """A picture of a person as the address of an image; empty if there is none. ``patients``: the ids of their records."""
    try:
        stored = read(cursor, asking.keyring, "Binary", binary_id)
    except (NotStored, ResourceDeleted):
        return ""
    binary = stored.value
    # A Binary of another person is none of theirs, whatever their record says.
    if binary.get("securityContext", {}).get("reference") not in {f"Patient/{one}" for one in patients}:
        return ""
    if binary.get("contentType") not in DRAWN:
        return ""
    return f"data:{binary['contentType']};base64,{binary['data']}"
