"""Who was tested and got a result, where, and as what: once each, however often they were tested."""

MEASURE = "people_tested"


def test_a_person_counts_once_in_the_period_in_which_a_result_was_returned(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned           | outcome
        -------+----------+------------+--------------------+---------
        amina  | clinic   | 2025-01-10 | 2025-01-10         | negative
        amina  | clinic   | 2025-02-10 | 2025-02-10         | negative
        besa   | prison   | 2024-12-31 | 2025-01-01         | negative
        drita  | clinic   | 2024-12-31 | 2024-12-31         | positive
        edona  | clinic   | 2025-03-31 | 2025-03-31         | positive
        flora  | clinic   | 2025-03-31 | 2025-04-01         | positive
        gent   | clinic   | 2025-02-01 |                    | positive
        hana   | clinic   | 2025-02-01 | 2025-02            | negative
        ilir   | clinic   | 2025-02-01 | 2025               | negative
        """,
        expect="""
        person | event      | setting   | status
        -------+------------+-----------+---------
        amina  | hiv_test 0 | community | negative
        besa   | hiv_test 2 | prison    | negative
        edona  | hiv_test 4 | community | positive
        hana   | hiv_test 7 | community | negative
        """,
    )


def test_positive_goes_before_negative_and_negative_before_inconclusive(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+-------------
        amina  | clinic   | 2025-01-10 | 2025-01-10 | negative
        amina  | clinic   | 2025-02-10 | 2025-02-10 | positive
        amina  | clinic   | 2025-03-10 | 2025-03-10 | negative
        besa   | clinic   | 2025-01-10 | 2025-01-10 | negative
        besa   | clinic   | 2025-02-10 | 2025-02-10 | inconclusive
        drita  | clinic   | 2025-01-10 | 2025-01-10 | inconclusive
        edona  | clinic   | 2025-01-10 | 2025-01-10 | unknown
        flora  | clinic   | 2025-03-31 | 2025-03-31 | negative
        flora  | clinic   | 2025-03-31 | 2025-04-01 | positive
        """,
        expect="""
        person | status
        -------+-------------
        amina  | positive
        besa   | negative
        drita  | inconclusive
        edona  | inconclusive
        flora  | negative
        """,
    )


def test_known_hiv_verification_and_self_tests_are_lines_of_their_own_for_whom_nothing_else_counts(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome  | purpose        | self test
        -------+----------+------------+------------+----------+----------------+----------
        amina  | clinic   | 2025-01-10 | 2025-01-10 | positive | diagnostic     | yes
        besa   | clinic   | 2025-01-10 | 2025-01-10 | positive | verification   | no
        besa   | clinic   | 2025-01-09 | 2025-01-09 | positive | diagnostic     | yes
        drita  | clinic   | 2025-01-10 | 2025-01-10 | positive | known_positive | no
        drita  | clinic   | 2025-01-09 | 2025-01-09 | positive | verification   | no
        edona  | clinic   | 2025-01-10 | 2025-01-10 | negative | diagnostic     | no
        edona  | clinic   | 2025-01-11 | 2025-01-11 | positive | diagnostic     | yes
        flora  | clinic   | 2025-01-10 | 2025-01-10 | positive | diagnostic     | no
        flora  | clinic   | 2025-01-20 | 2025-01-20 | positive | verification   | no
        gent   | clinic   | 2025-01-10 | 2025-01-10 | negative | retest         | no
        """,
        expect="""
        person | event      | status
        -------+------------+---------------
        amina  | hiv_test 0 | self_test
        besa   | hiv_test 1 | verification
        drita  | hiv_test 3 | known_positive
        edona  | hiv_test 5 | negative
        flora  | hiv_test 7 | positive
        gent   | hiv_test 9 | negative
        """,
    )


def test_whose_hiv_was_confirmed_on_a_day_before_the_test_is_known(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+---------
        amina  | clinic   | 2025-01-10 | 2025-01-10 | positive
        besa   | clinic   | 2025-01-10 | 2025-01-10 | positive
        drita  | clinic   | 2025-01-10 | 2025-01-10 | positive
        edona  | clinic   | 2025-01-10 | 2025-01-10 | positive
        flora  | clinic   | 2025-01-10 | 2025-01-10 | negative
        flora  | clinic   | 2025-03-10 | 2025-03-10 | positive
        gent   | clinic   | 2025-01-10 | 2025-01-10 | positive
        """,
        diagnosis="""
        person | facility | diagnosed  | certainty   | condition
        -------+----------+------------+-------------+------------------
        amina  | clinic   | 2025-01-09 | confirmed   | hiv
        besa   | clinic   | 2025-01-10 | confirmed   | hiv
        drita  | clinic   | 2025-01    | confirmed   | hiv
        edona  | clinic   | 2024-01-01 | refuted     | hiv
        flora  | clinic   | 2025-02-01 | confirmed   | hiv
        gent   | clinic   | 2024-01-01 | confirmed   | opioid_dependence
        gent   | clinic   | 2024-01-01 | provisional | hiv
        """,
        expect="""
        person | status
        -------+---------------
        amina  | known_positive
        besa   | positive
        drita  | positive
        edona  | positive
        flora  | negative
        gent   | positive
        """,
    )


def test_a_person_is_placed_at_the_positive_test_or_else_at_the_first_counted_one(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed        | returned   | outcome      | self test
        -------+----------+------------------+------------+--------------+----------
        amina  | clinic   | 2025-01-10       | 2025-01-10 | negative     | no
        amina  | prison   | 2025-02-10       | 2025-02-10 | positive     | no
        amina  | clinic   | 2025-03-10       | 2025-03-10 | positive     | no
        besa   | clinic   | 2025-02-10       | 2025-02-10 | negative     | no
        besa   | prison   | 2025-01-10       | 2025-03-10 | inconclusive | no
        besa   | hospital | 2025-01-09       | 2025-01-09 | negative     | yes
        drita  | clinic   | 2025-01-10       | 2025-01-10 | negative     | no
        drita  | prison   | 2025-01-10 23:00 | 2025-01-11 | negative     | no
        drita  | hospital | 2025-01-10 22:59 | 2025-01-11 | negative     | no
        edona  | prison   | 2025-01          | 2025-02-11 | negative     | no
        edona  | clinic   | 2025-01-30       | 2025-02-11 | negative     | no
        """,
        expect="""
        person | facility | setting   | on_day     | status
        -------+----------+-----------+------------+---------
        amina  | prison   | prison    | 2025-02-10 | positive
        besa   | prison   | prison    | 2025-01-10 | negative
        drita  | hospital | community | 2025-01-10 | negative
        edona  | clinic   | community | 2025-01-30 | negative
        """,
    )


def test_the_place_is_where_the_person_was_at_the_hour_of_that_test(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed        | returned
        -------+----------+------------------+-----------
        amina  | clinic   | 2025-02-01 09:59 | 2025-02-01
        besa   | clinic   | 2025-02-01 10:00 | 2025-02-01
        """,
        setting_at="""
        person | from at          | to at            | setting | facility | legal status
        -------+------------------+------------------+---------+----------+-------------
        amina  | 2025-01-01 08:00 | 2025-02-01 10:00 | prison  | prison   | pretrial
        besa   | 2025-01-01 08:00 | 2025-02-01 10:00 | prison  | prison   | pretrial
        """,
        expect="""
        person | setting   | legal_status
        -------+-----------+-------------
        amina  | prison    | pretrial
        besa   | community | unknown
        """,
    )
