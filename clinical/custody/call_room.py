"""Rooms that people are called to, under the name that custody sees: a table that follows Locations.

A room's own name may be "HIV clinic" or "Methadone". It never reaches the table. What custody calls the room is said in an
extension of ours, on purpose, and is no ``alias``: other systems put what they like there. Without one custody sees a number.
Wings and cells are no such rooms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table, Text

from clinical.custody.places import place_kind
from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection

CUSTODY_NAME = "urn:throughcare:extension:custody-name"

call_room = Table(
    "call_room",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("facility_id", Text, nullable=False),
    Column("custody_name", Text),
)


def room_projection() -> Projection:
    """The projection that keeps the table."""

    def rows(location: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        facility = target(location, "managingOrganization", "Organization")
        if facility and place_kind(location) is None:
            yield {"facility_id": facility, "custody_name": custody_name(location)}

    return Projection(call_room, frozenset({"Location"}), rows)


def custody_name(location: Mapping[str, Any]) -> str | None:
    """What custody calls the room; None if nobody has said."""
    for extension in location.get("extension", ()):
        if extension.get("url") == CUSTODY_NAME:
            return str(extension.get("valueString", "")).strip() or None
    return None
