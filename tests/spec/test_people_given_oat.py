"""Who is counted, in which month, and where.

Each world below is a table of doses; the numbers under it are what the measure must say, with the sum that a
person can do by hand. Facility `all` is the national line. Where a cell for the facility is empty, the record
does not say where the dose was given.
"""

MEASURE = "people_given_oat"


def test_a_person_counts_once_in_a_month_however_many_doses(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-03-01
        amina  | north    | 2025-03-02
        amina  | north    | 2025-03-31
        besa   | north    | 2025-03-15
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-03 | north    | 1 + 1
        2025-03 | all      | 1 + 1
        """,
    )


def test_a_person_given_doses_at_two_facilities_counts_at_each_and_once_nationally(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-03-01
        amina  | south    | 2025-03-20
        besa   | south    | 2025-03-20
        """,
        expect="""
        month   | facility | people
        --------+----------+----------
        2025-03 | north    | 1
        2025-03 | south    | 1 + 1
        2025-03 | all      | 1 + 2 - 1
        """,
    )


def test_a_dose_that_was_not_given_counts_nobody(measured):
    measured(
        MEASURE,
        """
        person | facility | given on   | status
        -------+----------+------------+----------
        amina  | north    | 2025-03-01 | given
        besa   | north    | 2025-03-01 | not_given
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-03 | north    | 1 + 0
        2025-03 | all      | 1 + 0
        """,
    )


def test_a_dose_given_in_part_and_a_dose_given_again_count(measured):
    measured(
        MEASURE,
        """
        person | facility | given on   | status
        -------+----------+------------+--------
        amina  | north    | 2025-03-01 | partial
        besa   | north    | 2025-03-01 | redose
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-03 | north    | 1 + 1
        2025-03 | all      | 1 + 1
        """,
    )


def test_the_first_and_the_last_day_of_a_month_are_in_it(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-01-31
        besa   | north    | 2025-02-01
        clea   | north    | 2025-02-28
        dora   | north    | 2025-03-01
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-01 | north    | 1
        2025-02 | north    | 1 + 1
        2025-03 | north    | 1
        2025-01 | all      | 1
        2025-02 | all      | 1 + 1
        2025-03 | all      | 1
        """,
    )


def test_a_dose_before_or_after_the_window_is_not_seen(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2024-12-31
        besa   | north    | 2025-01-01
        clea   | north    | 2025-03-31
        dora   | north    | 2025-04-01
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-01 | north    | 1
        2025-02 | north    | 0
        2025-03 | north    | 1
        2025-01 | all      | 1
        2025-02 | all      | 0
        2025-03 | all      | 1
        """,
    )


def test_a_month_without_a_dose_between_two_reported_months_is_zero_and_outside_them_there_is_no_row(
    measured,
):
    measured(
        MEASURE,
        """
        person | facility | given on   | status
        -------+----------+------------+----------
        amina  | north    | 2025-01-10 | given
        amina  | south    | 2025-02-10 | given
        amina  | north    | 2025-03-10 | not_given
        """,
        months=4,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-01 | north    | 1
        2025-02 | north    | 0
        2025-03 | north    | 0
        2025-02 | south    | 1
        2025-01 | all      | 1
        2025-02 | all      | 1
        2025-03 | all      | 0
        """,
    )


def test_a_month_in_which_no_facility_has_a_row_has_no_national_row(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-01-10
        amina  | south    | 2025-03-10
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-01 | north    | 1
        2025-03 | south    | 1
        2025-01 | all      | 1
        2025-03 | all      | 1
        """,
    )


def test_a_dose_at_a_place_the_record_does_not_say_is_a_line_of_its_own(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-03-01
        besa   |          | 2025-03-01
        """,
        expect="""
        month   | facility | people
        --------+----------+-------
        2025-03 | north    | 1
        2025-03 | unknown  | 1
        2025-03 | all      | 1 + 1
        """,
    )


def test_a_dose_known_to_the_month_counts_in_it_and_one_known_to_the_year_counts_apart(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-----------
        amina  | north    | 2025-03
        besa   | north    | 2025
        clea   | north    |
        dora   | north    | 2019
        """,
        expect="""
        month     | facility | people
        ----------+----------+-------
        2025-03   | north    | 1
        2025-03   | all      | 1
        not known | north    | 1 + 1
        not known | all      | 1 + 1
        """,
    )


def test_a_dose_between_two_months_counts_apart_if_one_of_its_days_is_in_the_window(measured):
    measured(
        MEASURE,
        """
        person | facility | given on
        -------+----------+-------------------------
        amina  | north    | 2024-11-30 to 2024-12-31
        besa   | north    | 2024-12-31 to 2025-01-01
        clea   | north    | 2025-01-31 to 2025-02-01
        dora   | north    | 2025-03-31 to 2025-04-01
        emil   | north    | 2025-04-01 to 2025-05-01
        """,
        expect="""
        month     | facility | people
        ----------+----------+----------
        not known | north    | 1 + 1 + 1
        not known | all      | 1 + 1 + 1
        """,
    )


def test_what_the_source_wrote_after_the_data_cut_is_not_seen(measured):
    measured(
        MEASURE,
        """
        person | facility | given on   | recorded at
        -------+----------+------------+--------------------------
        amina  | north    | 2025-03-01 | 2025-04-09T23:59:59+00:00
        besa   | north    | 2025-03-01 | 2025-04-10T00:00:00+00:00
        clea   | north    | 2025-03-01 | 2025-04-10T00:00:01+00:00
        dora   | north    | 2025-03-01 |
        """,
        data_as_of="2025-04-10T00:00:00+00:00",
        expect="""
        month   | facility | people
        --------+----------+----------
        2025-03 | north    | 1 + 1 + 1
        2025-03 | all      | 1 + 1 + 1
        """,
    )


def test_from_fhir_a_dose_belongs_to_the_civil_day_of_the_facility_and_only_oat_counts(computed):
    computed(
        MEASURE,
        """
        person | facility | effective                 | status    | medicine
        -------+----------+---------------------------+-----------+---------
        amina  | north    | 2025-02-28T22:59:59Z      | completed | N07BC02
        besa   | north    | 2025-02-28T23:00:00Z      | completed | N07BC01
        clea   | north    | 2025-03-31T23:30:00+02:00 | completed | N07BC51
        dora   | north    | 2025-03-31T22:30:00Z      | completed | N07BC02
        emil   | north    | 2025-03-05                | completed | N02BE01
        fatos  | north    | 2025-03-05                | not-done  | N07BC02
        genti  | north    | 2025-03                   | completed | N07BC02
        hana   |          | 2025-03-05                | completed | N07BC02
        """,
        expect="""
        month   | facility | people
        --------+----------+--------------
        2025-02 | north    | 1
        2025-03 | north    | 1 + 1 + 1
        2025-03 | unknown  | 1
        2025-02 | all      | 1
        2025-03 | all      | 1 + 1 + 1 + 1
        """,
    )
