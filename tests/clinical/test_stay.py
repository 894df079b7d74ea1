"""Which Encounters are stays in prison, and what a stay says."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from resources import a_stay

from clinical.custody.stay import is_stay, stay_row

ZONE = ZoneInfo("Europe/Podgorica")


def test_a_custody_encounter_is_a_stay() -> None:
    assert is_stay(a_stay("s1"))


def _without(element: str) -> dict[str, Any]:
    return {name: value for name, value in a_stay("s1").items() if name != element}


@pytest.mark.parametrize(
    "encounter",
    [
        a_stay("s1", status="entered-in-error"),
        a_stay("s1", **{"class": {"system": "urn:throughcare:code-system:encounter-class", "code": "court"}}),
        a_stay(
            "s1",
            **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "custody"}},
        ),
        a_stay("s1", **{"class": {"code": "custody"}}),
        a_stay("s1", partOf={"reference": "Encounter/s0"}),
        a_stay("s1", subject={"reference": "https://elsewhere.example/fhir/Patient/p1"}),
        a_stay("s1", subject={"identifier": {"value": "x"}}),
        _without("subject"),
        _without("class"),
    ],
)
def test_other_encounters_are_none(encounter: dict[str, Any]) -> None:
    assert not is_stay(encounter)


def test_a_stay_whose_status_has_only_an_extension_still_counts() -> None:
    assert is_stay(_without("status"))
    assert stay_row(_without("status"), ZONE)["status"] == "unknown"


@pytest.mark.parametrize(
    ("period", "started_at", "ended_at"),
    [
        ({"start": "2026-01-05T14:00:00+01:00"}, datetime(2026, 1, 5, 13, tzinfo=UTC), None),
        ({"start": "2026-01-05"}, datetime(2026, 1, 4, 23, tzinfo=UTC), None),
        ({"end": "2026-07-01"}, None, datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ({"start": "2026-03-29", "end": "2026-03-29"}, datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ({}, None, None),
    ],
    ids=["to the second", "a day begins at local midnight", "a day ends at local midnight", "the night of the clock change", "not said"],
)  # fmt: skip
def test_a_stay_begins_and_ends_in_the_facilitys_zone(
    period: dict[str, str], started_at: datetime | None, ended_at: datetime | None
) -> None:
    row = stay_row(a_stay("s1", period=period), ZONE)
    assert (row["started_at"], row["ended_at"]) == (started_at, ended_at)
