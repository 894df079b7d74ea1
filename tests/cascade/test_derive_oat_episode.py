"""Episodes of opioid agonist treatment: when they begin and end, by what, and where they began."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from spec import drawn_oat, worlds
from spec.coverage_twin import coverage
from spec.derivations import cut, derived_rows
from spec.oat_episode_twin import oat_episodes

from examples import examples

EXAMPLES = examples(6)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn_oat.worlds_of(
        dose=drawn_oat.DOSES,
        supply=drawn_oat.SUPPLIES,
        setting_at=drawn_oat.STAYS,
        treatment=drawn_oat.TREATMENTS,
        transition=drawn_oat.MOVES,
    ),
    drawn_oat.CUT_DAYS,
)
def test_episodes_agree_with_their_twin(world, cut_day):
    world = replace(world, coverage=coverage(world, cut_day))
    assert derived_rows("oat_episode", world, cut(str(cut_day))) == oat_episodes(world, cut_day)


def check(expect, *, cut_day="2025-06-30", **tables):
    """Contract rows in, and what they cover; both derivation and twin must give the expected episodes."""
    world, at = worlds.world(**tables), cut(cut_day)
    world = replace(world, coverage=coverage(world, at.day))
    found = derived_rows("oat_episode", world, at)
    headings, wanted = worlds.expected(expect)
    assert worlds.shown(found, headings) == wanted
    assert found == oat_episodes(world, at.day)


def test_seven_uncovered_days_do_not_end_an_episode_and_eight_do():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        amina  | clinic   | oat  | stated | 2025-03-18 | 2025-03-20
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | oat  | stated | 2025-03-19 | 2025-03-20
        """,
        expect="""
        person | profile | episode | first_on   | last_covered_on | ended_by
        -------+---------+---------+------------+-----------------+---------
        amina  | gap_7   | 1       | 2025-03-01 | 2025-03-20      | gap
        amina  | gap_28  | 1       | 2025-03-01 | 2025-03-20      | gap
        besa   | gap_7   | 1       | 2025-03-01 | 2025-03-10      | gap
        besa   | gap_7   | 2       | 2025-03-19 | 2025-03-20      | gap
        besa   | gap_28  | 1       | 2025-03-01 | 2025-03-20      | gap
        """,
    )


def test_28_uncovered_days_do_not_end_an_episode_of_the_other_profile_and_29_do():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-01
        amina  | clinic   | oat  | stated | 2025-03-30 | 2025-03-30
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-01
        besa   | clinic   | oat  | stated | 2025-03-31 | 2025-03-31
        """,
        expect="""
        person | profile | episode | first_on   | last_covered_on
        -------+---------+---------+------------+----------------
        amina  | gap_7   | 1       | 2025-03-01 | 2025-03-01
        amina  | gap_7   | 2       | 2025-03-30 | 2025-03-30
        amina  | gap_28  | 1       | 2025-03-01 | 2025-03-30
        besa   | gap_7   | 1       | 2025-03-01 | 2025-03-01
        besa   | gap_7   | 2       | 2025-03-31 | 2025-03-31
        besa   | gap_28  | 1       | 2025-03-01 | 2025-03-01
        besa   | gap_28  | 2       | 2025-03-31 | 2025-03-31
        """,
    )


def test_an_episode_is_open_until_the_gap_is_over_at_the_cut():
    check(
        cut_day="2025-03-17",
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-09
        drita  | clinic   | oat  | stated | 2025-03-10 | 2025-04-06
        """,
        expect="""
        person | profile | ended_by
        -------+---------+---------
        amina  | gap_7   | open
        amina  | gap_28  | open
        besa   | gap_7   | gap
        besa   | gap_28  | open
        drita  | gap_7   | open
        drita  | gap_28  | open
        """,
    )


def test_antiretrovirals_are_no_oat():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | art  | stated | 2025-03-01 | 2025-03-10
        """,
        expect="person | profile",
    )


def test_death_ends_an_episode_within_the_gap_and_no_medicine_covers_the_dead():
    check(
        person="""
        person | died
        -------+-----------
        amina  | 2025-03-17
        besa   | 2025-03-18
        drita  | 2025-03-05
        edona  | 2025-03
        """,
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        drita  | clinic   | oat  | stated | 2025-03-01 | 2025-03-28
        edona  | clinic   | oat  | stated | 2025-02-01 | 2025-02-24
        """,
        expect="""
        person | profile | last_covered_on | ended_by
        -------+---------+-----------------+---------
        amina  | gap_7   | 2025-03-10      | death
        amina  | gap_28  | 2025-03-10      | death
        besa   | gap_7   | 2025-03-10      | gap
        besa   | gap_28  | 2025-03-10      | death
        drita  | gap_7   | 2025-03-05      | death
        drita  | gap_28  | 2025-03-05      | death
        edona  | gap_7   | 2025-02-24      | death
        edona  | gap_28  | 2025-02-24      | death
        """,
    )


def test_who_was_covered_again_had_not_died_before():
    check(
        person="""
        person | died
        -------+--------
        amina  | 2025-03
        """,
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-02-20 | 2025-02-28
        amina  | clinic   | oat  | stated | 2025-03-10 | 2025-03-10
        """,
        expect="""
        person | profile | episode | ended_by
        -------+---------+---------+---------
        amina  | gap_7   | 1       | gap
        amina  | gap_7   | 2       | death
        amina  | gap_28  | 1       | death
        """,
    )


def test_to_emigrate_or_to_be_deported_or_sent_out_of_the_data_within_the_gap_is_to_leave_them():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | prison   | oat  | stated | 2025-03-01 | 2025-03-10
        drita  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        edona  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        flora  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason     | to facility key
        -------+----------+------+------------+------------+-----------------+----------------
        amina  | clinic   | art  | 2025-01-01 | 2025-03-17 | emigrated       |
        drita  | clinic   | oat  | 2025-01-01 | 2025-03-11 | transferred_out |
        edona  | clinic   | oat  | 2025-01-01 | 2025-03-11 | transferred_out | centre
        flora  | clinic   | oat  | 2025-01-01 | 2025-03-18 | emigrated       |
        """,
        transition="""
        person | kind    | moved at         | moved on   | exit reason
        -------+---------+------------------+------------+------------
        besa   | release | 2025-03-10 09:00 | 2025-03-10 | deported
        """,
        expect="""
        person | profile | ended_by
        -------+---------+----------
        amina  | gap_7   | left_data
        amina  | gap_28  | left_data
        besa   | gap_7   | left_data
        besa   | gap_28  | left_data
        drita  | gap_7   | left_data
        drita  | gap_28  | left_data
        edona  | gap_7   | gap
        edona  | gap_28  | gap
        flora  | gap_7   | gap
        flora  | gap_28  | left_data
        """,
    )


def test_who_was_given_medicine_after_leaving_had_not_left_and_what_was_taken_along_may_last_longer():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        """,
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | clinic   | 2025-03-10
        besa   | clinic   | 2025-03-05
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        amina  | clinic   | oat  | 2025-01-01 | 2025-03-05 | emigrated
        besa   | clinic   | oat  | 2025-01-01 | 2025-03-05 | emigrated
        """,
        expect="""
        person | profile | ended_by
        -------+---------+----------
        amina  | gap_7   | gap
        amina  | gap_28  | gap
        besa   | gap_7   | left_data
        besa   | gap_28  | left_data
        """,
    )


def test_whom_another_programme_has_on_its_list_was_not_sent_out_of_the_data():
    check(
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | prison   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | prison   | oat  | stated | 2025-03-01 | 2025-03-10
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+----------------
        amina  | prison   | oat  | 2025-01-01 | 2025-03-10 | transferred_out
        amina  | clinic   | oat  | 2025-03-11 |            |
        besa   | prison   | oat  | 2025-01-01 | 2025-03-10 | transferred_out
        besa   | clinic   | oat  | 2025-06-01 |            |
        """,
        expect="""
        person | profile | ended_by
        -------+---------+----------
        amina  | gap_7   | gap
        amina  | gap_28  | gap
        besa   | gap_7   | left_data
        besa   | gap_28  | left_data
        """,
    )


def test_the_place_is_that_at_the_end_of_the_first_day_and_the_facility_gave_the_first_dose():
    check(
        facility="""
        facility | setting
        ---------+----------
        prison   | prison
        clinic   | community
        """,
        dose="""
        person | facility | given
        -------+----------+-----------------
        amina  | clinic   | 2025-03-01 16:00
        amina  | prison   | 2025-03-01 08:00
        besa   | prison   | 2025-03-01 08:00
        """,
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        drita  | unknown  | oat  | stated | 2025-03-01 | 2025-03-01
        edona  | prison   | oat  | stated | 2025-03-01 | 2025-03-01
        """,
        setting_at="""
        person | from at          | to at            | setting   | facility | legal status
        -------+------------------+------------------+-----------+----------+-------------
        amina  | 2025-02-01 08:00 | 2025-03-01 23:59 | prison    | prison   | sentenced
        amina  | 2025-03-01 23:59 |                  | community | clinic   |
        edona  | 2025-02-01 08:00 | 2025-03-02 00:00 | prison    | prison   | pretrial
        edona  | 2025-03-02 00:00 |                  | community | clinic   |
        """,
        expect="""
        person | profile | facility | setting_at_start | legal_status
        -------+---------+----------+------------------+-------------
        amina  | gap_7   | prison   | community        |
        amina  | gap_28  | prison   | community        |
        besa   | gap_7   | prison   | prison           |
        besa   | gap_28  | prison   | prison           |
        drita  | gap_7   | unknown  | unknown          |
        drita  | gap_28  | unknown  | unknown          |
        edona  | gap_7   | prison   | prison           | pretrial
        edona  | gap_28  | prison   | prison           | pretrial
        """,
    )


def test_what_was_before_an_episode_did_not_end_it():
    check(
        person="""
        person | died
        -------+-----------
        amina  | 2025-02-28
        """,
        supply="""
        person | facility | line | kind   | supplied   | until on
        -------+----------+------+--------+------------+-----------
        amina  | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | oat  | stated | 2025-03-01 | 2025-03-10
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        besa   | clinic   | oat  | 2025-01-01 | 2025-02-28 | emigrated
        """,
        expect="""
        person | profile | last_covered_on | ended_by
        -------+---------+-----------------+---------
        amina  | gap_7   | 2025-03-10      | gap
        amina  | gap_28  | 2025-03-10      | gap
        besa   | gap_7   | 2025-03-10      | gap
        besa   | gap_28  | 2025-03-10      | gap
        """,
    )
