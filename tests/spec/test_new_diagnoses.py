"""Whose HIV was first confirmed in the period, here, abroad, or nobody says where."""

MEASURE = "new_diagnoses"


def test_the_first_confirmed_diagnosis_of_a_person_counts_on_its_day(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | prison   | 2025-01-01
        besa   | clinic   | 2025-03-31
        drita  | clinic   | 2024-12-31
        edona  | clinic   | 2025-04-01
        flora  | clinic   | 2025-02-10
        flora  | prison   | 2025-02-09
        gent   | clinic   | 2025-02-10
        gent   | clinic   | 2019-05-01
        """,
        expect="""
        person | event       | facility | setting   | on_day     | status
        -------+-------------+----------+-----------+------------+-------
        amina  | diagnosis 0 | prison   | prison    | 2025-01-01 | here
        besa   | diagnosis 1 | clinic   | community | 2025-03-31 | here
        flora  | diagnosis 5 | prison   | prison    | 2025-02-09 | here
        """,
    )


def test_a_refuted_or_provisional_diagnosis_is_none_and_hides_none(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed  | certainty   | condition         | refuted on
        -------+----------+------------+-------------+-------------------+-----------
        amina  | clinic   | 2025-02-10 | refuted     | hiv               | 2025-03-03
        besa   | clinic   | 2025-02-10 | provisional | hiv               |
        drita  | clinic   | 2025-02-10 | confirmed   | opioid_dependence |
        edona  | clinic   | 2025-02-10 | confirmed   | hiv               |
        edona  | clinic   | 2023-02-10 | refuted     | hiv               | 2023-03-03
        flora  | clinic   | 2025-03-20 | confirmed   | hiv               |
        flora  | clinic   | 2024-12-20 | provisional | hiv               |
        """,
        expect="""
        person | status | on_day
        -------+--------+-----------
        edona  | here   | 2025-02-10
        flora  | here   | 2025-03-20
        """,
    )


def test_diagnoses_made_abroad_or_nobody_says_where_are_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed  | place
        -------+----------+------------+--------
        amina  | clinic   | 2025-02-10 | here
        besa   | clinic   | 2025-02-10 | abroad
        drita  | clinic   | 2025-02-10 | unknown
        edona  | clinic   | 2025-02-10 | here
        edona  | clinic   | 2015-02-10 | abroad
        flora  | clinic   | 2025-02-10 | here
        flora  | clinic   | 2025-02-01 | abroad
        """,
        expect="""
        person | status
        -------+--------------
        amina  | here
        besa   | abroad
        drita  | unknown_place
        flora  | abroad
        """,
    )


PARTIAL = """
    person | facility | diagnosed                | place
    -------+----------+--------------------------+--------
    amina  | clinic   | 2025-02                  | here
    besa   | clinic   | 2025                     | here
    drita  | clinic   | 2025-03-30 to 2025-04-01 | here
    edona  | clinic   | 2025-03-31 to 2025-04-01 | abroad
    flora  | clinic   | 2025-03-31 to 2025-04-02 | here
    gent   | clinic   | 2024-12-31 to 2025-01-01 | unknown
    hana   | clinic   | 2024-12-31 to 2025-01-02 | unknown
    ilir   | clinic   |                          | here
    jeta   | clinic   | 2025-01-10               | here
    jeta   | clinic   | 2025                     | abroad
    """
"""Middles: besa 2 July; drita and edona 31 March; flora 1 April; gent 31 December; hana 1 January."""


def test_a_month_or_a_year_counts_when_all_of_it_is_in_the_period(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis=PARTIAL,
        expect="""
        person | on_day     | status
        -------+------------+-------
        amina  | 2025-02-28 | here
        jeta   | 2025-01-10 | here
        """,
    )
    counted(
        MEASURE,
        period="2025",
        diagnosis=PARTIAL,
        expect="""
        person | on_day     | status
        -------+------------+-------
        amina  | 2025-02-28 | here
        besa   | 2025-12-31 | here
        drita  | 2025-04-01 | here
        edona  | 2025-04-01 | abroad
        flora  | 2025-04-02 | here
        jeta   | 2025-01-10 | here
        """,
    )


def test_under_imputed_a_month_or_a_year_counts_on_its_middle_day_and_is_shown_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="imputed",
        diagnosis=PARTIAL,
        expect="""
        person | on_day     | status
        -------+------------+----------------------
        amina  | 2025-02-28 | here
        drita  | 2025-03-31 | here_imputed
        edona  | 2025-03-31 | abroad_imputed
        hana   | 2025-01-01 | unknown_place_imputed
        jeta   | 2025-01-10 | here
        """,
    )
    counted(
        MEASURE,
        period="2025-Q3",
        profile="imputed",
        diagnosis=PARTIAL,
        expect="""
        person | on_day     | status
        -------+------------+-------------
        besa   | 2025-07-02 | here_imputed
        """,
    )
