"""What the latest viral load of people on ART says of suppression, at every limit.

Everybody here has been on ART for over a year at the end of March 2025.
"""

import pytest

MEASURE = "viral_suppression"

ON_ART = """
    person | line | from on    | to on      | facility
    -------+------+------------+------------+---------
    amina  | art  | 2024-01-10 | 2025-03-31 | clinic
    """

# What the laboratory wrote, as the interval it allows; and what each reading makes of it.
LIMITS = """
    50          | 50    | 50   | no  | suppressed   | suppressed   | suppressed
    199         | 199   | 199  | no  | suppressed   | suppressed   | suppressed
    200         | 200   | 200  | no  | suppressed   | suppressed   | unsuppressed
    999         | 999   | 999  | no  | suppressed   | suppressed   | unsuppressed
    1000        | 1000  | 1000 | no  | unsuppressed | suppressed   | unsuppressed
    1001        | 1001  | 1001 | no  | unsuppressed | unsuppressed | unsuppressed
    nothing     | 0     | 0    | no  | suppressed   | suppressed   | suppressed
    <40         | 0     | 40   | yes | suppressed   | suppressed   | suppressed
    <200        | 0     | 200  | yes | suppressed   | suppressed   | suppressed
    <=200       | 0     | 200  | no  | suppressed   | suppressed   | unknown
    <1000       | 0     | 1000 | yes | suppressed   | suppressed   | unknown
    <=1000      | 0     | 1000 | no  | unknown      | suppressed   | unknown
    <1001       | 0     | 1001 | yes | unknown      | unknown      | unknown
    >200        | 200   | inf  | no  | unknown      | unknown      | unsuppressed
    >1000       | 1000  | inf  | no  | unsuppressed | unknown      | unsuppressed
    >1001       | 1001  | inf  | no  | unsuppressed | unsuppressed | unsuppressed
    detected    | 0     | inf  | no  | unknown      | unknown      | unknown
    unreadable  |       |      | no  | not_tested   | not_tested   | not_tested
    """


def _limits():
    for line in LIMITS.strip().splitlines():
        said, low, high, is_open, *statuses = (cell.strip() for cell in line.split("|"))
        for profile, status in zip(("below_1000", "at_most_1000", "below_200"), statuses, strict=True):
            yield pytest.param(low, high, is_open, profile, status, id=f"{said} {profile}")


@pytest.mark.parametrize(("low", "high", "is_open", "profile", "status"), tuple(_limits()))
def test_a_result_is_judged_by_all_that_it_allows(counted, low, high, is_open, profile, status):
    counted(
        MEASURE,
        period="2025-Q1",
        profile=profile,
        coverage=ON_ART,
        laboratory=f"""
        person | facility | collected  | value lo | value hi | value hi open
        -------+----------+------------+----------+----------+--------------
        amina  | clinic   | 2025-02-01 | {low}    | {high}   | {is_open}
        """,
        expect=f"""
        person | status
        -------+---------
        amina  | {status}
        """,
    )


def test_nobody_without_a_result_is_unsuppressed(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage=ON_ART,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        amina  | clinic   | 2024-03-31 | 90000    | 90000
        """,
        expect="""
        person | status
        -------+-----------
        amina  | not_tested
        """,
    )


def test_the_latest_valid_result_by_collection_counts(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-01-10 | 2025-03-31 | clinic
        besa   | art  | 2024-01-10 | 2025-03-31 | clinic
        drita  | art  | 2024-01-10 | 2025-03-31 | clinic
        edona  | art  | 2024-01-10 | 2025-03-31 | clinic
        """,
        laboratory="""
        person | facility | collected  | result on  | value lo | value hi
        -------+----------+------------+------------+----------+---------
        amina  | clinic   | 2024-09-01 | 2024-09-10 | 5000     | 5000
        amina  | clinic   | 2025-02-01 | 2025-02-10 | 50       | 50
        besa   | clinic   | 2025-02-01 | 2025-02-03 | 5000     | 5000
        besa   | clinic   | 2025-01-20 | 2025-03-10 | 50       | 50
        drita  | clinic   | 2025-02-01 | 2025-02-10 |          |
        drita  | clinic   | 2024-09-01 | 2024-09-10 | 50       | 50
        edona  | clinic   | 2025-04-01 | 2025-04-02 | 5000     | 5000
        edona  | clinic   | 2025-02-01 | 2025-02-10 | 50       | 50
        """,
        expect="""
        person | status
        -------+-------------
        amina  | suppressed
        besa   | unsuppressed
        drita  | suppressed
        edona  | suppressed
        """,
    )


def test_of_two_on_one_day_the_later_by_the_hour_counts_else_the_higher(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        profile="below_200",
        coverage="""
        person | line | from on    | to on      | facility
        -------+------+------------+------------+---------
        amina  | art  | 2024-01-10 | 2025-03-31 | clinic
        besa   | art  | 2024-01-10 | 2025-03-31 | clinic
        drita  | art  | 2024-01-10 | 2025-03-31 | clinic
        edona  | art  | 2024-01-10 | 2025-03-31 | clinic
        flora  | art  | 2024-01-10 | 2025-03-31 | clinic
        """,
        laboratory="""
        person | facility | collected        | value lo | value hi | value hi open
        -------+----------+------------------+----------+----------+--------------
        amina  | clinic   | 2025-02-01 09:00 | 5000     | 5000     | no
        amina  | clinic   | 2025-02-01 15:00 | 80       | 80       | no
        besa   | clinic   | 2025-02-01       | 80       | 80       | no
        besa   | clinic   | 2025-02-01       | 5000     | 5000     | no
        drita  | clinic   | 2025-02-01       | 5000     | 5000     | no
        drita  | clinic   | 2025-02-01 08:00 | 80       | 80       | no
        edona  | clinic   | 2025-02-01       | 0        | 1000     | no
        edona  | clinic   | 2025-02-01       | 1000     | 1000     | no
        flora  | clinic   | 2025-02-01       | 0        | 200      | yes
        flora  | clinic   | 2025-02-01       | 0        | 200      | no
        """,
        expect="""
        person | status
        -------+-------------
        amina  | suppressed
        besa   | unsuppressed
        drita  | suppressed
        edona  | unsuppressed
        flora  | unknown
        """,
    )


def test_of_a_month_without_a_day_the_last_day_is_taken(counted):
    counted(
        MEASURE,
        period="2025-Q1",
        coverage=ON_ART,
        laboratory="""
        person | facility | collected  | value lo | value hi
        -------+----------+------------+----------+---------
        amina  | clinic   | 2025-02    | 5000     | 5000
        amina  | clinic   | 2025-02-20 | 50       | 50
        """,
        expect="""
        person | status
        -------+-------------
        amina  | unsuppressed
        """,
    )
