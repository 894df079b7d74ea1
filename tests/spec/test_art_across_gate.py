"""Who of those released on ART is seen again, who has medicine, and what became of the others.

In these worlds everybody is released on 3 March 2025 unless a table says otherwise, which makes 31 March day 28.
"""

import pytest

MEASURE = "art_across_gate"

CLINIC = """
    facility | setting   | art | first report on | last report on
    ---------+-----------+-----+-----------------+---------------
    clinic   | community | yes | 2024-01-01      | 2026-06-30
    """


def _released(*people: str) -> str:
    heading = "person | kind | moved at | moved on | from facility key | legal status"
    rows = [f"{one} | release | 2025-03-03 10:00 | 2025-03-03 | prison | sentenced" for one in people]
    return "\n".join([heading, *rows])


def _on_art(*people: str, to: str = "2025-03-03") -> str:
    rows = [f"{one} | art | 2025-01-01 | {to} | prison" for one in people]
    return "\n".join(["person | line | from on | to on | facility", *rows])


def test_seen_is_who_was_given_art_outside_of_prison_within_the_window(counted):
    people = ("amina", "besa", "drita", "edona", "flora", "gent", "hana", "ilir", "jeta")
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        transition=_released(*people),
        coverage=_on_art(*people),
        supply="""
        person | facility | supplied   | line | kind
        -------+----------+------------+------+-------------
        amina  | clinic   | 2025-03-03 | art  | dispensed
        besa   | clinic   | 2025-03-31 | art  | administered
        drita  | clinic   | 2025-04-01 | art  | dispensed
        edona  | prison   | 2025-03-10 | art  | dispensed
        flora  | clinic   | 2025-03-10 | art  | stated
        gent   | clinic   | 2025-03-10 | prep | dispensed
        hana   | unknown  | 2025-03-04 | art  | dispensed
        ilir   | unknown  | 2025-03-03 | art  | dispensed
        jeta   | clinic   | 2025-03-02 | art  | dispensed
        """,
        expect="""
        person | event      | facility | setting | legal_status | status
        -------+------------+----------+---------+--------------+---------
        amina  | 2025-03-03 | prison   | prison  | sentenced    | seen
        besa   | 2025-03-03 | prison   | prison  | sentenced    | seen
        drita  | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        edona  | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        flora  | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        gent   | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        hana   | 2025-03-03 | prison   | prison  | sentenced    | seen
        ilir   | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        jeta   | 2025-03-03 | prison   | prison  | sentenced    | not_seen
        """,
    )


def test_a_supply_whose_day_is_not_known_makes_nobody_seen(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        transition=_released("amina"),
        coverage=_on_art("amina"),
        supply="""
        person | facility | supplied
        -------+----------+---------
        amina  | clinic   | 2025-03
        """,
        expect="""
        person | status
        -------+---------
        amina  | not_seen
        """,
    )


@pytest.mark.parametrize(
    ("profile", "last", "next_day"),
    [
        ("days_7", "2025-03-10", "2025-03-11"),
        ("days_28", "2025-03-31", "2025-04-01"),
        ("days_90", "2025-06-01", "2025-06-02"),
    ],
)
def test_each_reading_has_its_last_day(counted, profile, last, next_day):
    counted(
        MEASURE,
        period="2025-Q1",
        profile=profile,
        facility=CLINIC,
        transition=_released("amina", "besa"),
        coverage=_on_art("amina", "besa"),
        supply=f"""
        person | facility | supplied
        -------+----------+-----------
        amina  | clinic   | {last}
        besa   | clinic   | {next_day}
        """,
        expect="""
        person | status
        -------+---------
        amina  | seen
        besa   | not_seen
        """,
    )


def test_medicine_in_hand_for_all_of_the_window_is_no_visit_and_shown_apart(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        transition=_released("amina", "besa", "drita", "edona", "flora", "gent", "hana"),
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-01 | 2025-03-31 | prison
        besa   | art  | 2025-01-01 | 2025-03-30 | prison
        drita  | art  | 2025-01-01 | 2025-06-01 | prison
        edona  | art  | 2025-01-01 | 2026-06-30 | prison
        flora  | art  | 2025-01-01 | 2025-02-20 | prison
        flora  | art  | 2025-03-03 | 2025-04-01 | prison
        gent   | art  | 2025-01-01 | 2025-02-20 | prison
        gent   | art  | 2025-03-04 | 2025-04-02 | prison
        hana   | art  | 2025-01-01 | 2026-06-30 | prison
        """,
        supply="""
        person | facility | supplied   | days | kind
        -------+----------+------------+------+---------------
        amina  | prison   | 2025-03-03 | 30   | release_supply
        besa   | prison   | 2025-03-03 | 30   | release_supply
        drita  | prison   | 2025-03-03 | 90   | release_supply
        drita  | clinic   | 2025-03-20 | 30   | dispensed
        edona  | prison   | 2025-01-01 |      | stated
        flora  | prison   | 2025-03-03 | 30   | release_supply
        gent   | prison   | 2025-03-04 | 30   | dispensed
        hana   | prison   | 2025-01-01 |      | administered
        """,
        expect="""
        person | status
        -------+--------------------------
        amina  | covered_by_release_supply
        besa   | not_seen
        drita  | seen
        edona  | not_seen
        flora  | covered_by_release_supply
        gent   | not_seen
        hana   | not_seen
        """,
    )


def test_only_who_was_on_art_the_day_before_continues(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        transition=_released("amina", "besa", "drita", "edona", "flora", "gent"),
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2025-01-01 | 2025-02-02 | prison
        besa   | art  | 2025-01-01 | 2025-02-01 | prison
        drita  | art  | 2025-03-02 | 2025-03-31 | prison
        edona  | art  | 2025-03-03 | 2025-03-31 | prison
        flora  | oat  | 2025-01-01 | 2025-03-31 | prison
        gent   | art  | 2025-01-01 | 2025-03-31 | prison
        """,
        treatment="""
        person | facility | line | start      | stop       | stop reason
        -------+----------+------+------------+------------+------------
        amina  | prison   | art  | 2025-01-01 | 2025-03-03 | stopped
        gent   | prison   | art  | 2025-01-01 | 2025-03-02 | stopped
        """,
        expect="""
        person | status
        -------+---------
        amina  | not_seen
        drita  | not_seen
        """,
    )


def test_custody_and_death_before_being_seen_are_shown_apart(counted):
    people = ("drita", "edona", "flora", "gent", "hana", "ilir")
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        person="""
        person | died
        -------+---------------------------
        amina  |
        besa   |
        drita  |
        edona  | 2025-03-31
        flora  | 2025-04-01
        gent   | 2025-03-03 to 2025-03-20
        hana   | 2025
        ilir   | 2025-03-31
        """,
        transition="""
        person | kind    | moved at         | moved on   | next custody on
        -------+---------+------------------+------------+----------------
        amina  | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-10
        besa   | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-31
        drita  | release | 2025-03-03 10:00 | 2025-03-03 | 2025-04-01
        edona  | release | 2025-03-03 10:00 | 2025-03-03 |
        flora  | release | 2025-03-03 10:00 | 2025-03-03 |
        gent   | release | 2025-03-03 10:00 | 2025-03-03 |
        hana   | release | 2025-03-03 10:00 | 2025-03-03 |
        ilir   | release | 2025-03-03 10:00 | 2025-03-03 |
        jeta   | release | 2025-03-03 10:00 | 2025-03-03 | 2025-03-10
        """,
        coverage=_on_art("amina", "besa", "jeta", *people, to="2025-05-31"),
        supply="""
        person | facility | supplied   | kind
        -------+----------+------------+---------------
        amina  | clinic   | 2025-03-10 | dispensed
        besa   | prison   | 2025-03-03 | release_supply
        edona  | prison   | 2025-03-03 | release_supply
        ilir   | clinic   | 2025-03-10 | dispensed
        jeta   | clinic   | 2025-03-09 | dispensed
        """,
        expect="""
        person | status
        -------+-----------------
        amina  | rearrested_first
        besa   | rearrested_first
        drita  | not_seen
        edona  | died_first
        flora  | not_seen
        gent   | died_first
        hana   | not_seen
        ilir   | seen
        jeta   | seen
        """,
    )


def test_transfers_deaths_and_deportations_are_no_releases_to_follow(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        facility=CLINIC,
        transition="""
        person | kind      | moved at         | moved on   | exit reason
        -------+-----------+------------------+------------+------------------
        amina  | release   | 2025-03-03 10:00 | 2025-03-03 | deported
        besa   | release   | 2025-03-03 10:00 | 2025-03-03 | death
        drita  | transfer  | 2025-03-03 10:00 | 2025-03-03 | transfer
        edona  | reception | 2025-03-03 10:00 | 2025-03-03 |
        flora  | release   | 2025-03-03 10:00 | 2025-03-03 | release_unplanned
        gent   | release   | 2025-03-03 10:00 | 2025-03-03 | escape
        hana   | release   | 2025-03-03 10:00 | 2025-03-03 |
        ilir   | release   | 2025-03-03 10:00 | 2025-03-03 | transfer
        """,
        coverage=_on_art("amina", "besa", "drita", "edona", "flora", "gent", "hana", "ilir"),
        expect="""
        person | facility | status
        -------+----------+---------
        flora  | unknown  | not_seen
        gent   | unknown  | not_seen
        hana   | unknown  | not_seen
        """,
    )


def test_nobody_is_judged_before_the_window_is_over(counted):
    counted(
        MEASURE,
        period="2026-05-01/2026-06-30",
        facility=CLINIC,
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2026-06-02 10:00 | 2026-06-02
        besa   | release | 2026-06-03 10:00 | 2026-06-03
        drita  | release | 2026-04-30 10:00 | 2026-04-30
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2026-01-01 | 2026-06-01 | prison
        besa   | art  | 2026-01-01 | 2026-06-01 | prison
        drita  | art  | 2026-01-01 | 2026-06-01 | prison
        """,
        supply="""
        person | facility | supplied
        -------+----------+-----------
        amina  | clinic   | 2026-06-10
        besa   | clinic   | 2026-06-10
        """,
        expect="""
        person | status
        -------+------------
        amina  | seen
        besa   | window_open
        """,
    )


def test_where_no_community_facility_reports_not_being_seen_says_nothing(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition="""
        person | kind    | moved at         | moved on
        -------+---------+------------------+-----------
        amina  | release | 2025-02-24 10:00 | 2025-02-24
        besa   | release | 2025-02-25 10:00 | 2025-02-25
        drita  | release | 2025-01-13 10:00 | 2025-01-13
        edona  | release | 2025-01-14 10:00 | 2025-01-14
        flora  | release | 2025-02-25 10:00 | 2025-02-25
        """,
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-12-01 | 2025-02-24 | prison
        besa   | art  | 2024-12-01 | 2025-02-25 | prison
        drita  | art  | 2024-12-01 | 2025-01-13 | prison
        edona  | art  | 2024-12-01 | 2025-01-14 | prison
        flora  | art  | 2024-12-01 | 2025-03-31 | prison
        """,
        supply="""
        person | facility | supplied   | kind
        -------+----------+------------+---------------
        flora  | prison   | 2025-02-25 | release_supply
        """,
        facility="""
        facility | setting   | art | first report on | last report on
        ---------+-----------+-----+-----------------+---------------
        clinic   | community | yes | 2025-02-11      | 2025-02-25
        hospital | community | no  | 2024-01-01      | 2026-06-30
        south    | community | yes |                 |
        prison   | prison    | yes | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+--------------------------
        amina  | not_seen
        besa   | receiving_area_silent
        drita  | receiving_area_silent
        edona  | not_seen
        flora  | covered_by_release_supply
        """,
    )


def test_a_facility_that_gives_art_reports_also_if_it_does_not_say_that_it_offers_it(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        transition=_released("amina"),
        coverage=_on_art("amina"),
        supply="""
        person | facility | supplied
        -------+----------+-----------
        besa   | clinic   | 2024-06-01
        """,
        facility="""
        facility | setting   | art | first report on | last report on
        ---------+-----------+-----+-----------------+---------------
        clinic   | community | no  | 2024-01-01      | 2026-06-30
        """,
        expect="""
        person | status
        -------+---------
        amina  | not_seen
        """,
    )
