"""Who of those released on OAT has it again in the community, how soon, and what became of the others.

In these worlds everybody is released on 3 March 2025 unless a table says otherwise, which makes 31 March day 28.
"""

MEASURE = "oat_across_gate"


def test_the_first_covered_day_after_the_release_tells_how_soon(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        facility="""
        facility | setting   | oat      | first report on | last report on
        ---------+-----------+----------+-----------------+---------------
        clinic   | community | initiate | 2024-01-01      | 2026-06-30
        """,
        transition="""
        person | kind    | moved at         | moved on   | from facility key | legal status
        -------+---------+------------------+------------+-------------------+-------------
        amina  | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        besa   | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        drita  | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        edona  | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        flora  | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        gent   | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        hana   | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        ilir   | release | 2025-03-03 10:00 | 2025-03-03 | prison            | sentenced
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-03 | prison
        amina  | oat  | 2025-03-04 | 2025-03-31 | clinic
        besa   | oat  | 2025-01-01 | 2025-03-03 | prison
        besa   | oat  | 2025-03-05 | 2025-03-31 | clinic
        drita  | oat  | 2025-01-01 | 2025-03-03 | prison
        drita  | oat  | 2025-03-06 | 2025-03-31 | clinic
        edona  | oat  | 2025-01-01 | 2025-03-03 | prison
        edona  | oat  | 2025-03-07 | 2025-03-31 | clinic
        flora  | oat  | 2025-01-01 | 2025-03-03 | prison
        flora  | oat  | 2025-03-10 | 2025-03-10 | clinic
        gent   | oat  | 2025-01-01 | 2025-03-03 | prison
        gent   | oat  | 2025-03-11 | 2025-03-31 | clinic
        hana   | oat  | 2025-01-01 | 2025-03-03 | prison
        hana   | oat  | 2025-03-31 | 2025-03-31 | clinic
        ilir   | oat  | 2025-01-01 | 2025-03-03 | prison
        ilir   | oat  | 2025-04-01 | 2025-04-30 | clinic
        """,
        expect="""
        person | event      | facility | setting | legal_status | status
        -------+------------+----------+---------+--------------+----------
        amina  | 2025-03-03 | prison   | prison  | sentenced    | within_1
        besa   | 2025-03-03 | prison   | prison  | sentenced    | within_3
        drita  | 2025-03-03 | prison   | prison  | sentenced    | within_3
        edona  | 2025-03-03 | prison   | prison  | sentenced    | within_7
        flora  | 2025-03-03 | prison   | prison  | sentenced    | within_7
        gent   | 2025-03-03 | prison   | prison  | sentenced    | within_28
        hana   | 2025-03-03 | prison   | prison  | sentenced    | within_28
        ilir   | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        """,
    )


def test_take_home_doses_and_a_depot_from_prison_are_medicine_in_hand(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on   | from facility key
        -------+---------+------------------+------------+------------------
        amina  | release | 2025-03-03 10:00 | 2025-03-03 | prison
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-06 | prison
        """,
        expect="""
        person | status
        -------+---------
        amina  | within_1
        """,
    )


def test_only_who_was_covered_in_the_last_seven_days_was_on_oat(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-03-03 10:00 | 2025-03-03
        besa   | release | 2025-03-03 10:00 | 2025-03-03
        drita  | release | 2025-03-03 10:00 | 2025-03-03
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-02-24 | prison
        besa   | oat  | 2025-01-01 | 2025-02-23 | prison
        drita  | art  | 2025-01-01 | 2025-03-03 | prison
        """,
        expect="""
        person | facility | status
        -------+----------+----------------------
        amina  | unknown  | receiving_area_silent
        """,
    )


def test_a_dose_on_the_day_of_release_counts_by_its_hour_or_its_place(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-03-03 10:00 | 2025-03-03
        besa   | release | 2025-03-03 10:00 | 2025-03-03
        drita  | release | 2025-03-03 10:00 | 2025-03-03
        edona  | release | 2025-03-03 10:00 | 2025-03-03
        flora  | release | 2025-03-03 10:00 | 2025-03-03
        gent   | release | 2025-03-03 10:00 | 2025-03-03
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-03 | clinic
        besa   | oat  | 2025-01-01 | 2025-03-03 | clinic
        drita  | oat  | 2025-01-01 | 2025-03-03 | clinic
        edona  | oat  | 2025-01-01 | 2025-03-03 | prison
        flora  | oat  | 2025-01-01 | 2025-03-03 | prison
        gent   | oat  | 2025-01-01 | 2025-03-03 | clinic
        """,
        dose="""
        person | given            | facility | status
        -------+------------------+----------+----------
        amina  | 2025-03-03 10:00 | clinic   | given
        besa   | 2025-03-03 09:59 | clinic   | given
        drita  | 2025-03-03       | clinic   | given
        edona  | 2025-03-03       | prison   | given
        flora  | 2025-03-03 10:01 | prison   | given
        gent   | 2025-03-03 11:00 | clinic   | not_given
        """,
        facility="""
        facility | setting   | oat      | first report on | last report on
        ---------+-----------+----------+-----------------+---------------
        clinic   | community | initiate | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+---------
        amina  | within_1
        besa   | not_seen
        drita  | within_1
        edona  | not_seen
        flora  | not_seen
        gent   | not_seen
        """,
    )


def test_who_had_only_a_dose_after_the_release_started_and_did_not_continue(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-03-03 10:00 | 2025-03-03
        besa   | release | 2025-03-03 10:00 | 2025-03-03
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-03-03 | 2025-03-31 | clinic
        besa   | oat  | 2025-03-03 | 2025-03-31 | prison
        """,
        dose="""
        person | given            | facility
        -------+------------------+---------
        amina  | 2025-03-03 12:00 | clinic
        besa   | 2025-03-03 08:00 | prison
        """,
        expect="""
        person | status
        -------+---------
        besa   | within_1
        """,
    )


def test_custody_and_death_before_being_seen_are_shown_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        person="""
        person | died
        -------+---------------------------
        amina  |
        besa   |
        drita  |
        edona  | 2025-03-31
        flora  | 2025-04-01
        gent   | 2025-03-03 to 2025-03-20
        hana   | 2025
        """,
        transition="""
        person | kind    | moved at         | moved on   | next custody on
        -------+---------+------------------+------------+----------------
        amina  | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-10
        besa   | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-31
        drita  | release | 2025-03-03 10:00 | 2025-03-03 | 2025-04-01
        edona  | release | 2025-03-03 10:00 | 2025-03-03 |
        flora  | release | 2025-03-03 10:00 | 2025-03-03 |
        gent   | release | 2025-03-03 10:00 | 2025-03-03 |
        hana   | release | 2025-03-03 10:00 | 2025-03-03 |
        ilir   | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-11
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-03 | prison
        amina  | oat  | 2025-03-10 | 2025-04-30 | prison
        besa   | oat  | 2025-01-01 | 2025-03-03 | prison
        drita  | oat  | 2025-01-01 | 2025-03-03 | prison
        edona  | oat  | 2025-01-01 | 2025-03-03 | prison
        flora  | oat  | 2025-01-01 | 2025-03-03 | prison
        gent   | oat  | 2025-01-01 | 2025-03-03 | prison
        hana   | oat  | 2025-01-01 | 2025-03-03 | prison
        ilir   | oat  | 2025-01-01 | 2025-03-03 | prison
        ilir   | oat  | 2025-03-10 | 2025-04-30 | clinic
        """,
        facility="""
        facility | setting   | oat      | first report on | last report on
        ---------+-----------+----------+-----------------+---------------
        clinic   | community | initiate | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+-----------------
        amina  | rearrested_first
        besa   | rearrested_first
        drita  | not_seen
        edona  | died_first
        flora  | not_seen
        gent   | died_first
        hana   | not_seen
        ilir   | within_7
        """,
    )


def test_transfers_deaths_and_deportations_are_no_releases_to_follow(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind      | moved at         | moved on   | exit reason
        -------+-----------+------------------+------------+------------------
        amina  | release   | 2025-03-03 10:00 | 2025-03-03 | deported
        besa   | release   | 2025-03-03 10:00 | 2025-03-03 | death
        drita  | transfer  | 2025-03-03 10:00 | 2025-03-03 | transfer
        edona  | reception | 2025-03-03 10:00 | 2025-03-03 |
        flora  | release   | 2025-03-03 10:00 | 2025-03-03 | release_unplanned
        gent   | release   | 2025-03-03 10:00 | 2025-03-03 | escape
        hana   | release   | 2025-03-03 10:00 | 2025-03-03 |
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-04 | prison
        besa   | oat  | 2025-01-01 | 2025-03-04 | prison
        drita  | oat  | 2025-01-01 | 2025-03-04 | prison
        edona  | oat  | 2025-01-01 | 2025-03-04 | prison
        flora  | oat  | 2025-01-01 | 2025-03-04 | prison
        gent   | oat  | 2025-01-01 | 2025-03-04 | prison
        hana   | oat  | 2025-01-01 | 2025-03-04 | prison
        """,
        expect="""
        person | status
        -------+---------
        flora  | within_1
        gent   | within_1
        hana   | within_1
        """,
    )


def test_nobody_is_judged_before_28_days_are_over(counted):
    counted(
        MEASURE,
        period="2026-05-01/2026-06-30",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2026-06-02 10:00 | 2026-06-02
        besa   | release | 2026-06-03 10:00 | 2026-06-03
        drita  | release | 2026-06-03 10:00 | 2026-06-03
        edona  | release | 2026-04-30 10:00 | 2026-04-30
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2026-01-01 | 2026-06-03 | prison
        besa   | oat  | 2026-01-01 | 2026-06-04 | prison
        drita  | oat  | 2026-01-01 | 2026-06-03 | prison
        edona  | oat  | 2026-01-01 | 2026-06-03 | prison
        """,
        expect="""
        person | status
        -------+------------
        amina  | within_1
        besa   | window_open
        drita  | window_open
        """,
    )


def test_where_no_community_facility_reports_not_being_seen_says_nothing(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-02-24 10:00 | 2025-02-24
        besa   | release | 2025-02-25 10:00 | 2025-02-25
        drita  | release | 2025-01-13 10:00 | 2025-01-13
        edona  | release | 2025-01-14 10:00 | 2025-01-14
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-02-24 | prison
        besa   | oat  | 2025-01-01 | 2025-02-25 | prison
        drita  | oat  | 2025-01-01 | 2025-01-13 | prison
        edona  | oat  | 2025-01-01 | 2025-01-14 | prison
        """,
        facility="""
        facility | setting   | oat           | first report on | last report on
        ---------+-----------+---------------+-----------------+---------------
        clinic   | community | continue_only | 2025-02-11      | 2025-02-25
        hospital | community | none          | 2024-01-01      | 2026-06-30
        south    | community | initiate      |                 |
        prison   | prison    | initiate      | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+----------------------
        amina  | not_seen
        besa   | receiving_area_silent
        drita  | receiving_area_silent
        edona  | not_seen
        """,
    )


def test_a_facility_that_gives_oat_reports_also_if_it_does_not_say_that_it_offers_it(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-03-03 10:00 | 2025-03-03
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-01 | 2025-03-03 | prison
        """,
        dose="""
        person | given      | facility
        -------+------------+---------
        besa   | 2024-06-01 | clinic
        """,
        facility="""
        facility | setting   | oat  | first report on | last report on
        ---------+-----------+------+-----------------+---------------
        clinic   | community | none | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+---------
        amina  | not_seen
        """,
    )
