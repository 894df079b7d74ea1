"""What kind of place a facility is, what it belongs to and what it offers."""

import pytest
from spec.custody_records import custody
from spec.oat_records import OURS, ours
from spec.people_records import service
from spec.world import organization


def facility(world, name="clinic"):
    (row,) = [one for one in world.facilities if one["name"] == f"DEMO {name}"]
    return row


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("prison", "prison"),
        ("pretrial-unit", "prison"),
        ("oat-centre", "community"),
        ("hiv-clinic", "community"),
        ("hospital", "community"),
        ("centre", "community"),
        ("laboratory", "unknown"),
    ],
)
def test_the_type_says_the_setting(derived, code, setting):
    row = facility(derived(organization("clinic", type=[ours("facility-kind", code)])))
    assert (row["setting"], row["kind"]) == (setting, f"{OURS}facility-kind|{code}")


def test_of_several_types_the_first_that_is_known_counts(derived):
    types = [{"coding": [{"system": "urn:x", "code": "dept"}]}, ours("facility-kind", "prison")]
    row = facility(derived(organization("clinic", type=types)))
    assert (row["setting"], row["kind"]) == ("prison", "urn:x|dept")


def test_a_place_that_is_only_pointed_at_is_a_facility_without_a_name_and_the_unknown_one_is_always_there(
    derived,
):
    world = derived(
        custody(prison="north", to="south"), organization("ward", partOf={"reference": "Organization/all"})
    )
    assert sorted(str(one["name"]) for one in world.facilities) == ["DEMO ward", *["None"] * 4]
    (unknown,) = [one for one in world.facilities if one["facility_key"] == "unknown"]
    assert (unknown["setting"], unknown["expected_reporter"]) == ("unknown", True)
    assert facility(world, "ward")["parent_key"] in {one["facility_key"] for one in world.facilities}


@pytest.mark.parametrize(
    ("services", "offers"),
    [
        ([], ("none", False, False)),
        ([service("1", "oat-continue")], ("continue_only", False, False)),
        ([service("1", "oat-continue"), service("2", "oat-initiate")], ("initiate", False, False)),
        ([service("1", "art", "hts")], ("none", True, True)),
        ([service("1", "oat-initiate", active=False)], ("none", False, False)),
        ([service("1", "art", active=None)], ("none", True, False)),
        ([service("1", "art", of="other")], ("none", False, False)),
        ([service("1", "dentist")], ("none", False, False)),
    ],
)
def test_what_a_facility_offers_is_what_its_active_services_say(derived, services, offers):
    row = facility(derived(organization("clinic"), *services))
    assert (row["oat"], row["art"], row["hts"]) == offers


@pytest.mark.parametrize(("active", "expected"), [(True, True), (False, False), (None, True)])
def test_a_facility_is_expected_to_report_unless_it_is_said_not_to_be(derived, active, expected):
    world = derived(organization("clinic"), service("1", "reporting", active=active))
    assert facility(world)["expected_reporter"] is expected
