"""How long people stay on OAT, and who is censored.

The first covered day is day 1. In these worlds the data are cut on 1 July 2026, so with a gap of 7 days follow-up closes
on 24 June 2026.
"""

from cascade.survival import kaplan_meier, survival_on

MEASURE = "oat_survival"


def test_the_event_is_on_the_first_day_that_is_not_covered(timed):
    timed(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | first on   | last covered on | ended by  | facility
        -------+------------+-----------------+-----------+---------
        amina  | 2025-01-01 | 2025-01-01      | gap       | clinic
        besa   | 2025-01-01 | 2025-01-10      | death     | clinic
        drita  | 2025-01-01 | 2025-01-10      | left_data | clinic
        edona  | 2025-04-01 | 2025-04-10      | gap       | clinic
        """,
        expect="""
        person | status    | days
        -------+-----------+-----
        amina  | gap       | 2
        besa   | death     | 11
        drita  | left_data | 10
        """,
    )


def test_follow_up_closes_when_the_last_gap_can_have_shown(timed):
    timed(
        MEASURE,
        period="2026",
        oat_episode="""
        person | first on   | last covered on | ended by  | facility
        -------+------------+-----------------+-----------+---------
        amina  | 2026-06-15 | 2026-06-23      | gap       | clinic
        besa   | 2026-06-15 | 2026-06-30      | open      | clinic
        drita  | 2026-06-15 | 2026-06-24      | death     | clinic
        edona  | 2026-06-15 | 2026-06-24      | left_data | clinic
        flora  | 2026-06-15 | 2026-06-25      | left_data | clinic
        gent   | 2026-06-24 | 2026-06-30      | open      | clinic
        hana   | 2026-06-25 | 2026-06-30      | open      | clinic
        ilir   | 2026-06-30 | 2026-06-30      | death     | clinic
        """,
        expect="""
        person | status    | days
        -------+-----------+-----
        amina  | gap       | 10
        besa   | open      | 10
        drita  | open      | 10
        edona  | left_data | 10
        flora  | open      | 10
        gent   | open      | 1
        hana   | open      | 0
        ilir   | open      | 0
        """,
    )


def test_with_a_longer_gap_follow_up_closes_earlier(timed):
    timed(
        MEASURE,
        period="2026",
        profile="gap_28",
        oat_episode="""
        person | profile | first on   | last covered on | ended by | facility
        -------+---------+------------+-----------------+----------+---------
        amina  | gap_28  | 2026-05-26 | 2026-06-01      | gap      | clinic
        amina  | gap_7   | 2026-05-26 | 2026-06-01      | gap      | clinic
        besa   | gap_28  | 2026-05-26 | 2026-06-03      | open     | clinic
        """,
        expect="""
        person | status | days
        -------+--------+-----
        amina  | gap    | 8
        besa   | open   | 9
        """,
    )


def test_only_the_first_episode_of_a_person_and_the_place_of_entry(timed):
    timed(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | episode | first on   | last covered on | ended by | facility | setting at start | legal status
        -------+---------+------------+-----------------+----------+----------+------------------+-------------
        amina  | 1       | 2025-01-01 | 2025-01-10      | gap      | prison   | prison           | pretrial
        amina  | 2       | 2025-02-01 | 2025-02-10      | gap      | clinic   | community        |
        besa   | 2       | 2025-02-01 | 2025-02-10      | gap      | clinic   | community        |
        """,
        expect="""
        person | setting | legal_status | days
        -------+---------+--------------+-----
        amina  | prison  | pretrial     | 11
        """,
    )


def test_the_share_after_day_183_is_the_share_retained_for_183_days(timed):
    rows = timed(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | first on   | last covered on | ended by | facility
        -------+------------+-----------------+----------+---------
        amina  | 2025-01-01 | 2025-07-01      | gap      | clinic
        besa   | 2025-01-01 | 2025-07-02      | gap      | clinic
        drita  | 2025-01-01 | 2025-03-31      | death    | clinic
        edona  | 2025-01-01 | 2026-06-30      | open     | clinic
        """,
        expect="""
        person | status | days
        -------+--------+-----
        amina  | gap    | 183
        besa   | gap    | 184
        drita  | death  | 91
        edona  | open   | 540
        """,
    )
    assert survival_on(kaplan_meier(rows), 183) == 2 / 4
