"""Organization and HealthcareService: a place, and what it offers."""

from collections.abc import Iterator
from datetime import datetime

from services.demo.country.facts import Facility
from services.demo.country.resources.codes import Json, ours, reference
from services.demo.country.resources.marks import resource


def facility(place: Facility, recorded_at: datetime) -> Iterator[Json]:
    """The Organization of a place, and a HealthcareService for each thing that it offers."""
    yield resource(
        "Organization",
        place.id,
        recorded_at,
        identifier=[{"system": "urn:throughcare:demo:facility", "value": place.id}],
        active=True,
        type=[ours("facility-kind", place.kind)],
        name=place.name,
        partOf=reference("Organization", place.part_of) if place.part_of else None,
    )
    for service in place.services:
        yield resource(
            "HealthcareService",
            f"{place.id}-{service}",
            recorded_at,
            active=True,
            providedBy=reference("Organization", place.id),
            type=[ours("facility-service", service)],
            name=f"{place.name}: {service}",
        )
