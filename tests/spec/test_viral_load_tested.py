"""Of whom a viral load is expected at the end of a period, and who had one."""

MEASURE = "viral_load_tested"


def test_more_than_six_months_on_art_end_at_24_00_on_the_last_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-09-30 | 2025-03-31 | clinic
        besa   | art  | 2024-10-01 | 2025-03-31 | clinic
        drita  | prep | 2024-01-01 | 2024-12-31 | clinic
        drita  | art  | 2025-01-01 | 2025-03-31 | clinic
        """,
        expect="""
        person | on_day     | status
        -------+------------+-----------
        amina  | 2025-03-31 | not_tested
        """,
    )


def test_the_months_before_the_end_of_a_shorter_month_are_whole_months_too(counted):
    counted(
        MEASURE,
        period="2025-Q2",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-12-31 | 2025-06-30 | clinic
        besa   | art  | 2025-01-01 | 2025-06-30 | clinic
        drita  | art  | 2024-01-01 | 2025-06-30 | clinic
        edona  | art  | 2024-01-01 | 2025-06-30 | clinic
        """,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        drita  | clinic   | 2024-07-01 | 50       | 50
        edona  | clinic   | 2024-06-30 | 50       | 50
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_tested
        drita  | tested
        edona  | not_tested
        """,
    )


def test_an_interruption_does_not_begin_the_six_months_anew(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-01-10 | 2024-02-10 | clinic
        amina  | art  | 2025-03-01 | 2025-03-31 | clinic
        besa   | art  | 2024-01-10 | 2025-03-02 | clinic
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_tested
        """,
    )


def test_the_day_of_collection_counts_within_twelve_months(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2023-01-10 | 2025-03-31 | clinic
        besa   | art  | 2023-01-10 | 2025-03-31 | clinic
        drita  | art  | 2023-01-10 | 2025-03-31 | clinic
        edona  | art  | 2023-01-10 | 2025-03-31 | clinic
        flora  | art  | 2023-01-10 | 2025-03-31 | clinic
        gent   | art  | 2023-01-10 | 2025-03-31 | clinic
        hana   | art  | 2023-01-10 | 2025-03-31 | clinic
        """,
        laboratory="""
        person | facility | collected                | result on  | value lo | value hi
        -------+----------+--------------------------+------------+----------+---------
        amina  | clinic   | 2024-04-01               | 2024-04-20 | 50       | 50
        besa   | clinic   | 2024-03-31               | 2024-04-20 | 50       | 50
        drita  | clinic   | 2025-03-31               | 2025-05-02 | 50       | 50
        edona  | clinic   | 2025-04-01               | 2025-04-01 | 50       | 50
        flora  | clinic   | 2024-03-31 to 2024-04-01 |            | 50       | 50
        gent   | clinic   | 2025-03                  |            | 50       | 50
        hana   | clinic   |                          | 2025-02-01 | 50       | 50
        """,
        expect="""
        person | status
        -------+-----------
        amina  | tested
        besa   | not_tested
        drita  | tested
        edona  | not_tested
        flora  | not_tested
        gent   | tested
        hana   | not_tested
        """,
    )


def test_a_result_that_says_nothing_is_no_test_and_one_that_says_little_is(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2023-01-10 | 2025-03-31 | clinic
        besa   | art  | 2023-01-10 | 2025-03-31 | clinic
        drita  | art  | 2023-01-10 | 2025-03-31 | clinic
        edona  | art  | 2023-01-10 | 2025-03-31 | clinic
        """,
        laboratory="""
        person | facility | collected  | value lo | value hi | analyte
        -------+----------+------------+----------+----------+---------------
        amina  | clinic   | 2025-02-01 |          |          | hiv_viral_load
        besa   | clinic   | 2025-02-01 | 0        | inf      | hiv_viral_load
        drita  | clinic   | 2025-02-01 | 350      | 350      | cd4
        edona  | clinic   | 2025-02-01 |          |          | hiv_viral_load
        edona  | clinic   | 2024-08-01 | 50       | 50       | hiv_viral_load
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_tested
        besa   | tested
        drita  | not_tested
        edona  | tested
        """,
    )


def test_what_was_taken_before_treatment_is_a_baseline(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-08-01 | 2025-03-31 | clinic
        besa   | art  | 2024-08-01 | 2025-03-31 | clinic
        drita  | art  | 2024-08-01 | 2025-03-31 | clinic
        """,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        amina  | clinic   | 2024-07-20 | 90000    | 90000
        besa   | clinic   | 2024-08-01 | 90000    | 90000
        drita  | clinic   | 2024-08-02 | 90000    | 90000
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_tested
        besa   | not_tested
        drita  | tested
        """,
    )


def test_who_is_not_on_art_is_not_asked_for_a_viral_load(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        person="""
        person | died
        -------+-----------
        amina  |
        besa   |
        drita  | 2025-03-31
        edona  |
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-01-10 | 2025-03-03 | clinic
        besa   | art  | 2024-01-10 | 2025-03-02 | clinic
        drita  | art  | 2024-01-10 | 2025-03-31 | clinic
        edona  | art  | 2024-01-10 | 2025-03-31 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        edona  | clinic   | art  | 2024-01-10 | 2025-03-20 | refused
        """,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        amina  | clinic   | 2025-02-01 | 50       | 50
        besa   | clinic   | 2025-02-01 | 50       | 50
        drita  | clinic   | 2025-02-01 | 50       | 50
        edona  | clinic   | 2025-02-01 | 50       | 50
        """,
        expect="""
        person | status
        -------+-------
        amina  | tested
        """,
    )


def test_the_place_is_that_of_the_person_not_of_the_laboratory(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-01-10 | 2025-03-31 | clinic
        besa   | art  | 2024-01-10 | 2025-03-31 | clinic
        """,
        setting_at="""
        person | from at          | to at | setting | facility | legal status
        -------+------------------+-------+---------+----------+-------------
        amina  | 2025-03-31 23:00 |       | prison  | prison   | pretrial
        """,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        amina  | hospital | 2025-02-01 | 50       | 50
        besa   | hospital | 2025-02-01 | 50       | 50
        """,
        expect="""
        person | setting   | facility | legal_status
        -------+-----------+----------+-------------
        amina  | prison    | prison   | pretrial
        besa   | community | clinic   | unknown
        """,
    )
