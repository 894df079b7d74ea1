"""Which care a record says: by whom, of whom, from which day to which."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from resources import a_stay

from clinical.custody.treatment_relationship import relationship_row

ZONE = ZoneInfo("Europe/Podgorica")
VISIT = {
    "resourceType": "Encounter",
    "id": "v",
    "status": "finished",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
    "subject": {"reference": "Patient/p1"},
    "serviceProvider": {"reference": "Organization/centre"},
    "period": {"start": "2026-01-05T14:00:00+01:00"},
}
PROGRAMME = {
    "resourceType": "EpisodeOfCare",
    "id": "e",
    "status": "active",
    "patient": {"reference": "Patient/p1"},
    "managingOrganization": {"reference": "Organization/centre"},
    "period": {"start": "2026-01-05"},
}


def days(resource: dict[str, Any]) -> tuple[date, date | None] | None:
    """The first and the last."""
    row = relationship_row(resource, ZONE)
    return (row["began"], row["ended"]) if row else None


def of(resource: dict[str, Any], **elements: Any) -> dict[str, Any]:
    """The resource with other elements; None takes one away."""
    return {name: value for name, value in {**resource, **elements}.items() if value is not None}


FIRST = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (a_stay("s"), (FIRST, None)),
        (a_stay("s", period={"start": "2026-01-05", "end": "2026-02-01"}), (FIRST, date(2026, 2, 1))),
        # Midnight in the facility's zone is still the day before in UTC.
        (a_stay("s", period={"start": "2026-01-04T23:30:00Z"}), (FIRST, None)),
        (a_stay("s", period={"start": "2026-01-05", "end": "2026-01-31T23:30:00Z"}), (FIRST, date(2026, 2, 1))),
        (a_stay("s", status="entered-in-error"), None),
        (a_stay("s", status="planned"), None),
        (a_stay("s", partOf={"reference": "Encounter/s"}), None),
        (a_stay("s", subject={"reference": "Group/g"}), None),
        (a_stay("s", period={"end": "2026-01-05"}), None),
        (VISIT, (FIRST, FIRST)),
        (of(VISIT, status="in-progress"), (FIRST, FIRST)),
        (of(VISIT, status="cancelled"), None),
        (of(VISIT, period={"start": "2026-01-05", "end": "2026-01-09"}), (FIRST, date(2026, 1, 9))),
        (of(VISIT, partOf={"reference": "Encounter/ward"}), (FIRST, FIRST)),
        (of(VISIT, serviceProvider=None), None),
        (of(VISIT, serviceProvider={"reference": "http://x/fhir/Organization/centre"}), None),
        (of(VISIT, period=None), None),
        (PROGRAMME, (FIRST, None)),
        (of(PROGRAMME, status="finished", period={"start": "2026-01-05", "end": "2026-03"}), (FIRST, date(2026, 3, 31))),
        (of(PROGRAMME, status="waitlist"), None),
        (of(PROGRAMME, patient={"reference": "Patient/p1/_history/2"}), (FIRST, None)),
    ],
)  # fmt: skip
def test_care_begins_and_ends(resource: dict[str, Any], expected: tuple[date, date | None] | None) -> None:
    assert days(resource) == expected


def test_whom_and_by_whom() -> None:
    row = relationship_row(of(VISIT, subject={"reference": "Patient/p1/_history/1"}), ZONE)
    assert row is not None
    assert (row["patient_id"], row["facility_id"]) == ("p1", "centre")
