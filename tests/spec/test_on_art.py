"""Who is on ART at the end of a period, and who is no longer.

The facility of covered days gave from their first day on, unless `last_giver` says who did.
"""

MEASURE = "on_art"


def test_twenty_eight_days_late_are_counted_and_twenty_nine_are_not(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-10-01 | 2025-03-31 | clinic
        besa   | art  | 2024-10-01 | 2025-03-30 | clinic
        drita  | art  | 2024-10-01 | 2025-03-03 | clinic
        edona  | art  | 2024-10-01 | 2025-03-02 | clinic
        flora  | art  | 2025-03-31 | 2025-04-29 | clinic
        gent   | art  | 2025-04-01 | 2025-04-30 | clinic
        """,
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2024-09-01
        besa   | clinic   | 2024-09-01
        drita  | clinic   | 2024-09-01
        edona  | clinic   | 2024-09-01
        flora  | clinic   | 2025-03-31
        gent   | clinic   | 2025-03-31
        """,
        expect="""
        person | on_day     | status
        -------+------------+-------
        amina  | 2025-03-31 | on_art
        besa   | 2025-03-31 | on_art
        drita  | 2025-03-31 | on_art
        flora  | 2025-03-31 | on_art
        """,
    )


def test_older_reports_wait_for_ninety_days(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="late_90",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-10-01 | 2024-12-31 | clinic
        besa   | art  | 2024-10-01 | 2024-12-30 | clinic
        """,
        expect="""
        person | status
        -------+------------------
        amina  | without_diagnosis
        """,
    )


def test_medicine_before_or_after_an_exposure_is_no_art(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | pep  | 2025-03-10 | 2025-04-06 | clinic
        besa   | prep | 2025-01-10 | 2025-04-10 | clinic
        drita  | oat  | 2025-01-10 | 2025-03-31 | clinic
        """,
        expect="""
        person | status
        """,
    )


def test_a_programme_without_medicine_is_no_art(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        treatment="""
        person | facility | start
        -------+----------+-----------
        amina  | clinic   | 2025-01-10
        """,
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2025-01-10
        """,
        expect="""
        person | status
        """,
    )


def test_art_without_a_confirmed_diagnosis_by_the_last_day_has_a_line_of_its_own(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-31 | clinic
        besa   | art  | 2025-01-10 | 2025-03-31 | clinic
        drita  | art  | 2025-01-10 | 2025-03-31 | clinic
        edona  | art  | 2025-01-10 | 2025-03-31 | clinic
        flora  | art  | 2025-01-10 | 2025-03-31 | clinic
        gent   | art  | 2025-01-10 | 2025-03-31 | clinic
        hana   | art  | 2025-01-10 | 2025-03-31 | clinic
        ilir   | art  | 2025-01-10 | 2025-03-31 | clinic
        """,
        diagnosis="""
        person | facility | diagnosed  | certainty   | condition
        -------+----------+------------+-------------+------------------
        besa   | clinic   | 2025-01-05 | provisional | hiv
        drita  | clinic   | 2025-01-05 | refuted     | hiv
        edona  | clinic   | 2025-03-31 | confirmed   | hiv
        flora  | clinic   | 2025-04-01 | confirmed   | hiv
        gent   | clinic   | 2025-03    | confirmed   | hiv
        hana   | clinic   | 2025       | confirmed   | hiv
        ilir   | clinic   | 2025-01-05 | confirmed   | opioid_dependence
        """,
        expect="""
        person | status
        -------+------------------
        amina  | without_diagnosis
        besa   | without_diagnosis
        drita  | without_diagnosis
        edona  | on_art
        flora  | without_diagnosis
        gent   | on_art
        hana   | without_diagnosis
        ilir   | without_diagnosis
        """,
    )


def test_a_person_treated_at_two_places_counts_once(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-10 | prison
        amina  | art  | 2025-03-20 | 2025-04-20 | clinic
        besa   | art  | 2025-01-10 | 2025-03-10 | prison
        besa   | art  | 2025-04-01 | 2025-04-20 | clinic
        """,
        expect="""
        person | facility
        -------+---------
        amina  | clinic
        besa   | prison
        """,
    )


def test_the_dead_are_not_on_treatment_whatever_medicine_is_left(counted):
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
        amina  | art  | 2025-01-10 | 2025-06-30 | clinic
        besa   | art  | 2025-01-10 | 2025-06-30 | clinic
        drita  | art  | 2025-01-10 | 2025-06-30 | clinic
        edona  | art  | 2025-01-10 | 2025-06-30 | clinic
        """,
        expect="""
        person
        ------
        besa
        edona
        """,
    )


def test_who_stopped_is_off_art_also_with_medicine_in_hand(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-03-01 | 2025-05-29 | clinic
        besa   | art  | 2025-03-01 | 2025-05-29 | clinic
        drita  | art  | 2025-03-01 | 2025-05-29 | clinic
        edona  | art  | 2025-03-01 | 2025-05-29 | clinic
        flora  | art  | 2025-03-01 | 2025-05-29 | clinic
        gent   | art  | 2025-03-01 | 2025-05-29 | clinic
        hana   | art  | 2025-03-01 | 2025-05-29 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+--------------
        amina  | clinic   | art  | 2025-03-01 | 2025-03-31 | stopped
        besa   | clinic   | art  | 2025-03-01 | 2025-04-01 | stopped
        drita  | clinic   | art  | 2025-03-01 | 2025-03-10 | refused
        edona  | clinic   | art  | 2025-03-01 | 2025-03-10 | emigrated
        flora  | clinic   | art  | 2025-03-01 | 2025-03-10 | completed
        gent   | clinic   | art  | 2025-03-01 | 2025-03-10 | recorded_ltfu
        hana   | clinic   | oat  | 2025-03-01 | 2025-03-10 | stopped
        """,
        supply="""
        person | facility | supplied   | days
        -------+----------+------------+-----
        amina  | clinic   | 2025-03-01 | 90
        besa   | clinic   | 2025-03-01 | 90
        drita  | clinic   | 2025-03-01 | 90
        edona  | clinic   | 2025-03-01 | 90
        flora  | clinic   | 2025-03-01 | 90
        gent   | clinic   | 2025-03-01 | 90
        hana   | clinic   | 2025-03-01 | 90
        """,
        expect="""
        person
        ------
        besa
        flora
        gent
        hana
        """,
    )


def test_medicine_on_a_later_day_takes_a_stop_back_and_on_the_same_day_does_not(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-02-01 | 2025-04-30 | clinic
        besa   | art  | 2025-02-01 | 2025-04-30 | clinic
        drita  | art  | 2025-02-01 | 2025-04-30 | clinic
        edona  | art  | 2025-02-01 | 2025-04-30 | clinic
        flora  | art  | 2025-02-01 | 2025-04-30 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop                     | stop reason
        -------+----------+------+------------+--------------------------+------------
        amina  | clinic   | art  | 2025-02-01 | 2025-03-10               | stopped
        besa   | clinic   | art  | 2025-02-01 | 2025-03-10               | stopped
        drita  | clinic   | art  | 2025-02-01 | 2025-03-10               | stopped
        edona  | clinic   | art  | 2025-02-01 | 2025-03-10               | stopped
        flora  | clinic   | art  | 2025-02-01 | 2025-03-10 to 2025-03-14 | stopped
        """,
        supply="""
        person | facility | supplied   | line
        -------+----------+------------+-----
        amina  | clinic   | 2025-03-11 | art
        besa   | clinic   | 2025-03-10 | art
        drita  | clinic   | 2025-04-01 | art
        edona  | clinic   | 2025-03-11 | oat
        flora  | clinic   | 2025-03-12 | art
        """,
        expect="""
        person
        ------
        amina
        flora
        """,
    )


def test_a_stop_counts_only_when_every_day_it_can_have_been_does(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-20 | clinic
        besa   | art  | 2025-01-10 | 2025-03-20 | clinic
        """,
        treatment="""
        person | facility | line | start      | stop    | stop reason
        -------+----------+------+------------+---------+------------
        amina  | clinic   | art  | 2025-01-10 | 2025    | stopped
        besa   | clinic   | art  | 2025-01-10 | 2025-03 | stopped
        """,
        supply="""
        person | facility | supplied
        -------+----------+-----------
        amina  | clinic   | 2024-12-31
        besa   | clinic   | 2025-02-28
        """,
        expect="""
        person
        ------
        amina
        """,
    )


def test_only_a_transfer_out_of_the_data_ends_treatment_once_the_medicine_is_used_up(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-30 | prison
        besa   | art  | 2025-01-10 | 2025-03-30 | prison
        drita  | art  | 2025-01-10 | 2025-03-31 | prison
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason     | to facility key
        -------+----------+------+------------+------------+-----------------+----------------
        amina  | prison   | art  | 2025-01-10 | 2025-03-20 | transferred_out | clinic
        besa   | prison   | art  | 2025-01-10 | 2025-03-20 | transferred_out |
        drita  | prison   | art  | 2025-01-10 | 2025-03-20 | transferred_out |
        """,
        supply="""
        person | facility | supplied
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        besa   | prison   | 2025-03-01
        drita  | prison   | 2025-03-01
        """,
        expect="""
        person
        ------
        amina
        drita
        """,
    )


def test_a_closed_programme_says_nothing_if_another_is_open(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-20 | prison
        besa   | art  | 2025-01-10 | 2025-03-20 | prison
        drita  | art  | 2025-01-10 | 2025-03-20 | prison
        edona  | art  | 2025-01-10 | 2025-03-20 | prison
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        amina  | prison   | art  | 2025-01-10 | 2025-03-20 | stopped
        amina  | clinic   | art  | 2025-03-31 |            |
        besa   | prison   | art  | 2025-01-10 | 2025-03-20 | stopped
        besa   | clinic   | art  | 2025-04-01 |            |
        drita  | prison   | art  | 2025-01-10 | 2025-03-20 | stopped
        drita  | clinic   | art  | 2025-02-01 | 2025-04-01 | completed
        edona  | prison   | art  | 2025-01-10 | 2025-03-20 | stopped
        edona  | clinic   | art  | 2025-02-01 | 2025-03-31 | completed
        """,
        expect="""
        person
        ------
        amina
        drita
        """,
    )


def test_who_was_deported_is_gone_whatever_is_in_hand_or_open(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-03-01 | 2025-05-29 | prison
        besa   | art  | 2025-03-01 | 2025-05-29 | prison
        drita  | art  | 2025-03-01 | 2025-05-29 | prison
        edona  | art  | 2025-03-01 | 2025-05-29 | prison
        """,
        treatment="""
        person | facility | line | start
        -------+----------+------+-----------
        amina  | clinic   | art  | 2025-03-01
        """,
        transition="""
        person | kind    | moved at         | moved on   | exit reason
        -------+---------+------------------+------------+----------------
        amina  | release | 2025-03-31 15:00 | 2025-03-31 | deported
        besa   | release | 2025-03-28 15:00 | 2025-03-28 | release_planned
        drita  | release | 2025-04-01 15:00 | 2025-04-01 | deported
        edona  | release | 2025-03-10 15:00 | 2025-03-10 | deported
        """,
        supply="""
        person | facility | supplied
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        besa   | prison   | 2025-03-01
        drita  | prison   | 2025-03-01
        edona  | prison   | 2025-03-20
        """,
        expect="""
        person
        ------
        besa
        drita
        edona
        """,
    )


def test_the_place_is_that_of_the_person_at_24_00_on_the_last_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-10 | 2025-03-31 | clinic
        besa   | art  | 2025-01-10 | 2025-03-31 | prison
        """,
        setting_at="""
        person | from at          | to at            | setting | facility | legal status
        -------+------------------+------------------+---------+----------+-------------
        amina  | 2025-03-31 23:00 |                  | prison  | prison   | pretrial
        besa   | 2025-01-01 08:00 | 2025-03-31 10:00 | prison  | prison   | sentenced
        """,
        expect="""
        person | setting   | facility | legal_status
        -------+-----------+----------+-------------
        amina  | prison    | prison   | pretrial
        besa   | community | prison   | unknown
        """,
    )


COVERED_ALL_ALONG = {
    "coverage": """
        person | line | from on    | to on
        -------+------+------------+-----------
        amina  | art  | 2024-01-01 | 2025-12-31
        besa   | art  | 2024-01-01 | 2025-12-31
        drita  | art  | 2024-01-01 | 2025-12-31
        """,
    "last_giver": """
        person | line | from on    | facility
        -------+------+------------+---------
        amina  | art  | 2024-01-01 | north
        amina  | art  | 2025-05-11 | south
        besa   | art  | 2024-01-01 | north
        besa   | art  | 2025-03-31 | south
        besa   | art  | 2025-04-01 | north
        besa   | art  | 2025-06-30 | south
        drita  | art  | 2024-01-01 | north
        drita  | oat  | 2025-01-10 | south
        drita  | art  | 2025-07-01 | south
        """,
}


def test_who_changes_clinic_without_a_break_was_at_the_first_until_then_whatever_is_known_later(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        **COVERED_ALL_ALONG,
        expect="""
        person | facility
        -------+---------
        amina  | north
        besa   | south
        drita  | north
        """,
    )
    counted(
        MEASURE,
        period="2025-Q2",
        **COVERED_ALL_ALONG,
        expect="""
        person | facility
        -------+---------
        amina  | south
        besa   | south
        drita  | north
        """,
    )
