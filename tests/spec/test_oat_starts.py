"""Which episodes of OAT begin in a period, and which of them are the person's first."""

MEASURE = "oat_starts"


def test_an_episode_counts_in_the_period_of_its_first_covered_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | episode | first on   | last covered on | facility
        -------+---------+------------+-----------------+---------
        amina  | 1       | 2024-12-31 | 2025-03-31      | clinic
        besa   | 1       | 2025-01-01 | 2025-01-01      | clinic
        drita  | 1       | 2025-03-31 | 2025-06-30      | clinic
        edona  | 1       | 2025-04-01 | 2025-06-30      | clinic
        """,
        expect="""
        person | on_day     | status
        -------+------------+-------
        besa   | 2025-01-01 | new
        drita  | 2025-03-31 | new
        """,
    )


def test_only_the_first_episode_in_the_data_is_new(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | episode | first on   | last covered on | facility
        -------+---------+------------+-----------------+---------
        amina  | 1       | 2025-01-05 | 2025-01-20      | clinic
        amina  | 2       | 2025-02-05 | 2025-03-31      | clinic
        besa   | 2       | 2025-02-05 | 2025-03-31      | clinic
        """,
        expect="""
        person | event | status
        -------+-------+--------
        amina  | 1     | new
        amina  | 2     | restart
        besa   | 2     | restart
        """,
    )


def test_the_reading_says_which_gap_ends_an_episode(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="gap_28",
        oat_episode="""
        person | profile | episode | first on   | last covered on | facility
        -------+---------+---------+------------+-----------------+---------
        amina  | gap_7   | 1       | 2025-01-05 | 2025-01-20      | clinic
        amina  | gap_7   | 2       | 2025-02-05 | 2025-03-31      | clinic
        amina  | gap_28  | 1       | 2025-01-05 | 2025-03-31      | clinic
        """,
        expect="""
        person | on_day     | status
        -------+------------+-------
        amina  | 2025-01-05 | new
        """,
    )


def test_the_place_is_that_at_the_end_of_the_first_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        oat_episode="""
        person | episode | first on   | last covered on | facility | setting at start | legal status
        -------+---------+------------+-----------------+----------+------------------+-------------
        amina  | 1       | 2025-01-05 | 2025-03-31      | clinic   | prison           | pretrial
        besa   | 1       | 2025-01-05 | 2025-03-31      | clinic   | community        |
        drita  | 1       | 2025-01-05 | 2025-03-31      | unknown  | unknown          |
        """,
        expect="""
        person | facility | setting   | legal_status
        -------+----------+-----------+-------------
        amina  | clinic   | prison    | pretrial
        besa   | clinic   | community | unknown
        drita  | unknown  | unknown   | unknown
        """,
    )
