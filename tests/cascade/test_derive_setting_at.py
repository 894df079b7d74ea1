"""Where each person is at each instant."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from spec import drawn_stays, worlds
from spec.custody_records import custody
from spec.derivations import cut, derived_rows
from spec.setting_at_twin import settings_at

from examples import examples

EXAMPLES = examples(6)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_stays.WORLDS, drawn_stays.CUTS)
def test_settings_agree_with_their_twin(world, day):
    assert in_order(derived_rows("setting_at", world, cut(day))) == settings_at(world, cut(day).data_as_of)


def in_order(rows):
    return sorted(rows, key=lambda row: (row.person_key, row.from_at))


def check(expect, *, at="2025-06-30", **tables):
    """Contract rows in; both derivation and twin must give the expected intervals, in the facilities' clock."""
    world = worlds.world(**tables)
    found = in_order(derived_rows("setting_at", world, cut(at)))
    assert found == settings_at(world, cut(at).data_as_of)
    headings, wanted = worlds.expected(expect)
    assert worlds.shown([clocked(row) for row in found], headings) == wanted


def clocked(row):
    def clock(moment):
        return moment and f"{moment.astimezone(ZoneInfo(worlds.ZONE)):%Y-%m-%d %H:%M}"

    return replace(row, from_at=clock(row.from_at), to_at=clock(row.to_at))


def test_who_is_held_is_in_the_prison_from_the_hour_of_the_start_to_that_of_the_end():
    check(
        stay="""
        person | facility     | start            | end              | legal_status
        -------+--------------+------------------+------------------+-------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-31 10:00 | pretrial
        besa   | prison south | 2025-03-01 14:00 |                  |
        """,
        expect="""
        person | from_at          | to_at            | setting | facility     | legal_status | conflict
        -------+------------------+------------------+---------+--------------+--------------+---------
        amina  | 2025-03-01 14:00 | 2025-03-31 10:00 | prison  | prison north | pretrial     | False
        besa   | 2025-03-01 14:00 |                  | prison  | prison south |              | False
        """,
    )


def test_a_day_stands_for_all_of_it_also_on_the_day_the_clocks_change():
    check(
        stay="""
        person | facility     | start      | end
        -------+--------------+------------+-----------
        amina  | prison north | 2025-03-30 | 2025-03-30
        """,
        expect="""
        person | from_at          | to_at
        -------+------------------+-----------------
        amina  | 2025-03-30 00:00 | 2025-03-31 00:00
        """,
    )


def test_of_a_month_only_what_is_sure_counts():
    check(
        stay="""
        person | facility     | start      | end
        -------+--------------+------------+-----------
        amina  | prison north | 2025-02    | 2025-04
        besa   | prison north | 2025-03    | 2025-03
        drita  | prison north |            | 2025-03-31
        """,
        expect="""
        person | from_at          | to_at
        -------+------------------+-----------------
        amina  | 2025-02-28 00:00 | 2025-04-02 00:00
        """,
    )


def test_custody_goes_before_the_community_which_comes_back_after_it():
    check(
        stay="""
        person | facility     | kind          | start            | end
        -------+--------------+---------------+------------------+-----------------
        amina  | clinic       | community_oat | 2025-01-01       | 2025-05-31
        amina  | prison north | custody       | 2025-03-01 14:00 | 2025-03-31 10:00
        """,
        expect="""
        person | from_at          | to_at            | setting   | facility
        -------+------------------+------------------+-----------+-------------
        amina  | 2025-01-01 00:00 | 2025-03-01 14:00 | community | clinic
        amina  | 2025-03-01 14:00 | 2025-03-31 10:00 | prison    | prison north
        amina  | 2025-03-31 10:00 | 2025-06-01 00:00 | community | clinic
        """,
    )


def test_an_absence_keeps_the_prison():
    check(
        stay="""
        person | facility     | kind             | start            | end
        -------+--------------+------------------+------------------+-----------------
        amina  | prison north | custody          | 2025-03-01 14:00 |
        amina  | prison north | absence_hospital | 2025-03-05 08:00 | 2025-03-09 10:00
        """,
        expect="""
        person | from_at          | to_at | facility
        -------+------------------+-------+-------------
        amina  | 2025-03-01 14:00 |       | prison north
        """,
    )


def test_of_two_overlapping_stays_the_one_that_began_later_holds_and_the_overlap_is_a_conflict():
    check(
        stay="""
        person | facility     | start            | end
        -------+--------------+------------------+-----------------
        amina  | prison south | 2025-03-10 14:00 | 2025-03-20 10:00
        amina  | prison north | 2025-03-01 14:00 | 2025-03-31 10:00
        """,
        expect="""
        person | from_at          | to_at            | facility     | conflict
        -------+------------------+------------------+--------------+---------
        amina  | 2025-03-01 14:00 | 2025-03-10 14:00 | prison north | False
        amina  | 2025-03-10 14:00 | 2025-03-20 10:00 | prison south | True
        amina  | 2025-03-20 10:00 | 2025-03-31 10:00 | prison north | False
        """,
    )


def test_a_stay_that_nobody_closed_ends_when_a_later_one_begins_and_conflicts_with_it():
    check(
        stay="""
        person | facility     | start            | end
        -------+--------------+------------------+-----------------
        amina  | prison north | 2024-03-01 14:00 |
        amina  | prison south | 2025-03-10 14:00 | 2025-03-20 10:00
        """,
        expect="""
        person | from_at          | to_at            | facility     | conflict
        -------+------------------+------------------+--------------+---------
        amina  | 2024-03-01 14:00 | 2025-03-10 14:00 | prison north | False
        amina  | 2025-03-10 14:00 | 2025-03-20 10:00 | prison south | True
        """,
    )


def test_stays_that_touch_do_not_conflict_nor_do_two_on_the_day_of_a_transfer():
    check(
        stay="""
        person | facility     | start            | end
        -------+--------------+------------------+-----------------
        amina  | prison north | 2025-03-01       | 2025-03-10 14:00
        amina  | prison south | 2025-03-10 14:00 | 2025-03-20
        amina  | prison north | 2025-03-20       | 2025-03-25
        amina  | prison south | 2025-03-25 09:00 | 2025-03-31
        """,
        expect="""
        person | from_at          | to_at            | facility     | conflict
        -------+------------------+------------------+--------------+---------
        amina  | 2025-03-01 00:00 | 2025-03-10 14:00 | prison north | False
        amina  | 2025-03-10 14:00 | 2025-03-20 00:00 | prison south | False
        amina  | 2025-03-20 00:00 | 2025-03-25 09:00 | prison north | False
        amina  | 2025-03-25 09:00 | 2025-04-01 00:00 | prison south | False
        """,
    )


def test_of_several_programmes_the_one_joined_last_says_where():
    check(
        stay="""
        person | facility | kind          | start      | end
        -------+----------+---------------+------------+-----------
        amina  | clinic   | community_hiv | 2025-01-01 |
        amina  | centre   | community_oat | 2025-03-01 | 2025-03-31
        """,
        expect="""
        person | from_at          | to_at            | facility
        -------+------------------+------------------+---------
        amina  | 2025-01-01 00:00 | 2025-03-01 00:00 | clinic
        amina  | 2025-03-01 00:00 | 2025-04-01 00:00 | centre
        amina  | 2025-04-01 00:00 |                  | clinic
        """,
    )


def test_death_ends_everything_at_the_end_of_the_last_day_it_can_have_been():
    check(
        person="""
        person | died
        -------+-----------
        amina  | 2025-03-10
        besa   | 2025-03
        drita  | 2025-03-10
        """,
        stay="""
        person | facility     | kind          | start            | end
        -------+--------------+---------------+------------------+-----------------
        amina  | prison north | custody       | 2025-03-01 14:00 |
        amina  | clinic       | community_hiv | 2025-01-01       |
        besa   | clinic       | community_hiv | 2025-01-01       |
        drita  | prison north | custody       | 2025-03-01 14:00 | 2025-03-10 03:10
        drita  | prison south | custody       | 2025-04-01 14:00 |
        """,
        expect="""
        person | from_at          | to_at            | setting
        -------+------------------+------------------+----------
        amina  | 2025-01-01 00:00 | 2025-03-01 14:00 | community
        amina  | 2025-03-01 14:00 | 2025-03-11 00:00 | prison
        besa   | 2025-01-01 00:00 | 2025-04-01 00:00 | community
        drita  | 2025-03-01 14:00 | 2025-03-10 03:10 | prison
        """,
    )


def test_what_lies_after_the_cut_nobody_knows():
    check(
        at="2025-03-10 12:00",
        stay="""
        person | facility     | start            | end
        -------+--------------+------------------+-----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 12:00
        besa   | prison north | 2025-03-01 14:00 | 2025-03-10 12:01
        drita  | prison north | 2025-03-01 14:00 | 2025-03-10
        edona  | prison north | 2025-03-10 12:00 |
        flora  | prison north | 2025-03-10 12:01 |
        gent   | prison north | 2025-03-01 14:00 |
        gent   | prison south | 2025-03-11       |
        liri   | prison north | 2025-03-01 14:00 | 2025-03-31 10:00
        liri   | prison south | 2025-03-05 14:00 | 2025-03-20 10:00
        """,
        expect="""
        person | from_at          | to_at
        -------+------------------+-----------------
        amina  | 2025-03-01 14:00 | 2025-03-10 12:00
        besa   | 2025-03-01 14:00 |
        drita  | 2025-03-01 14:00 |
        edona  | 2025-03-10 12:00 |
        gent   | 2025-03-01 14:00 |
        liri   | 2025-03-01 14:00 | 2025-03-05 14:00
        liri   | 2025-03-05 14:00 |
        """,
    )


def test_each_legal_status_is_an_interval_and_what_stays_the_same_is_one(derived):
    legal = (("pretrial", "2025-03-01"), ("sentenced", "2025-03-10T12:00:00+01:00"))
    world = derived(
        custody("1", start="2025-03-01", end="2025-03-20T10:00:00+01:00", legal=legal),
        custody("2", start="2025-03-20T10:00:00+01:00", end="2025-03-31", legal=legal[1:]),
    )
    rows = sorted(world.tables["setting_at"], key=lambda row: row["from_at"])
    assert [(row["legal_status"], row["from_at"].day, row["to_at"].day) for row in rows] == [
        ("pretrial", 1, 10),
        ("sentenced", 10, 1),
    ]


def test_who_is_in_prison_by_a_record_of_theirs_that_is_linked_is_in_prison(derived):
    linked = {"resourceType": "Patient", "id": "besa", "link": [{"other": {"reference": "Patient/amina"}}]}
    end = {"end": "2025-03-10T10:00:00+01:00"}
    world = derived(
        linked, custody("1", **end), custody("2", person="besa", start="2025-03-10T10:00:00+01:00")
    )
    (row,) = world.tables["setting_at"]
    assert (row["to_at"], row["setting"], row["conflict"]) == (None, "prison", False)
