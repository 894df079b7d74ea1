"""Of the people on OAT in prison, who began inside and who brought treatment in."""

MEASURE = "oat_started_or_continued"


def test_where_the_running_episode_began_tells_started_from_continued(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        setting_at="""
        person | from at          | to at | setting | facility | legal status
        -------+------------------+-------+---------+----------+-------------
        amina  | 2025-02-01 08:00 |       | prison  | prison   | pretrial
        besa   | 2025-02-01 08:00 |       | prison  | prison   | sentenced
        drita  | 2025-02-01 08:00 |       | prison  | prison   | pretrial
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-31 | prison
        besa   | oat  | 2025-02-10 | 2025-03-31 | prison
        drita  | oat  | 2025-02-10 | 2025-03-24 | prison
        """,
        oat_episode="""
        person | first on   | last covered on | facility | setting at start
        -------+------------+-----------------+----------+-----------------
        amina  | 2025-01-10 | 2025-03-31      | clinic   | community
        besa   | 2025-02-10 | 2025-03-31      | prison   | prison
        drita  | 2025-02-10 | 2025-03-24      | prison   | unknown
        """,
        expect="""
        person | facility | legal_status | status
        -------+----------+--------------+---------------
        amina  | prison   | pretrial     | continued
        besa   | prison   | sentenced    | started_inside
        drita  | prison   | pretrial     | start_unknown
        """,
    )


def test_only_people_in_prison_and_on_oat_at_the_end_of_the_period(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        setting_at="""
        person | from at          | to at            | setting   | facility
        -------+------------------+------------------+-----------+---------
        amina  | 2025-02-01 08:00 | 2025-03-31 12:00 | prison    | prison
        besa   | 2025-02-01 08:00 |                  | community | clinic
        drita  | 2025-02-01 08:00 |                  | prison    | prison
        edona  | 2025-03-31 23:30 |                  | prison    | prison
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-02-10 | 2025-03-31 | prison
        besa   | oat  | 2025-02-10 | 2025-03-31 | clinic
        drita  | oat  | 2025-02-10 | 2025-03-23 | prison
        edona  | oat  | 2025-02-10 | 2025-03-30 | clinic
        flora  | oat  | 2025-02-10 | 2025-03-31 | prison
        """,
        oat_episode="""
        person | first on   | last covered on | facility | setting at start
        -------+------------+-----------------+----------+-----------------
        amina  | 2025-02-10 | 2025-03-31      | prison   | prison
        edona  | 2025-02-10 | 2025-03-30      | clinic   | community
        """,
        expect="""
        person | status
        -------+----------
        edona  | continued
        """,
    )


def test_an_earlier_episode_or_one_of_another_gap_says_nothing(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        setting_at="""
        person | from at          | to at | setting | facility
        -------+------------------+-------+---------+---------
        amina  | 2025-02-01 08:00 |       | prison  | prison
        besa   | 2025-02-01 08:00 |       | prison  | prison
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2024-12-01 | 2025-01-20 | clinic
        amina  | oat  | 2025-02-10 | 2025-03-31 | prison
        besa   | oat  | 2025-02-10 | 2025-03-31 | prison
        besa   | oat  | 2025-04-20 | 2025-04-30 | clinic
        """,
        oat_episode="""
        person | profile | episode | first on   | last covered on | facility | setting at start
        -------+---------+---------+------------+-----------------+----------+-----------------
        amina  | gap_7   | 1       | 2024-12-01 | 2025-01-20      | clinic   | community
        amina  | gap_7   | 2       | 2025-02-10 | 2025-03-31      | prison   | prison
        amina  | gap_28  | 1       | 2024-12-01 | 2025-03-31      | clinic   | community
        besa   | gap_7   | 1       | 2025-02-10 | 2025-03-31      | prison   | prison
        besa   | gap_7   | 2       | 2025-04-20 | 2025-04-30      | clinic   | community
        """,
        expect="""
        person | status
        -------+---------------
        amina  | started_inside
        besa   | started_inside
        """,
    )
