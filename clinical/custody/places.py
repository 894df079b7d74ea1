"""Wings and cells of a prison: a table that follows Locations, so that a list can go by them.

A wing is a Location of type ``place#wing`` of the prison; a cell one of type ``place#cell``, part of a wing. They are no
rooms that anybody is called to (``call_room``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table, Text

from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection

SYSTEM = "urn:throughcare:code-system:place"
WING, CELL = "wing", "cell"

place = Table(
    "place",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("facility_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("wing_id", Text),
)


def place_projection() -> Projection:
    """The projection that keeps the table."""

    def rows(location: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        kind, facility = place_kind(location), target(location, "managingOrganization", "Organization")
        if kind and facility and location.get("status", "active") == "active":
            yield {
                "facility_id": facility,
                "kind": kind,
                "name": str(location.get("name", "")),
                "wing_id": target(location, "partOf", "Location"),
            }

    return Projection(place, frozenset({"Location"}), rows)


def place_kind(location: Mapping[str, Any]) -> str | None:
    """``wing`` or ``cell``; None if it is neither."""
    codings = [one for type_ in location.get("type", ()) for one in type_.get("coding", ())]
    said = {one.get("code") for one in codings if one.get("system") == SYSTEM}
    return next((kind for kind in (WING, CELL) if kind in said), None)
