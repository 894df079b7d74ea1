"""What became of the days on which people should have had a dose, and for whose reason they missed it."""

MEASURE = "missed_doses"


def test_every_outcome_has_its_line(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        due_day="""
        person | due on     | facility | outcome
        -------+------------+----------+-------------
        amina  | 2025-02-01 | prison   | given
        amina  | 2025-02-02 | prison   | refused
        amina  | 2025-02-03 | prison   | absent
        besa   | 2025-02-01 | prison   | court
        besa   | 2025-02-02 | prison   | hospital
        besa   | 2025-02-03 | prison   | lockdown
        besa   | 2025-02-04 | prison   | no_stock
        besa   | 2025-02-05 | prison   | no_nurse
        besa   | 2025-02-06 | prison   | no_order
        besa   | 2025-02-07 | prison   | released
        drita  | 2025-02-01 | prison   | other
        drita  | 2025-02-02 | prison   | not_recorded
        """,
        expect="""
        person | event      | status
        -------+------------+-------------------
        amina  | 2025-02-01 | given
        amina  | 2025-02-02 | missed_patient
        amina  | 2025-02-03 | missed_patient
        besa   | 2025-02-01 | missed_institution
        besa   | 2025-02-02 | missed_institution
        besa   | 2025-02-03 | missed_institution
        besa   | 2025-02-04 | missed_institution
        besa   | 2025-02-05 | missed_institution
        besa   | 2025-02-06 | missed_institution
        besa   | 2025-02-07 | missed_institution
        drita  | 2025-02-01 | missed_other
        drita  | 2025-02-02 | not_recorded
        """,
    )


def test_the_days_of_the_period_count(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        due_day="""
        person | due on     | facility | outcome
        -------+------------+----------+--------
        amina  | 2024-12-31 | clinic   | refused
        amina  | 2025-01-01 | clinic   | refused
        amina  | 2025-03-31 | clinic   | refused
        amina  | 2025-04-01 | clinic   | refused
        """,
        expect="""
        person | on_day     | status
        -------+------------+---------------
        amina  | 2025-01-01 | missed_patient
        amina  | 2025-03-31 | missed_patient
        """,
    )


def test_a_day_that_had_not_ended_at_the_data_cut_can_still_have_its_dose(counted):
    counted(
        MEASURE,
        period="2026",
        due_day="""
        person | due on     | facility | outcome
        -------+------------+----------+-------------
        amina  | 2026-06-30 | clinic   | not_recorded
        amina  | 2026-07-01 | clinic   | not_recorded
        amina  | 2026-07-02 | clinic   | not_recorded
        """,
        expect="""
        person | on_day     | status
        -------+------------+-------------
        amina  | 2026-06-30 | not_recorded
        """,
    )


def test_the_setting_is_that_of_the_person_at_noon(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        due_day="""
        person | due on     | facility | outcome
        -------+------------+----------+--------
        amina  | 2025-02-01 | prison   | court
        besa   | 2025-02-01 | clinic   | absent
        drita  | 2025-02-01 | prison   | refused
        edona  | 2025-03-30 | clinic   | absent
        flora  | 2025-03-30 | clinic   | absent
        """,
        setting_at="""
        person | from at          | to at            | setting | facility | legal status
        -------+------------------+------------------+---------+----------+-------------
        amina  | 2025-01-01 08:00 | 2025-02-01 12:01 | prison  | prison   | pretrial
        besa   | 2025-02-01 12:00 |                  | prison  | prison   | sentenced
        edona  | 2025-03-30 11:30 | 2025-03-30 12:30 | prison  | prison   | pretrial
        flora  | 2025-03-30 12:30 | 2025-03-30 13:30 | prison  | prison   | pretrial
        """,
        expect="""
        person | facility | setting   | legal_status
        -------+----------+-----------+-------------
        amina  | prison   | prison    | pretrial
        besa   | clinic   | prison    | sentenced
        drita  | prison   | prison    | unknown
        edona  | clinic   | prison    | pretrial
        flora  | clinic   | community | unknown
        """,
    )
