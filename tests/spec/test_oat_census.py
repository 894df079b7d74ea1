"""Who is on OAT at the end of a period, and who is no longer.

The facility of covered days gave from their first day on, unless `last_giver` says who did.
"""

MEASURE = "oat_census"


def test_seven_days_late_are_counted_and_eight_are_not(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-31 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-30 | clinic
        drita  | oat  | 2025-01-10 | 2025-03-24 | clinic
        edona  | oat  | 2025-01-10 | 2025-03-23 | clinic
        flora  | oat  | 2025-04-01 | 2025-06-30 | clinic
        gent   | art  | 2025-01-10 | 2025-03-31 | clinic
        """,
        expect="""
        person | on_day     | status
        -------+------------+---------------
        amina  | 2025-03-31 | on_oat_covered
        besa   | 2025-03-31 | on_oat_late
        drita  | 2025-03-31 | on_oat_late
        """,
    )


def test_a_person_covered_again_after_a_gap_counts_once(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-20 | prison
        amina  | oat  | 2025-03-29 | 2025-04-20 | clinic
        besa   | oat  | 2025-03-01 | 2025-03-26 | prison
        besa   | oat  | 2025-04-02 | 2025-04-20 | clinic
        """,
        expect="""
        person | facility | status
        -------+----------+---------------
        amina  | clinic   | on_oat_covered
        besa   | prison   | on_oat_late
        """,
    )


def test_the_stricter_reading_asks_for_cover_on_the_day_itself(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="covered",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-03-31 | 2025-03-31 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-30 | clinic
        """,
        expect="""
        person | status
        -------+---------------
        amina  | on_oat_covered
        """,
    )


def test_an_open_order_without_doses_never_counts(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+---------
        amina  | clinic   | 2025-01-10 |
        """,
        treatment="""
        person | facility | line | start      | stop
        -------+----------+------+------------+-----
        amina  | clinic   | oat  | 2025-01-10 |
        """,
        expect="""
        person | status
        """,
    )


def test_the_dead_are_not_on_treatment_whatever_supply_is_left(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        person="""
        person | died
        -------+-----------
        amina  | 2025-03-31
        besa   | 2025-04-01
        drita  | 2025-03
        edona  | 2025
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-31 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-31 | clinic
        drita  | oat  | 2025-01-10 | 2025-03-25 | clinic
        edona  | oat  | 2025-01-10 | 2025-03-25 | clinic
        """,
        expect="""
        person | status
        -------+---------------
        besa   | on_oat_covered
        edona  | on_oat_late
        """,
    )


def test_who_is_late_and_was_taken_off_the_programme_has_left(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-28 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-28 | clinic
        drita  | oat  | 2025-01-10 | 2025-03-28 | clinic
        edona  | oat  | 2025-01-10 | 2025-03-28 | clinic
        flora  | oat  | 2025-01-10 | 2025-03-28 | clinic
        gent   | oat  | 2025-01-10 | 2025-03-31 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        amina  | clinic   | oat  | 2025-01-10 | 2025-03-28 | completed
        besa   | clinic   | oat  | 2025-01-10 | 2025-03-31 | stopped
        drita  | clinic   | oat  | 2025-01-10 | 2025-03-27 | stopped
        edona  | clinic   | oat  | 2025-01-10 | 2025-04-01 | stopped
        flora  | clinic   | art  | 2025-01-10 | 2025-03-29 | stopped
        gent   | clinic   | oat  | 2025-01-10 | 2025-03-31 | stopped
        """,
        expect="""
        person | status
        -------+---------------
        drita  | on_oat_late
        edona  | on_oat_late
        flora  | on_oat_late
        gent   | on_oat_covered
        """,
    )


def test_a_stop_counts_only_when_every_day_it_can_have_been_does(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-28 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-28 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop                     | stop reason
        -------+----------+------+------------+--------------------------+------------
        amina  | clinic   | oat  | 2025-01-10 | 2025-03                  | stopped
        besa   | clinic   | oat  | 2025-01-10 | 2025-03-28 to 2025-03-31 | stopped
        """,
        expect="""
        person | status
        -------+------------
        amina  | on_oat_late
        """,
    )


def test_a_hand_over_to_another_centre_is_no_stop(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-28 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-28 | clinic
        drita  | oat  | 2025-01-10 | 2025-03-28 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason     | to facility key
        -------+----------+------+------------+------------+-----------------+----------------
        amina  | clinic   | oat  | 2025-01-10 | 2025-03-29 | transferred_out | south
        besa   | clinic   | oat  | 2025-01-10 | 2025-03-29 | transferred_out |
        drita  | clinic   | oat  | 2025-01-10 | 2025-03-29 | stopped         |
        drita  | prison   | oat  | 2025-03-31 |            |                 |
        """,
        expect="""
        person | status
        -------+------------
        amina  | on_oat_late
        drita  | on_oat_late
        """,
    )


def test_who_is_late_and_was_deported_has_left(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-28 | prison
        besa   | oat  | 2025-01-10 | 2025-03-28 | prison
        drita  | oat  | 2025-01-10 | 2025-03-28 | prison
        """,
        transition="""
        person | kind    | moved at         | moved on   | exit reason
        -------+---------+------------------+------------+----------------
        amina  | release | 2025-03-28 15:00 | 2025-03-28 | deported
        besa   | release | 2025-03-28 15:00 | 2025-03-28 | release_planned
        drita  | release | 2025-04-01 15:00 | 2025-04-01 | deported
        """,
        expect="""
        person | status
        -------+------------
        besa   | on_oat_late
        drita  | on_oat_late
        """,
    )


def test_the_place_is_that_of_the_person_at_24_00_on_the_last_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | oat  | 2025-01-10 | 2025-03-31 | clinic
        besa   | oat  | 2025-01-10 | 2025-03-31 | prison
        drita  | oat  | 2025-01-10 | 2025-03-31 | clinic
        """,
        setting_at="""
        person | from at          | to at            | setting | facility | legal status
        -------+------------------+------------------+---------+----------+-------------
        amina  | 2025-03-31 23:00 |                  | prison  | prison   | pretrial
        besa   | 2025-01-01 08:00 | 2025-03-31 10:00 | prison  | prison   | sentenced
        drita  | 2025-01-01 08:00 | 2025-04-01 00:00 | prison  | prison   | sentenced
        """,
        expect="""
        person | setting   | facility | legal_status
        -------+-----------+----------+-------------
        amina  | prison    | prison   | pretrial
        besa   | community | prison   | unknown
        drita  | prison    | prison   | sentenced
        """,
    )


COVERED_ALL_ALONG = {
    "coverage": """
        person | line | from on    | to on
        -------+------+------------+-----------
        amina  | oat  | 2024-01-01 | 2025-12-31
        besa   | oat  | 2024-01-01 | 2025-12-31
        drita  | oat  | 2024-01-01 | 2025-12-31
        """,
    "last_giver": """
        person | line | from on    | facility
        -------+------+------------+---------
        amina  | oat  | 2024-01-01 | north
        amina  | oat  | 2025-05-11 | south
        besa   | oat  | 2024-01-01 | north
        besa   | oat  | 2025-03-31 | south
        besa   | oat  | 2025-04-01 | north
        besa   | oat  | 2025-06-30 | south
        drita  | oat  | 2024-01-01 | north
        drita  | art  | 2025-01-10 | south
        drita  | oat  | 2025-07-01 | south
        """,
}


def test_who_changes_clinic_without_a_break_was_at_the_first_until_then_whatever_is_known_later(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        **COVERED_ALL_ALONG,
        expect="""
        person | facility | status
        -------+----------+---------------
        amina  | north    | on_oat_covered
        besa   | south    | on_oat_covered
        drita  | north    | on_oat_covered
        """,
    )
    counted(
        MEASURE,
        period="2025-Q2",
        **COVERED_ALL_ALONG,
        expect="""
        person | facility | status
        -------+----------+---------------
        amina  | south    | on_oat_covered
        besa   | south    | on_oat_covered
        drita  | north    | on_oat_covered
        """,
    )
