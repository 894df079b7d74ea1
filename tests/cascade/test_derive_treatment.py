"""Who is on a programme's list since when, and how that ended."""

from datetime import date

import pytest
from spec.hiv_records import OURS, WHO, concept, extension, programme
from spec.world import organization

LEFT = {"status": "finished", "period": {"start": "2025-03-01", "end": "2025-05-31"}}


def treatments(world):
    return world.tables["treatment"]


def test_a_programme_is_a_line_at_its_centre_from_a_day_on(derived):
    world = derived(organization("clinic"), programme("1"))
    (row,) = treatments(world)
    assert (row["line"], row["start_on"], row["stop_on"], row["stop_reason"]) == (
        "art",
        date(2025, 3, 1),
        None,
        None,
    )
    assert world.facility_of(row) == "DEMO clinic"


@pytest.mark.parametrize(
    ("types", "lines"),
    [
        ([concept((OURS + "programme", "hiv"))], ["art"]),
        ([concept((OURS + "programme", "oat"))], ["oat"]),
        ([concept((WHO, "HIV.H.DE47"))], ["art"]),
        ([concept((WHO, "HIV.PRV.DE4"))], ["oat"]),
        ([concept((WHO, "HIV.PRV.DE4"), (OURS + "programme", "oat"))], ["oat"]),
        ([concept((OURS + "programme", "oat")), concept((OURS + "programme", "hiv"))], ["art", "oat"]),
        ([concept(("urn:example:type", "hacc"))], []),
    ],
)
def test_the_programme_says_the_line(derived, types, lines):
    world = derived(programme("1", type=types))
    assert sorted(row["line"] for row in treatments(world)) == lines
    assert world.account.outcomes("EpisodeOfCare") == {"used" if lines else "looked_up": 1}


def test_only_an_episode_that_began_counts(each_outcome):
    cases = [
        ("active", "used"),
        ("onhold", "used"),
        ("finished", "used"),
        ("planned", "status_planned"),
        ("waitlist", "status_waitlist"),
        ("cancelled", "status_cancelled"),
        ("entered-in-error", "status_entered-in-error"),
    ]
    each_outcome("treatment", [(programme("1", status=status), outcome) for status, outcome in cases])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("transferred-out", "transferred_out"),
        ("emigrated", "emigrated"),
        ("stopped", "stopped"),
        ("refused", "refused"),
        ("ltfu", "recorded_ltfu"),
        ("completed", "completed"),
        ("died", "died"),
        ("moved", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_ended_has_a_reason(derived, said, reason):
    why = None if said is None else extension(exit_reason=("valueCode", said))
    (row,) = treatments(derived(programme("1", **LEFT, extension=why)))
    assert (row["stop_on"], row["stop_reason"]) == (date(2025, 5, 31), reason)


def test_what_is_finished_on_no_known_day_is_over_all_the_same(derived):
    (row,) = treatments(derived(programme("1", status="finished")))
    assert (row["stop_lo"], row["stop_reason"]) == (None, "unknown")


def test_what_is_open_has_no_reason_though_one_is_written(derived):
    (row,) = treatments(derived(programme("1", extension=extension(exit_reason=("valueCode", "stopped")))))
    assert row["stop_reason"] is None


def test_a_year_of_start_and_a_month_of_end_are_spans(derived):
    (row,) = treatments(derived(programme("1", period={"start": "2019", "end": "2025-04"})))
    assert (row["start_on"], row["start_lo"], row["start_hi"]) == (None, date(2019, 1, 1), date(2019, 12, 31))
    assert (row["stop_on"], row["stop_lo"], row["stop_hi"]) == (None, date(2025, 4, 1), date(2025, 4, 30))


def went_to_town(*others):
    went = extension(
        exit_reason=("valueCode", "transferred-out"),
        transferred_to=("valueReference", {"reference": "Organization/town"}),
    )
    return programme("1", **LEFT, extension=went), *others


def test_who_went_to_a_centre_that_was_read_is_there(derived):
    world = derived(*went_to_town(organization("town")))
    (row,) = treatments(world)
    assert row["stop_reason"] == "transferred_out"
    assert world.facility_of({"facility_key": row["to_facility_key"]}) == "DEMO town"


def test_a_centre_where_care_was_given_is_among_the_data_though_it_was_not_read_itself(derived):
    there = programme("2", managingOrganization={"reference": "Organization/town"})
    rows = treatments(derived(*went_to_town(there)))
    (left,) = [row for row in rows if row["stop_on"]]
    (stays,) = [row for row in rows if not row["stop_on"]]
    assert left["to_facility_key"] == stays["facility_key"]


def test_who_went_to_a_centre_outside_of_the_data_went_nowhere_that_is_known(derived):
    part = organization("ward", partOf={"reference": "Organization/town"})
    (row,) = treatments(derived(*went_to_town(part)))
    assert (row["stop_reason"], row["to_facility_key"]) == ("transferred_out", None)


def test_an_episode_of_nobody_is_left_out(derived):
    world = derived(programme("1", patient={"reference": "Group/1"}))
    assert world.account.outcomes("EpisodeOfCare") == {"no_person": 1}
