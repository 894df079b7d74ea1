"""Wings and cells of the demo's prison, and who is in which."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

from clinical.custody.encounters import in_room
from clinical.custody.movement import Before, Told
from clinical.custody.places import CELL, SYSTEM, WING
from services.demo.country.resources.codes import Json, concept, reference
from services.demo.country.resources.marks import resource

WINGS = ("A", "B", "C")
CELLS = 12
"""In each wing; its number begins with the floor."""


def places(facility: str, at: datetime) -> Iterator[Json]:
    """The Locations."""
    for wing in WINGS:
        yield _place(facility, at, WING, wing, f"DEMO {wing}", None)
        for number in range(CELLS):
            name = f"{wing}-{number // 6 + 1}{number % 6 + 1:02d}"
            yield _place(facility, at, CELL, name, name, f"{facility}-{wing}")


def in_a_cell(facility: str, patient: str, stay: Json, at: datetime) -> Mapping[str, Any]:
    """The Encounter of a stay, with the person in a cell: the same one each time it is asked."""
    drawn = crc32(patient.encode())
    number = drawn // len(WINGS) % CELLS
    room = f"{facility}-{WINGS[drawn % len(WINGS)]}-{number // 6 + 1}{number % 6 + 1:02d}"
    return in_room(Before({"id": patient}, facility, stay), Told(at, at, room=room))


def _place(facility: str, at: datetime, kind: str, code: str, name: str, part_of: str | None) -> Json:
    return resource(
        "Location",
        f"{facility}-{code}",
        at,
        None,
        status="active",
        name=name,
        type=[concept((SYSTEM, kind))],
        managingOrganization=reference("Organization", facility),
        partOf=reference("Location", part_of) if part_of else None,
    )
