"""Who is diagnosed with HIV, alive and in the country at the end of the last day."""

MEASURE = "diagnosed"


def test_who_was_confirmed_by_the_last_day_is_diagnosed(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed  | certainty   | condition         | place
        -------+----------+------------+-------------+-------------------+-------
        amina  | clinic   | 2025-03-31 | confirmed   | hiv               | here
        besa   | clinic   | 2025-04-01 | confirmed   | hiv               | here
        drita  | clinic   | 2015       | confirmed   | hiv               | abroad
        edona  | clinic   | 2025       | confirmed   | hiv               | here
        flora  | clinic   |            | confirmed   | hiv               | here
        gent   | clinic   | 2024-01-01 | refuted     | hiv               | here
        hana   | clinic   | 2024-01-01 | provisional | hiv               | here
        ilir   | clinic   | 2024-01-01 | confirmed   | opioid_dependence | here
        jeta   | clinic   | 2024-01-01 | confirmed   | hiv               | unknown
        jeta   | clinic   | 2024-05-01 | confirmed   | hiv               | here
        """,
        expect="""
        person | status    | on_day
        -------+-----------+-----------
        amina  | diagnosed | 2025-03-31
        drita  | diagnosed | 2025-03-31
        jeta   | diagnosed | 2025-03-31
        """,
    )


def test_who_surely_died_by_the_last_day_is_not(counted):
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
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2024-01-01
        besa   | clinic   | 2024-01-01
        drita  | clinic   | 2024-01-01
        edona  | clinic   | 2024-01-01
        """,
        expect="""
        person
        ------
        besa
        edona
        """,
    )


def test_who_was_deported_or_emigrated_by_the_last_day_is_not(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2024-01-01
        besa   | clinic   | 2024-01-01
        drita  | clinic   | 2024-01-01
        edona  | clinic   | 2024-01-01
        flora  | clinic   | 2024-01-01
        gent   | clinic   | 2024-01-01
        hana   | clinic   | 2024-01-01
        ilir   | clinic   | 2024-01-01
        """,
        transition="""
        person | kind    | moved at         | moved on   | exit reason
        -------+---------+------------------+------------+-------------
        amina  | release | 2025-03-31 23:00 | 2025-03-31 | deported
        besa   | release | 2025-04-01 08:00 | 2025-04-01 | deported
        drita  | release | 2025-03-31 08:00 | 2025-03-31 | release_planned
        """,
        treatment="""
        person | facility | start      | stop       | stop reason     | line
        -------+----------+------------+------------+-----------------+-----
        edona  | clinic   | 2024-01-01 | 2025-03-31 | emigrated       | art
        flora  | clinic   | 2024-01-01 | 2025       | emigrated       | art
        gent   | clinic   | 2024-01-01 | 2025-03    | emigrated       | oat
        hana   | clinic   | 2024-01-01 | 2025-03-01 | recorded_ltfu   | art
        ilir   | clinic   | 2024-01-01 | 2025-03-01 | transferred_out | art
        """,
        expect="""
        person
        ------
        besa
        drita
        flora
        hana
        ilir
        """,
    )


def test_who_did_anything_here_on_a_later_day_is_back(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2019-01-01
        besa   | clinic   | 2019-01-01
        drita  | clinic   | 2019-01-01
        edona  | clinic   | 2019-01-01
        flora  | clinic   | 2019-01-01
        gent   | clinic   | 2019-01-01
        hana   | clinic   | 2019-01-01
        ilir   | clinic   | 2019-01-01
        jeta   | clinic   | 2019-01-01
        kaltrina | clinic | 2019-01-01
        lule   | clinic   | 2019-01-01
        """,
        treatment="""
        person | facility | start      | stop       | stop reason
        -------+----------+------------+------------+------------
        amina  | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        besa   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        drita  | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        edona  | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        flora  | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        gent   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        gent   | clinic   | 2024-05-11 |            |
        hana   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        ilir   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        jeta   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        kaltrina | clinic | 2020-01-01 | 2024-05-10 | emigrated
        lule   | clinic   | 2020-01-01 | 2024-05-10 | emigrated
        """,
        transition="""
        person | kind      | moved at         | moved on   | exit reason
        -------+-----------+------------------+------------+------------
        amina  | reception | 2024-05-11 08:00 | 2024-05-11 |
        besa   | reception | 2024-05-10 08:00 | 2024-05-10 |
        drita  | reception | 2025-04-01 08:00 | 2025-04-01 |
        edona  | reception | 2024-06-01 08:00 | 2024-06-01 |
        edona  | release   | 2024-07-01 08:00 | 2024-07-01 | deported
        """,
        supply="""
        person | facility | supplied   | kind
        -------+----------+------------+----------
        flora  | clinic   | 2024-05-11 | dispensed
        hana   | clinic   | 2024-05-11 | stated
        ilir   | clinic   | 2024-05    | dispensed
        """,
        hiv_test="""
        person | facility | performed
        -------+----------+-----------
        jeta   | clinic   | 2025-03-31
        """,
        laboratory="""
        person   | facility | collected
        ---------+----------+-----------
        kaltrina | clinic   | 2025-03-31
        """,
        dose="""
        person | facility | given      | status
        -------+----------+------------+----------
        lule   | clinic   | 2025-03-30 | given
        hana   | clinic   | 2025-03-30 | not_given
        """,
        expect="""
        person
        --------
        amina
        flora
        gent
        jeta
        kaltrina
        lule
        """,
    )


def test_the_place_is_that_of_the_person_at_the_end_of_the_day_or_of_the_first_diagnosis(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        diagnosis="""
        person | facility | diagnosed
        -------+----------+-----------
        amina  | clinic   | 2024-01-01
        besa   | clinic   | 2024-02-01
        besa   | prison   | 2024-01-01
        """,
        setting_at="""
        person | from at          | to at | setting | facility     | legal status
        -------+------------------+-------+---------+--------------+-------------
        amina  | 2025-03-31 23:59 |       | prison  | prison north | pretrial
        besa   | 2025-04-01 00:00 |       | prison  | prison north | pretrial
        """,
        expect="""
        person | facility     | setting   | legal_status
        -------+--------------+-----------+-------------
        amina  | prison north | prison    | pretrial
        besa   | prison       | community | unknown
        """,
    )


LOST = {
    "diagnosis": """
        person   | facility | diagnosed  | certainty
        ---------+----------+------------+----------
        amina    | clinic   | 2024-03-31 | confirmed
        besa     | clinic   | 2024-04-01 | confirmed
        drita    | clinic   | 2019-01-01 | confirmed
        edona    | clinic   | 2019-01-01 | confirmed
        flora    | clinic   | 2019-01-01 | confirmed
        gent     | clinic   | 2019-01-01 | confirmed
        hana     | clinic   | 2019-01-01 | confirmed
        ilir     | clinic   | 2019-01-01 | confirmed
        jeta     | clinic   | 2019-01-01 | confirmed
        kaltrina | clinic   | 2019-01-01 | confirmed
        lule     | clinic   | 2019-01-01 | confirmed
        mira     | clinic   | 2019-01-01 | confirmed
        nora     | clinic   | 2019-01-01 | confirmed
        """,
    "coverage": """
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        drita  | art  | 2024-01-01 | 2024-03-31 | clinic
        edona  | art  | 2024-01-01 | 2024-04-01 | clinic
        flora  | oat  | 2024-01-01 | 2025-03-31 | clinic
        """,
    "supply": """
        person | facility | supplied   | line | kind
        -------+----------+------------+------+----------
        gent   | clinic   | 2024       | art  | dispensed
        hana   | clinic   | 2024-06-01 | prep | dispensed
        hana   | clinic   | 2024-06-01 | art  | stated
        """,
    "laboratory": """
        person | facility | collected
        -------+----------+-----------
        ilir   | clinic   | 2025-03-31
        nora   | clinic   | 2025-04-01
        """,
    "hiv_test": """
        person   | facility | performed  | purpose
        ---------+----------+------------+---------------
        jeta     | clinic   | 2024-06-01 | known_positive
        kaltrina | clinic   | 2024-06-01 | diagnostic
        """,
    "treatment": """
        person | facility | start      | stop       | line | stop reason
        -------+----------+------------+------------+------+------------
        lule   | clinic   | 2024-06-01 |            | art  |
        mira   | clinic   | 2019-01-01 | 2024-06-01 | art  | stopped
        mira   | clinic   | 2024-06-01 |            | oat  |
        """,
}


def test_who_is_lost_to_follow_up_is_kept(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        **LOST,
        expect="""
        person
        --------
        amina
        besa
        drita
        edona
        flora
        gent
        hana
        ilir
        jeta
        kaltrina
        lule
        mira
        nora
        """,
    )


def test_under_lost_removed_hiv_care_has_to_be_of_the_last_365_days(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="lost_removed",
        **LOST,
        expect="""
        person
        ------
        besa
        edona
        gent
        ilir
        jeta
        lule
        """,
    )
