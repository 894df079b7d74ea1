"""Who was in which prison, away from it, or on the list of a community programme, from when to when."""

from datetime import UTC, date, datetime

import pytest
from spec.custody_records import absence, custody
from spec.hiv_records import concept, extension, programme
from spec.oat_records import OURS
from spec.world import organization

PRISON = {"type": [concept((f"{OURS}facility-kind", "prison"))]}
CLINIC = {"type": [concept((f"{OURS}facility-kind", "hiv-clinic"))]}
MARCH = {"start": "2025-03-01T14:00:00+01:00", "end": "2025-03-31T10:00:00+02:00"}


def stays(world, *columns):
    rows = sorted(
        world.tables["stay"], key=lambda row: (str(row["start_on"]), str(row["start_at"]), row["kind"])
    )
    return [tuple(row[column] for column in columns) for row in rows] if columns else rows


def test_a_stay_is_told_with_its_prison_hours_and_reasons(derived):
    world = derived(
        organization("north"),
        organization("south"),
        custody(
            **MARCH, entry="recall", way_out="transfer", to="south", legal=(("sentenced", "2025-01-01"),)
        ),
    )
    (row,) = stays(world)
    assert (row["kind"], row["legal_status"], row["parent_key"]) == ("custody", "sentenced", None)
    assert (row["entry_reason"], row["exit_reason"]) == ("recall", "transfer")
    assert row["start_at"] == datetime(2025, 3, 1, 13, tzinfo=UTC)
    assert row["start_on"] == row["start_lo"] == row["start_hi"] == date(2025, 3, 1)
    assert row["end_at"] == datetime(2025, 3, 31, 8, tzinfo=UTC)
    assert row["end_on"] == row["end_lo"] == row["end_hi"] == date(2025, 3, 31)
    assert world.facility_of(row) == "DEMO north"
    assert world.facility_of({"facility_key": row["to_facility_key"]}) == "DEMO south"


def test_an_open_stay_has_no_end_and_no_way_out_though_one_is_written(derived):
    (row,) = stays(derived(custody(way_out="release-planned", to="south")))
    assert (row["end_at"], row["end_lo"], row["end_hi"]) == (None, None, None)
    assert (row["exit_reason"], row["to_facility_key"]) == (None, None)


def test_only_a_stay_that_began_counts(each_outcome):
    cases = [
        ("arrived", "used"),
        ("in-progress", "used"),
        ("onleave", "used"),
        ("finished", "used"),
        ("unknown", "used"),
        ("planned", "status_planned"),
        ("cancelled", "status_cancelled"),
        ("entered-in-error", "status_entered-in-error"),
        ("gone", "status_not_in_fhir"),
    ]
    each_outcome("stay", [(custody(**MARCH) | {"status": status}, outcome) for status, outcome in cases])


def test_a_visit_is_no_stay_and_is_looked_up(derived):
    visit = {"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}}
    world = derived(custody(**visit), custody("2", **{"class": {"code": "custody"}}))
    assert stays(world) == []
    assert world.account.outcomes("Encounter") == {"looked_up": 2}


def test_a_stay_of_nobody_is_told_and_one_in_no_known_place_is_at_the_unknown_one(derived):
    world = derived(custody("1", person=None), custody("2", prison=None))
    assert world.account.outcomes("Encounter") == {"no_person": 1, "used": 1}
    assert stays(world, "facility_key") == [("unknown",)]


def test_a_stay_with_a_modifier_that_nobody_understands_is_left_out(derived):
    world = derived(custody(modifierExtension=[{"url": "urn:x"}]))
    assert world.account.outcomes("Encounter") == {"modifier_extension": 1}
    assert stays(world) == []


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        ("2025-03-01T14:00:00+01:00", "2025-03-01T13:59:00+01:00", "ends_before_start"),
        ("2025-03-01T14:00:00+01:00", "2025-03-01T14:00:00+01:00", "used"),
        ("2025-03-02", "2025-03-01", "ends_before_start"),
        ("2025-03-01", "2025-03-01", "used"),
        ("2025-03-15", "2025-03", "used"),
        ("2025-03-15", "2025-02", "ends_before_start"),
    ],
)
def test_what_ends_before_it_begins_is_told_and_left_out(derived, start, end, outcome):
    world = derived(custody(start=start, end=end))
    assert world.account.outcomes("Encounter") == {outcome: 1}


def test_a_year_of_start_and_a_month_of_end_are_spans(derived):
    (row,) = stays(derived(custody(start="2024", end="2025-04")))
    assert (row["start_at"], row["start_on"]) == (None, None)
    assert (row["start_lo"], row["start_hi"]) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (row["end_on"], row["end_lo"], row["end_hi"]) == (None, date(2025, 4, 1), date(2025, 4, 30))


def test_what_is_finished_on_no_known_day_ended_before_it_was_written(derived):
    written = {"status": "finished", "meta": {"lastUpdated": "2025-05-01T23:30:00Z"}}
    (row,) = stays(derived(custody(**written)))
    assert (row["end_on"], row["end_lo"], row["end_hi"]) == (None, date(2025, 3, 1), date(2025, 5, 2))
    assert row["exit_reason"] == "unknown"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("transfer", "transfer"),
        ("release-planned", "release_planned"),
        ("release-unplanned", "release_unplanned"),
        ("escape", "escape"),
        ("death", "death"),
        ("deported", "deported"),
        ("unknown", "unknown"),
        ("flew", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_ended_has_a_reason(derived, said, reason):
    assert stays(derived(custody(**MARCH, way_out=said)), "exit_reason") == [(reason,)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("liberty", "liberty"),
        ("transfer", "transfer"),
        ("court-return", "court_return"),
        ("recall", "recall"),
        ("x", None),
    ],
)
def test_where_somebody_came_from_is_one_of_the_contracts_reasons_or_not_said(derived, said, reason):
    assert stays(derived(custody(entry=said)), "entry_reason") == [(reason,)]


def test_each_legal_status_is_a_row_of_the_same_stay(derived):
    world = derived(
        custody(
            **MARCH,
            entry="liberty",
            way_out="release-planned",
            to="south",
            legal=(
                ("pretrial", MARCH["start"]),
                ("sentenced", "2025-03-10T12:00:00+01:00"),
                ("other", "2025-03-20"),
            ),
        )
    )
    assert len({row["record_key"] for row in stays(world)}) == 1
    assert world.account.outcomes("Encounter") == {"used": 1}
    day, instant = date, datetime
    assert stays(
        world, "legal_status", "start_at", "start_on", "end_at", "end_on", "entry_reason", "exit_reason"
    ) == [
        (
            "pretrial",
            instant(2025, 3, 1, 13, tzinfo=UTC),
            day(2025, 3, 1),
            instant(2025, 3, 10, 11, tzinfo=UTC),
            day(2025, 3, 10),
            "liberty",
            None,
        ),
        (
            "sentenced",
            instant(2025, 3, 10, 11, tzinfo=UTC),
            day(2025, 3, 10),
            None,
            day(2025, 3, 19),
            None,
            None,
        ),
        (
            "other",
            None,
            day(2025, 3, 20),
            instant(2025, 3, 31, 8, tzinfo=UTC),
            day(2025, 3, 31),
            None,
            "release_planned",
        ),
    ]
    assert [one is None for (one,) in stays(world, "to_facility_key")] == [True, True, False]


AT_START = ("2025-03-01", None)


@pytest.mark.parametrize(
    ("legal", "rows"),
    [
        # The first holds from the start, whenever it is said to begin.
        ([("pretrial", "2025-03-05")], [("pretrial", 1, 31)]),
        ([("pretrial", "2025-04-05")], [("pretrial", 1, 31)]),
        ([("pretrial", None)], [("pretrial", 1, 31)]),
        ([("pretrial", "2024-12-01"), ("sentenced", "2025-02-01")], [("sentenced", 1, 31)]),
        # At the very start, just after it, and from the midnight before it.
        ([("pretrial", None), ("sentenced", "2025-03-01T14:00:00+01:00")], [("sentenced", 1, 31)]),
        ([("pretrial", None), ("sentenced", "2025-03-01T14:00:01+01:00")], [("pretrial", 1, 1), ("sentenced", 1, 31)]),
        ([("pretrial", None), ("sentenced", "2025-03-01")], [("sentenced", 1, 31)]),
        ([("pretrial", None), ("sentenced", "2025-03-02")], [("pretrial", 1, 1), ("sentenced", 2, 31)]),
        # When the stay is over, no status begins.
        ([("pretrial", None), ("sentenced", "2025-03-31T10:00:00+02:00")], [("pretrial", 1, 31)]),
        ([("pretrial", None), ("sentenced", "2025-03-31T09:59:00+02:00")], [("pretrial", 1, 31), ("sentenced", 31, 31)]),
        # In whatever order they are written, and what does not change is one row.
        ([("sentenced", "2025-03-10"), ("pretrial", "2025-03-01")], [("pretrial", 1, 9), ("sentenced", 10, 31)]),
        ([("pretrial", "2025-03-01"), ("pretrial", "2025-03-10")], [("pretrial", 1, 31)]),
        # A status that nobody can read ends the one before it.
        ([("pretrial", "2025-03-01"), ("remand", "2025-03-10")], [("pretrial", 1, 9), (None, 10, 31)]),
        # Of a month the last day counts that is in the stay.
        ([("pretrial", None), ("sentenced", "2025-03")], [("pretrial", 1, 30), ("sentenced", 31, 31)]),
        ([("pretrial", None), ("sentenced", "2025-04")], [("pretrial", 1, 31)]),
        ([], [(None, 1, 31)]),
    ],
)  # fmt: skip
def test_a_legal_status_holds_until_the_next(derived, legal, rows):
    world = derived(custody(**MARCH, legal=tuple(legal)))
    found = stays(world, "legal_status", "start_on", "end_on")
    assert found == [(status, date(2025, 3, first), date(2025, 3, last)) for status, first, last in rows]


def test_an_absence_is_from_the_prison_of_its_stay(derived):
    elsewhere = {"prison": "hospital", "start": "2025-03-05T08:00:00+01:00", "end": "2025-03-06"}
    world = derived(
        organization("north"), custody(), absence(**elsewhere), absence("2", "hospital", **elsewhere)
    )
    (stay,) = [row for row in stays(world) if row["kind"] == "custody"]
    away = [row for row in stays(world) if row["kind"] != "custody"]
    assert sorted(row["kind"] for row in away) == ["absence_court", "absence_hospital"]
    for row in away:
        assert (row["parent_key"], row["facility_key"]) == (stay["record_key"], stay["facility_key"])
        assert (row["legal_status"], row["end_on"]) == (None, date(2025, 3, 6))


def test_an_absence_from_no_stay_that_is_known_is_from_its_own_place(derived):
    world = derived(
        organization("north"), absence("1", stay=None), absence("2", stay="lost", start="2025-03-02")
    )
    assert [world.facility_of(row) for row in stays(world)] == ["DEMO north", "DEMO north"]
    assert [row["parent_key"] is None for row in stays(world)] == [True, False]


def test_a_stay_sent_twice_counts_once_and_the_one_that_tells_the_end_stays(derived):
    known_as = {"identifier": [{"system": "urn:example:stay", "value": "7"}]}
    closed = {**MARCH, "meta": {"lastUpdated": "2025-04-01T00:00:00Z"}}
    later = {"meta": {"lastUpdated": "2025-05-01T00:00:00Z"}}
    for same in (known_as, {}):
        world = derived(custody("1", **closed, **same), custody("2", **later, **same))
        assert world.account.outcomes("Encounter")["used"] == 1
        assert stays(world, "end_on") == [(date(2025, 3, 31),)]


@pytest.mark.parametrize(
    "other", [{"prison": "south"}, {"start": "2025-03-01T14:00:01+01:00"}, {"person": "besa"}]
)
def test_stays_of_other_people_places_or_instants_are_others(derived, other):
    assert derived(custody("1"), custody("2", **other)).account.outcomes("Encounter") == {"used": 2}


def test_two_stays_known_only_to_the_day_are_two(derived):
    same = {"start": "2025-03-01", "end": "2025-03-01"}
    assert derived(custody("1", **same), custody("2", **same)).account.outcomes("Encounter") == {"used": 2}


@pytest.mark.parametrize(("name", "kind"), [("oat", "community_oat"), ("hiv", "community_hiv")])
def test_a_programme_of_a_community_facility_is_a_stay(derived, name, kind):
    world = derived(organization("clinic", **CLINIC), programme("1", name))
    (row,) = stays(world)
    assert (row["kind"], row["entry_reason"], row["exit_reason"]) == (kind, "enrolment", None)
    assert (row["start_on"], row["start_at"], row["end_lo"]) == (date(2025, 3, 1), None, None)
    assert world.facility_of(row) == "DEMO clinic"
    assert row["record_key"] == world.tables["treatment"][0]["record_key"]


def test_a_programme_in_a_prison_or_in_no_known_place_is_no_stay(derived):
    inside = {"managingOrganization": {"reference": "Organization/north"}}
    world = derived(organization("north", **PRISON), programme("1", **inside), programme("2"))
    assert stays(world) == []
    assert world.account.outcomes("EpisodeOfCare") == {"used": 2}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("transferred-out", "transfer"),
        ("died", "death"),
        ("stopped", "programme_exit"),
        ("emigrated", "programme_exit"),
        (None, "unknown"),
    ],
)
def test_who_left_a_programme_has_a_reason(derived, said, reason):
    why = None if said is None else extension(exit_reason=("valueCode", said))
    period = {"start": "2025-03-01T09:00:00+01:00", "end": "2025-05"}
    left = programme("1", status="finished", period=period, extension=why)
    (row,) = stays(derived(organization("clinic", **CLINIC), left))
    assert (row["exit_reason"], row["end_lo"], row["end_hi"]) == (reason, date(2025, 5, 1), date(2025, 5, 31))
    assert row["start_at"] == datetime(2025, 3, 1, 8, tzinfo=UTC)


def test_a_stay_is_of_the_human_whichever_record_it_names(derived):
    linked = {"resourceType": "Patient", "id": "amina", "link": [{"other": {"reference": "Patient/besa"}}]}
    world = derived(linked, custody("1"), custody("2", person="besa", prison="south"))
    assert len({row["person_key"] for row in stays(world)}) == 1
