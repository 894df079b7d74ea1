"""When each facility first and last reported anything."""

from datetime import UTC, date, datetime

import pytest
from spec.custody_records import custody
from spec.hiv_records import (
    diagnosis,
    dispense,
    extension,
    hiv_test,
    offer,
    programme,
    statement,
    viral_load,
)
from spec.oat_records import order
from spec.world import administration, organization

from cascade import contract
from cascade.derive.facility_report import EVENT_DAYS

CLINIC = {"reference": "Organization/clinic"}
DONE = {"performer": [CLINIC], "effectiveDateTime": "2025-03-02"}
RECORDED = extension(recorded_by=("valueReference", CLINIC))


def reports(world, name="clinic"):
    (row,) = [one for one in world.reported_facilities if one["name"] == f"DEMO {name}"]
    return row["first_report_on"], row["last_report_on"]


@pytest.mark.parametrize(
    ("event", "first", "last"),
    [
        (custody(prison="clinic", start="2025-03-01", end="2025-03-31"), 1, 31),
        (custody(prison="clinic", start="2025-03-01"), 1, 1),
        (custody(prison="clinic", start="2025-02", end="2025-03-31"), 31, 31),
        (hiv_test("1", **DONE, issued="2025-03-04T09:00:00+01:00"), 2, 4),
        (offer("1", **DONE), 2, 2),
        (viral_load("1", 40, **DONE, issued="2025-03-09T09:00:00+01:00"), 2, 9),
        (diagnosis("1", extension=RECORDED, onsetDateTime="2025-03-05"), 5, 5),
        (programme("1", period={"start": "2025-03-01", "end": "2025-03-05"}), 1, 5),
        (dispense("1", whenHandedOver="2025-03-06", performer=[{"actor": CLINIC}]), 6, 6),
        (order(start="2025-03-07", end="2025-03-20", requester="clinic"), 7, 7),
    ],
)
def test_every_kind_of_event_is_a_report(derived, event, first, last):
    world = derived(organization("clinic"), event)
    assert reports(world) == (date(2025, 3, first), date(2025, 3, last))


@pytest.mark.parametrize("status", ["completed", "not-done"])
def test_a_dose_is_a_report_given_or_not(derived, status):
    stay = custody("e", prison="clinic", start="2025")
    dose = administration("1", encounter="e", status=status, effective="2025-03-08")
    assert reports(derived(organization("clinic"), stay, dose)) == (date(2025, 3, 8), date(2025, 3, 8))


def test_of_several_events_the_first_and_the_last_count(derived):
    days = ("2025-03-20", "2025-03-02", "2025-03-10")
    events = [offer(day, **(DONE | {"effectiveDateTime": day})) for day in days]
    assert reports(derived(organization("clinic"), *events)) == (date(2025, 3, 2), date(2025, 3, 20))


@pytest.mark.parametrize(
    "event",
    [
        offer("1", **(DONE | {"effectiveDateTime": "2025-03"})),
        offer("1", **(DONE | {"status": "entered-in-error"})),
        offer("1", **(DONE | {"performer": [{"reference": "Organization/other"}]})),
        statement("1", informationSource=CLINIC),
        diagnosis("1", extension=[*RECORDED, *extension(diagnosed_abroad=("valueBoolean", True))]),
    ],
)
def test_what_did_not_happen_there_on_a_known_day_is_no_report(derived, event):
    assert reports(derived(organization("clinic"), event)) == (None, None)


@pytest.mark.parametrize(("cut", "last"), [(10, 10), (9, 9), (8, 5)])
def test_what_is_dated_after_the_cut_is_no_report(derived, cut, last):
    events = [
        offer(str(day), **(DONE | {"effectiveDateTime": f"2025-03-{day:02d}"})) for day in (5, 9, 10, 11)
    ]
    world = derived(organization("clinic"), *events, data_as_of=datetime(2025, 3, cut, 12, tzinfo=UTC))
    assert reports(world) == (date(2025, 3, 5), date(2025, 3, last))


def test_every_table_with_a_facility_and_a_day_of_its_own_is_looked_at():
    told = {table for table, _, _ in EVENT_DAYS}
    derived_or_stated = {
        "facility",
        "population",
        "setting_at",
        "transition",
        "due_day",
        "last_giver",
        "oat_episode",
    }
    placed = {
        contract.table_name(table)
        for table in contract.CONTRACT
        if any(column.name == "facility_key" for column in contract.columns(table))
    }
    assert told == placed - derived_or_stated
