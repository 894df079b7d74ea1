"""Who of those received into prison was offered an HIV test, tested, given the result, and positive.

In these worlds everybody is received on 3 March 2025 at 10:00 unless a table says otherwise, which makes 31 March day 28.
"""

MEASURE = "testing_steps"


def test_each_reception_is_counted_at_the_furthest_step_it_came_to(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person   | kind      | moved at         | moved on   | to facility key | legal status
        ---------+-----------+------------------+------------+-----------------+-------------
        amina    | reception | 2025-03-03 10:00 | 2025-03-03 | prison          | pretrial
        besa     | reception | 2025-03-03 10:00 | 2025-03-03 | prison          | pretrial
        drita    | reception | 2025-03-03 10:00 | 2025-03-03 | prison          | pretrial
        edona    | reception | 2025-03-03 10:00 | 2025-03-03 | prison          | sentenced
        flora    | reception | 2025-03-03 10:00 | 2025-03-03 | prison          | sentenced
        gent     | reception | 2025-03-03 10:00 | 2025-03-03 | prison          |
        hana     | reception | 2025-03-03 10:00 | 2025-03-03 |                 |
        ilir     | reception | 2025-03-03 10:00 | 2025-03-03 | prison          |
        """,
        test_offer="""
        person | facility | offered    | accepted
        -------+----------+------------+---------
        besa   | prison   | 2025-03-04 | no
        besa   | prison   | 2025-03-14 | no
        drita  | prison   | 2025-03-04 | no
        drita  | prison   | 2025-03-14 | yes
        edona  | prison   | 2025-03-04 | no
        """,
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+-------------
        edona  | prison   | 2025-03-05 |            | positive
        flora  | prison   | 2025-03-05 | 2025-03-06 | negative
        gent   | prison   | 2025-03-05 | 2025-03-06 | positive
        gent   | prison   | 2025-03-10 | 2025-03-10 | negative
        hana   | prison   | 2025-03-05 | 2025-03-06 | inconclusive
        ilir   | prison   | 2025-03-05 | 2025-03-06 | negative
        ilir   | prison   | 2025-03-20 |            | positive
        """,
        expect="""
        person | event      | on_day     | facility | setting | legal_status | status
        -------+------------+------------+----------+---------+--------------+------------
        amina  | 2025-03-03 | 2025-03-03 | prison   | prison  | pretrial     | not_offered
        besa   | 2025-03-03 | 2025-03-03 | prison   | prison  | pretrial     | refused
        drita  | 2025-03-03 | 2025-03-03 | prison   | prison  | pretrial     | offered
        edona  | 2025-03-03 | 2025-03-03 | prison   | prison  | sentenced    | tested
        flora  | 2025-03-03 | 2025-03-03 | prison   | prison  | sentenced    | returned
        gent   | 2025-03-03 | 2025-03-03 | prison   | prison  | unknown      | positive
        hana   | 2025-03-03 | 2025-03-03 | unknown  | prison  | unknown      | returned
        ilir   | 2025-03-03 | 2025-03-03 | prison   | prison  | unknown      | returned
        """,
    )


def test_only_receptions_from_liberty_in_the_period_are_counted_and_each_of_them(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind      | moved at         | moved on
        -------+-----------+------------------+-----------
        amina  | reception | 2025-01-01 00:00 | 2025-01-01
        besa   | reception | 2025-03-31 23:59 | 2025-03-31
        drita  | reception | 2024-12-31 23:59 | 2024-12-31
        edona  | reception | 2025-04-01 00:00 | 2025-04-01
        flora  | transfer  | 2025-02-01 10:00 | 2025-02-01
        gent   | release   | 2025-02-01 10:00 | 2025-02-01
        hana   | reception | 2025-02-01 10:00 | 2025-02-01
        hana   | release   | 2025-02-03 10:00 | 2025-02-03
        hana   | reception | 2025-02-05 10:00 | 2025-02-05
        """,
        hiv_test="""
        person | facility | performed  | returned
        -------+----------+------------+-----------
        hana   | prison   | 2025-02-06 | 2025-02-06
        """,
        expect="""
        person | event      | status
        -------+------------+------------
        amina  | 2025-01-01 | not_offered
        besa   | 2025-03-31 | not_offered
        hana   | 2025-02-01 | not_offered
        hana   | 2025-02-05 | returned
        """,
    )


def test_what_is_done_counts_up_to_day_28(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person   | kind      | moved at         | moved on
        ---------+-----------+------------------+-----------
        amina    | reception | 2025-03-03 10:00 | 2025-03-03
        besa     | reception | 2025-03-03 10:00 | 2025-03-03
        drita    | reception | 2025-03-03 10:00 | 2025-03-03
        edona    | reception | 2025-03-03 10:00 | 2025-03-03
        flora    | reception | 2025-03-03 10:00 | 2025-03-03
        gent     | reception | 2025-03-03 10:00 | 2025-03-03
        hana     | reception | 2025-03-03 10:00 | 2025-03-03
        ilir     | reception | 2025-03-03 10:00 | 2025-03-03
        jeta     | reception | 2025-03-03 10:00 | 2025-03-03
        kaltrina | reception | 2025-03-03 10:00 | 2025-03-03
        """,
        test_offer="""
        person | facility | offered    | accepted
        -------+----------+------------+---------
        amina  | prison   | 2025-03-31 | yes
        besa   | prison   | 2025-04-01 | yes
        drita  | prison   | 2025-03-02 | yes
        jeta   | prison   |            | yes
        """,
        hiv_test="""
        person   | facility | performed        | returned                 | outcome
        ---------+----------+------------------+--------------------------+---------
        edona    | clinic   | 2025-03-31       | 2025-03-31               | positive
        flora    | clinic   | 2025-03-31 23:59 | 2025-04-01               | positive
        gent     | clinic   | 2025-04-01 00:00 | 2025-04-01               | positive
        hana     | clinic   | 2025-03-10       | 2025-03-30 to 2025-04-01 | positive
        ilir     | clinic   | 2025-03          | 2025-03-20               | positive
        kaltrina | clinic   | 2025-03-04 to 2025-03-30 | 2025-03-20       | positive
        """,
        expect="""
        person   | status
        ---------+------------
        amina    | offered
        besa     | not_offered
        drita    | not_offered
        edona    | positive
        flora    | tested
        gent     | not_offered
        hana     | tested
        ilir     | not_offered
        jeta     | not_offered
        kaltrina | positive
        """,
    )


def test_the_window_ends_with_the_release_if_that_comes_first(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind      | moved at         | moved on   | exit reason
        -------+-----------+------------------+------------+----------------
        amina  | reception | 2025-03-03 10:00 | 2025-03-03 |
        amina  | release   | 2025-03-10 12:00 | 2025-03-10 | release_planned
        besa   | reception | 2025-03-03 10:00 | 2025-03-03 |
        besa   | release   | 2025-03-10 12:00 | 2025-03-10 | death
        drita  | reception | 2025-03-03 10:00 | 2025-03-03 |
        drita  | release   | 2025-03-10 12:00 | 2025-03-10 | release_planned
        edona  | reception | 2025-03-03 10:00 | 2025-03-03 |
        edona  | release   | 2025-03-10 12:00 | 2025-03-10 | release_planned
        flora  | reception | 2025-03-03 10:00 | 2025-03-03 |
        flora  | release   | 2025-03-10 12:00 | 2025-03-10 | release_planned
        gent   | reception | 2025-03-03 10:00 | 2025-03-03 |
        gent   | transfer  | 2025-03-05 12:00 | 2025-03-05 |
        gent   | release   | 2025-03-02 12:00 | 2025-03-02 | release_planned
        """,
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+---------
        amina  | prison   | 2025-03-09 | 2025-03-10 | negative
        besa   | prison   | 2025-03-09 | 2025-03-11 | negative
        drita  | prison   | 2025-03-11 | 2025-03-11 | negative
        edona  | prison   | 2025-03-10 | 2025-03-10 | negative
        flora  | clinic   | 2025-03-10 | 2025-03-10 | negative
        gent   | prison   | 2025-03-11 | 2025-03-11 | negative
        """,
        expect="""
        person | status
        -------+------------
        amina  | returned
        besa   | tested
        drita  | not_offered
        edona  | returned
        flora  | not_offered
        gent   | returned
        """,
    )


def test_on_the_days_of_the_moves_the_hour_decides_or_else_the_place(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person   | kind      | moved at         | moved on
        ---------+-----------+------------------+-----------
        amina    | reception | 2025-03-03 10:00 | 2025-03-03
        besa     | reception | 2025-03-03 10:00 | 2025-03-03
        drita    | reception | 2025-03-03 10:00 | 2025-03-03
        drita    | release   | 2025-03-10 12:00 | 2025-03-10
        edona    | reception | 2025-03-03 10:00 | 2025-03-03
        edona    | release   | 2025-03-10 12:00 | 2025-03-10
        flora    | reception | 2025-03-03 10:00 | 2025-03-03
        gent     | reception | 2025-03-03 10:00 | 2025-03-03
        hana     | reception | 2025-03-03 10:00 | 2025-03-03
        ilir     | reception | 2025-03-03 10:00 | 2025-03-03
        ilir     | release   | 2025-03-10 12:00 | 2025-03-10
        jeta     | reception | 2025-03-03 10:00 | 2025-03-03
        """,
        hiv_test="""
        person | facility | performed        | returned
        -------+----------+------------------+-----------
        amina  | clinic   | 2025-03-03 10:00 | 2025-03-03
        besa   | prison   | 2025-03-03 09:59 | 2025-03-03
        drita  | clinic   | 2025-03-10 11:59 | 2025-03-10
        edona  | prison   | 2025-03-10 12:00 | 2025-03-10
        flora  | prison   | 2025-03-03       | 2025-03-03
        gent   | clinic   | 2025-03-03       | 2025-03-03
        hana   | clinic   | 2025-03-04       | 2025-03-04
        """,
        test_offer="""
        person | facility | offered    | accepted
        -------+----------+------------+---------
        ilir   | clinic   | 2025-03-10 | yes
        jeta   | prison   | 2025-03-03 | yes
        """,
        expect="""
        person | status
        -------+------------
        amina  | returned
        besa   | not_offered
        drita  | returned
        edona  | not_offered
        flora  | returned
        gent   | not_offered
        hana   | returned
        ilir   | not_offered
        jeta   | offered
        """,
    )


def test_who_is_received_with_known_hiv_is_on_a_line_of_their_own(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind      | moved at         | moved on
        -------+-----------+------------------+-----------
        amina  | reception | 2025-03-03 10:00 | 2025-03-03
        besa   | reception | 2025-03-03 10:00 | 2025-03-03
        drita  | reception | 2025-03-03 10:00 | 2025-03-03
        edona  | reception | 2025-03-03 10:00 | 2025-03-03
        flora  | reception | 2025-03-03 10:00 | 2025-03-03
        gent   | reception | 2025-03-03 10:00 | 2025-03-03
        """,
        diagnosis="""
        person | facility | diagnosed  | certainty
        -------+----------+------------+----------
        amina  | abroad   | 2025-03-02 | confirmed
        besa   | prison   | 2025-03-03 | confirmed
        drita  | clinic   | 2024-03-02 | refuted
        edona  | clinic   | 2025       | confirmed
        """,
        hiv_test="""
        person | facility | performed  | returned   | outcome  | purpose
        -------+----------+------------+------------+----------+---------------
        amina  | prison   | 2025-03-05 | 2025-03-05 | positive | diagnostic
        besa   | prison   | 2025-03-03 | 2025-03-03 | positive | diagnostic
        flora  | prison   | 2025-03-05 | 2025-03-05 | positive | known_positive
        gent   | prison   | 2025-03-05 | 2025-03-05 | positive | diagnostic
        gent   | prison   | 2025-03-20 | 2025-03-20 | positive | known_positive
        """,
        expect="""
        person | status
        -------+---------------
        amina  | known_positive
        besa   | positive
        drita  | not_offered
        edona  | not_offered
        flora  | known_positive
        gent   | positive
        """,
    )


def test_self_tests_and_verification_are_no_step(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind      | moved at         | moved on
        -------+-----------+------------------+-----------
        amina  | reception | 2025-03-03 10:00 | 2025-03-03
        besa   | reception | 2025-03-03 10:00 | 2025-03-03
        drita  | reception | 2025-03-03 10:00 | 2025-03-03
        """,
        hiv_test="""
        person | facility | performed  | returned   | outcome  | purpose      | self test
        -------+----------+------------+------------+----------+--------------+----------
        amina  | prison   | 2025-03-05 | 2025-03-05 | positive | diagnostic   | yes
        besa   | prison   | 2025-03-05 | 2025-03-05 | positive | verification | no
        drita  | prison   | 2025-03-05 | 2025-03-05 | positive | retest       | no
        """,
        expect="""
        person | status
        -------+------------
        amina  | not_offered
        besa   | not_offered
        drita  | positive
        """,
    )


def test_until_its_last_day_has_ended_the_window_is_open_whatever_was_done(counted):
    counted(
        MEASURE,
        period="2026-01-01/2026-07-01",
        transition="""
        person | kind      | moved at         | moved on
        -------+-----------+------------------+-----------
        amina  | reception | 2026-06-02 10:00 | 2026-06-02
        besa   | reception | 2026-06-03 10:00 | 2026-06-03
        drita  | reception | 2026-06-20 10:00 | 2026-06-20
        drita  | release   | 2026-06-30 10:00 | 2026-06-30
        edona  | reception | 2026-06-20 10:00 | 2026-06-20
        edona  | release   | 2026-07-01 10:00 | 2026-07-01
        flora  | reception | 2026-06-03 10:00 | 2026-06-03
        """,
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+---------
        besa   | prison   | 2026-06-05 | 2026-06-05 | positive
        """,
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        flora  | clinic   | 2020-03-02
        """,
        expect="""
        person | status
        -------+------------
        amina  | not_offered
        besa   | window_open
        drita  | not_offered
        edona  | window_open
        flora  | window_open
        """,
    )
