"""How soon people newly diagnosed are on ART, and what became of the others.

With a data cut on 1 July 2026, the window of every diagnosis of the first quarter of 2025 is complete.
"""

MEASURE = "linked"


def test_the_first_day_that_art_covers_tells_how_soon(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person   | facility | diagnosed
        ---------+----------+-----------
        amina    | clinic   | 2025-01-10
        besa     | clinic   | 2025-01-10
        drita    | prison   | 2025-01-10
        edona    | clinic   | 2025-01-10
        flora    | clinic   | 2025-01-10
        gent     | clinic   | 2025-01-10
        hana     | clinic   | 2025-01-10
        ilir     | clinic   | 2025-01-10
        """,
        coverage="""
        person   | line | from on    | to on      | facility
        ---------+------+------------+------------+---------
        amina    | art  | 2025-01-10 | 2025-02-10 | clinic
        besa     | art  | 2025-01-17 | 2025-02-10 | clinic
        besa     | art  | 2025-03-17 | 2025-04-10 | clinic
        drita    | art  | 2025-01-18 | 2025-02-10 | clinic
        edona    | art  | 2025-02-09 | 2025-02-10 | clinic
        flora    | art  | 2025-02-10 | 2025-02-10 | clinic
        gent     | art  | 2025-04-10 | 2025-05-10 | clinic
        hana     | art  | 2025-04-11 | 2025-05-10 | clinic
        ilir     | pep  | 2025-01-11 | 2025-02-10 | clinic
        ilir     | oat  | 2025-01-11 | 2025-02-10 | clinic
        """,
        expect="""
        person | event       | on_day     | setting   | status
        -------+-------------+------------+-----------+-----------
        amina  | diagnosis 0 | 2025-01-10 | community | within_7
        besa   | diagnosis 1 | 2025-01-10 | community | within_7
        drita  | diagnosis 2 | 2025-01-10 | prison    | within_30
        edona  | diagnosis 3 | 2025-01-10 | community | within_30
        flora  | diagnosis 4 | 2025-01-10 | community | within_90
        gent   | diagnosis 5 | 2025-01-10 | community | within_90
        hana   | diagnosis 6 | 2025-01-10 | community | not_linked
        ilir   | diagnosis 7 | 2025-01-10 | community | not_linked
        """,
    )


def test_only_who_is_first_diagnosed_in_the_period_and_not_abroad_enters(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed  | place   | certainty
        -------+----------+------------+---------+----------
        amina  | clinic   | 2025-01-01 | here    | confirmed
        besa   | clinic   | 2025-03-31 | unknown | confirmed
        drita  | clinic   | 2025-01-10 | abroad  | confirmed
        edona  | clinic   | 2024-12-31 | here    | confirmed
        flora  | clinic   | 2025-04-01 | here    | confirmed
        gent   | clinic   | 2025-01-10 | here    | confirmed
        gent   | clinic   | 2020-01-10 | abroad  | confirmed
        hana   | clinic   | 2025-01-10 | here    | refuted
        ilir   | clinic   | 2025       | here    | confirmed
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_linked
        besa   | not_linked
        """,
    )


def test_art_before_the_diagnosis_is_apart_and_a_day_that_is_not_known_cannot_be_counted_from(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2025-01-10
        besa   | clinic   | 2025-02
        drita  | clinic   | 2025-02
        edona  | clinic   | 2025-02
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-09 | 2025-01-09 | clinic
        amina  | art  | 2025-01-11 | 2025-05-09 | clinic
        besa   | art  | 2025-01-31 | 2025-05-09 | clinic
        drita  | art  | 2025-02-01 | 2025-05-09 | clinic
        """,
        expect="""
        person | status      | on_day
        -------+-------------+-----------
        amina  | art_before  | 2025-01-10
        besa   | art_before  | 2025-02-28
        drita  | day_unknown | 2025-02-28
        edona  | day_unknown | 2025-02-28
        """,
    )


def test_who_died_or_left_before_is_shown_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        person="""
        person | died
        -------+-----------
        amina  | 2025-04-10
        besa   | 2025-04-11
        drita  | 2025-04
        edona  | 2025-02-01
        """,
        diagnosis="""
        person   | facility | diagnosed
        ---------+----------+-----------
        amina    | clinic   | 2025-01-10
        besa     | clinic   | 2025-01-10
        drita    | clinic   | 2025-01-10
        edona    | clinic   | 2025-01-10
        flora    | clinic   | 2025-01-10
        gent     | clinic   | 2025-01-10
        hana     | clinic   | 2025-01-10
        ilir     | clinic   | 2025-01-10
        jeta     | clinic   | 2025-01-10
        kaltrina | clinic   | 2025-01-10
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        edona  | art  | 2025-01-11 | 2025-01-31 | clinic
        ilir   | art  | 2025-04-10 | 2025-04-30 | clinic
        """,
        transition="""
        person | kind    | moved at         | moved on   | exit reason
        -------+---------+------------------+------------+----------------
        flora  | release | 2025-04-10 08:00 | 2025-04-10 | deported
        gent   | release | 2025-04-11 08:00 | 2025-04-11 | deported
        hana   | release | 2025-01-10 08:00 | 2025-01-10 | deported
        ilir   | release | 2025-02-11 08:00 | 2025-02-11 | deported
        jeta   | release | 2025-01-09 08:00 | 2025-01-09 | deported
        """,
        treatment="""
        person   | facility | start      | stop    | stop reason
        ---------+----------+------------+---------+------------
        kaltrina | clinic   | 2025-01-10 | 2025-03 | emigrated
        """,
        expect="""
        person   | status
        ---------+-----------
        amina    | died_first
        besa     | not_linked
        drita    | not_linked
        edona    | within_7
        flora    | left_first
        gent     | not_linked
        hana     | left_first
        ilir     | within_90
        jeta     | not_linked
        kaltrina | left_first
        """,
    )


def test_until_day_90_has_ended_the_window_is_open_whatever_was_seen(counted):
    counted(
        MEASURE,
        period="2026-01-01/2026-06-30",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2026-04-01
        besa   | clinic   | 2026-04-02
        drita  | clinic   | 2026-04-02
        edona  | clinic   | 2026-04
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2026-04-08 | 2026-05-09 | clinic
        drita  | art  | 2026-04-02 | 2026-05-09 | clinic
        """,
        expect="""
        person | status
        -------+------------
        amina  | within_7
        besa   | window_open
        drita  | window_open
        edona  | window_open
        """,
    )


def test_enrolment_without_medicine_is_not_treatment(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2025-01-10
        """,
        treatment="""
        person | facility | start      | line
        -------+----------+------------+-----
        amina  | clinic   | 2025-01-11 | art
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_linked
        """,
    )
