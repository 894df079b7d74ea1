"""Who is still on OAT after 183 or 365 days.

The first covered day is day 1. In these worlds the data are cut on 1 July 2026, so somebody who began on 1 January 2025
has long been followed for 183 days, the last of which is 2 July 2025.
"""

MEASURE = "oat_retention"


def test_182_covered_days_are_too_few_and_183_are_enough(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | first on   | last covered on | ended by | facility
        -------+------------+-----------------+----------+---------
        amina  | 2025-01-01 | 2025-07-01      | gap      | clinic
        besa   | 2025-01-01 | 2025-07-02      | gap      | clinic
        drita  | 2025-01-01 | 2025-07-03      | gap      | clinic
        """,
        expect="""
        person | on_day     | status
        -------+------------+-------------
        amina  | 2025-01-01 | not_retained
        besa   | 2025-01-01 | retained
        drita  | 2025-01-01 | retained
        """,
    )


def test_364_covered_days_are_too_few_and_365_are_enough(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="days_365",
        oat_episode="""
        person | first on   | last covered on | ended by | facility
        -------+------------+-----------------+----------+---------
        amina  | 2025-01-01 | 2025-12-30      | gap      | clinic
        besa   | 2025-01-01 | 2025-12-31      | gap      | clinic
        """,
        expect="""
        person | status
        -------+-------------
        amina  | not_retained
        besa   | retained
        """,
    )


def test_a_gap_and_a_death_end_it_and_who_left_the_data_is_shown_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | first on   | last covered on | ended by  | facility
        -------+------------+-----------------+-----------+---------
        amina  | 2025-01-01 | 2025-03-31      | gap       | clinic
        besa   | 2025-01-01 | 2025-03-31      | death     | clinic
        drita  | 2025-01-01 | 2025-03-31      | left_data | clinic
        edona  | 2025-01-01 | 2025-07-02      | death     | clinic
        flora  | 2025-01-01 | 2025-07-02      | left_data | clinic
        """,
        expect="""
        person | status
        -------+-------------
        amina  | not_retained
        besa   | not_retained
        drita  | left_data
        edona  | retained
        flora  | retained
        """,
    )


def test_only_complete_follow_up_is_in_the_denominator(counted):
    counted(
        MEASURE,
        period="2025-10-01/2026-03-31",
        oat_episode="""
        person | first on   | last covered on | ended by | facility
        -------+------------+-----------------+----------+---------
        amina  | 2025-12-30 | 2026-06-30      | open     | clinic
        besa   | 2025-12-31 | 2026-06-30      | open     | clinic
        drita  | 2026-01-01 | 2026-06-30      | open     | clinic
        edona  | 2026-01-01 | 2026-01-02      | gap      | clinic
        flora  | 2025-12-30 | 2026-01-02      | gap      | clinic
        """,
        expect="""
        person | status
        -------+---------------
        amina  | retained
        besa   | follow_up_open
        drita  | follow_up_open
        edona  | follow_up_open
        flora  | not_retained
        """,
    )


def test_an_open_episode_whose_last_covered_day_is_within_the_gap_is_retained(counted):
    counted(
        MEASURE,
        period="2025-10-01/2025-12-31",
        oat_episode="""
        person | first on   | last covered on | ended by | facility
        -------+------------+-----------------+----------+---------
        amina  | 2025-12-30 | 2026-06-24      | open     | clinic
        besa   | 2025-12-30 | 2026-06-23      | gap      | clinic
        """,
        expect="""
        person | status
        -------+-------------
        amina  | retained
        besa   | not_retained
        """,
    )


def test_a_person_enters_once_at_the_first_episode_in_the_data(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | episode | first on   | last covered on | ended by | facility
        -------+---------+------------+-----------------+----------+---------
        amina  | 1       | 2025-01-01 | 2025-01-31      | gap      | clinic
        amina  | 2       | 2025-03-01 | 2026-06-30      | open     | clinic
        besa   | 1       | 2024-12-31 | 2025-01-31      | gap      | clinic
        besa   | 2       | 2025-03-01 | 2026-06-30      | open     | clinic
        drita  | 1       | 2025-03-31 | 2026-06-30      | open     | clinic
        edona  | 1       | 2025-04-01 | 2026-06-30      | open     | clinic
        """,
        expect="""
        person | status
        -------+-------------
        amina  | not_retained
        drita  | retained
        """,
    )


def test_the_longer_gap_is_a_reading_of_its_own(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="days_183_gap_28",
        oat_episode="""
        person | profile | episode | first on   | last covered on | ended by | facility
        -------+---------+---------+------------+-----------------+----------+---------
        amina  | gap_7   | 1       | 2025-01-01 | 2025-03-31      | gap      | clinic
        amina  | gap_7   | 2       | 2025-04-20 | 2025-12-31      | gap      | clinic
        amina  | gap_28  | 1       | 2025-01-01 | 2025-12-31      | gap      | clinic
        """,
        expect="""
        person | status
        -------+---------
        amina  | retained
        """,
    )


def test_the_place_is_that_of_entry_and_stays(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        setting_at="""
        person | from at          | to at            | setting   | facility
        -------+------------------+------------------+-----------+---------
        amina  | 2024-12-01 08:00 | 2025-02-01 10:00 | prison    | prison
        amina  | 2025-02-01 10:00 |                  | community | clinic
        """,
        oat_episode="""
        person | first on   | last covered on | facility | setting at start | legal status
        -------+------------+-----------------+----------+------------------+-------------
        amina  | 2025-01-01 | 2026-06-30      | prison   | prison           | pretrial
        """,
        expect="""
        person | facility | setting | legal_status | status
        -------+----------+---------+--------------+---------
        amina  | prison   | prison  | pretrial     | retained
        """,
    )
