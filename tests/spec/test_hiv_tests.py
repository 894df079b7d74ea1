"""Which tests are counted, where, and as what."""

MEASURE = "hiv_tests"


def test_a_test_counts_in_the_period_in_which_its_result_was_returned(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+---------
        amina  | prison   | 2025-01-10 | 2025-01-10 | negative
        besa   | prison   | 2024-12-31 | 2025-01-02 | negative
        drita  | clinic   | 2025-03-31 | 2025-04-01 | positive
        edona  | clinic   | 2025-02-01 |            | positive
        """,
        expect="""
        person | setting   | status
        -------+-----------+---------
        amina  | prison    | negative
        besa   | prison    | negative
        """,
    )


def test_every_test_of_a_person_counts(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome
        -------+----------+------------+------------+-------------
        amina  | clinic   | 2025-01-10 | 2025-01-10 | inconclusive
        amina  | clinic   | 2025-02-10 | 2025-02-11 | positive
        """,
        expect="""
        person | status
        -------+-------------
        amina  | inconclusive
        amina  | positive
        """,
    )


def test_self_tests_verification_and_people_with_known_hiv_are_lines_of_their_own(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed  | returned   | outcome  | purpose        | self test
        -------+----------+------------+------------+----------+----------------+----------
        amina  | clinic   | 2025-01-10 | 2025-01-10 | negative | diagnostic     | yes
        besa   | clinic   | 2025-01-10 | 2025-01-10 | positive | verification   | no
        drita  | clinic   | 2025-01-10 | 2025-01-10 | positive | known_positive | no
        edona  | clinic   | 2025-01-10 | 2025-01-10 | positive | diagnostic     | no
        flora  | clinic   | 2025-01-10 | 2025-01-10 | positive | diagnostic     | no
        """,
        diagnosis="""
        person | facility | diagnosed  | certainty
        -------+----------+------------+----------
        edona  | abroad   | 2024       | confirmed
        flora  | clinic   | 2025-01-10 | confirmed
        """,
        expect="""
        person | status
        -------+---------------
        amina  | self_test
        besa   | verification
        drita  | known_positive
        edona  | known_positive
        flora  | positive
        """,
    )


def test_the_place_is_where_the_person_was_at_the_hour_of_the_test(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        hiv_test="""
        person | facility | performed        | returned
        -------+----------+------------------+-----------
        amina  | clinic   | 2025-02-01 09:00 | 2025-02-01
        besa   | clinic   | 2025-02-01 11:00 | 2025-02-01
        drita  | clinic   | 2025-02-01       | 2025-02-01
        """,
        setting_at="""
        person | from at          | to at            | setting | facility | legal status
        -------+------------------+------------------+---------+----------+-------------
        amina  | 2025-01-01 08:00 | 2025-02-01 10:00 | prison  | prison   | pretrial
        besa   | 2025-01-01 08:00 | 2025-02-01 10:00 | prison  | prison   | pretrial
        drita  | 2025-01-01 08:00 | 2025-02-01 10:00 | prison  | prison   | pretrial
        """,
        expect="""
        person | setting   | legal_status
        -------+-----------+-------------
        amina  | prison    | pretrial
        besa   | community | unknown
        drita  | community | unknown
        """,
    )


def test_age_is_that_on_the_day_of_the_test_and_unknown_where_the_birth_leaves_two(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        person="""
        person | sex    | birth
        -------+--------+-----------
        amina  | female | 1990-02-02
        besa   | female | 1990-02-01
        drita  | male   | 1990
        """,
        hiv_test="""
        person | facility | performed  | returned
        -------+----------+------------+-----------
        amina  | clinic   | 2025-02-01 | 2025-02-01
        besa   | clinic   | 2025-02-01 | 2025-02-01
        drita  | clinic   | 2025-02-01 | 2025-02-01
        """,
        expect="""
        person | sex    | age
        -------+--------+----
        amina  | female | 34
        besa   | female | 35
        drita  | male   |
        """,
    )
