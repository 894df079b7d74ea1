"""Days on which a person had medicine."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from spec import drawn_oat, worlds
from spec.coverage_twin import coverage
from spec.derivations import cut, derived_rows
from spec.oat_records import every, names_order, order
from spec.world import ATC, administration

from examples import examples

EXAMPLES = examples(6)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_oat.worlds_of(dose=drawn_oat.DOSES, supply=drawn_oat.SUPPLIES), drawn_oat.CUT_DAYS)
def test_coverage_agrees_with_its_twin(world, cut_day):
    assert derived_rows("coverage", world, cut(str(cut_day))) == coverage(world, cut_day)


def check(expect, *, cut_day="2025-06-30", **tables):
    """Contract rows in; both derivation and twin must give the expected intervals."""
    world, at = worlds.world(**tables), cut(cut_day)
    found = derived_rows("coverage", world, at)
    headings, wanted = worlds.expected(expect)
    assert worlds.shown(found, headings) == wanted
    assert found == coverage(world, at.day)


def test_days_in_a_row_are_one_interval_and_a_day_without_a_dose_parts_them():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        amina  | prison   | 2025-03-02
        amina  | clinic   | 2025-03-03
        amina  | clinic   | 2025-03-05
        """,
        expect="""
        person | line | from_on    | to_on
        -------+------+------------+-----------
        amina  | oat  | 2025-03-01 | 2025-03-03
        amina  | oat  | 2025-03-05 | 2025-03-05
        """,
    )


def test_only_what_was_received_covers_and_a_day_that_is_not_known_covers_none():
    check(
        dose="""
        person | facility | given      | status
        -------+----------+------------+----------
        amina  | prison   | 2025-03-01 | not_given
        besa   | prison   | 2025-03-01 | partial
        drita  | prison   | 2025-03-01 | redose
        edona  | prison   | 2025-03    | given
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        besa   | 2025-03-01 | 2025-03-01
        drita  | 2025-03-01 | 2025-03-01
        """,
    )


def test_a_depot_covers_a_week_or_four():
    check(
        dose="""
        person | facility | given      | covers days
        -------+----------+------------+------------
        amina  | prison   | 2025-03-01 | 7
        amina  | prison   | 2025-03-08 | 28
        besa   | prison   | 2025-03-01 | 7
        besa   | prison   | 2025-03-09 | 7
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2025-03-01 | 2025-04-04
        besa   | 2025-03-01 | 2025-03-07
        besa   | 2025-03-09 | 2025-03-15
        """,
    )


def test_take_home_doses_begin_on_the_day_after_and_antiretrovirals_on_the_day():
    check(
        supply="""
        person | facility | line | supplied   | days
        -------+----------+------+------------+-----
        amina  | clinic   | oat  | 2025-03-01 | 2
        besa   | clinic   | art  | 2025-03-01 | 2
        """,
        expect="""
        person | line | from_on    | to_on
        -------+------+------------+-----------
        amina  | oat  | 2025-03-02 | 2025-03-03
        besa   | art  | 2025-03-01 | 2025-03-02
        """,
    )


def test_what_is_fetched_early_is_added_to_the_end_and_what_is_fetched_late_begins_then():
    check(
        supply="""
        person | facility | supplied   | days
        -------+----------+------------+-----
        amina  | clinic   | 2025-01-01 | 90
        amina  | clinic   | 2025-03-22 | 90
        besa   | clinic   | 2025-01-01 | 90
        besa   | clinic   | 2025-04-02 | 30
        drita  | clinic   | 2025-01-01 | 90
        drita  | clinic   | 2025-04-01 | 30
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2025-01-01 | 2025-06-29
        besa   | 2025-01-01 | 2025-03-31
        besa   | 2025-04-02 | 2025-05-01
        drita  | 2025-01-01 | 2025-04-30
        """,
    )


def test_two_medicines_handed_over_together_are_taken_together():
    check(
        supply="""
        person | facility | supplied   | days | atc
        -------+----------+------------+------+--------
        amina  | clinic   | 2025-03-01 | 30   | J05AR12
        amina  | clinic   | 2025-03-01 | 30   | J05AJ03
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2025-03-01 | 2025-03-30
        """,
    )


def test_days_that_are_not_said_are_those_assumed_and_without_any_nothing_is_covered():
    check(
        supply="""
        person | facility | supplied   | days | days assumed
        -------+----------+------------+------+-------------
        amina  | clinic   | 2025-03-01 |      | 30
        besa   | clinic   | 2025-03-01 |      |
        drita  | clinic   | 2025-03    | 30   |
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2025-03-01 | 2025-03-30
        """,
    )


def test_a_statement_covers_its_period_from_the_first_sure_day_and_an_open_one_up_to_the_cut():
    check(
        cut_day="2025-03-31",
        supply="""
        person | facility | kind   | supplied   | until on
        -------+----------+--------+------------+-----------
        amina  | clinic   | stated | 2025-03-01 | 2025-03-10
        besa   | clinic   | stated | 2025-02    |
        drita  | clinic   | stated | 2025-04-01 |
        edona  | clinic   | stated | 2025-04-01 | 2025-04-10
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2025-03-01 | 2025-03-10
        besa   | 2025-02-28 | 2025-03-31
        """,
    )


def test_the_lines_of_a_person_are_apart():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        """,
        supply="""
        person | facility | line | kind         | supplied
        -------+----------+------+--------------+-----------
        amina  | prison   | art  | administered | 2025-03-02
        """,
        expect="""
        person | line | from_on    | to_on
        -------+------+------------+-----------
        amina  | oat  | 2025-03-01 | 2025-03-01
        amina  | art  | 2025-03-02 | 2025-03-02
        """,
    )


def test_what_is_dated_after_the_cut_covers_nothing():
    check(
        cut_day="2025-03-31",
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-31
        besa   | prison   | 2025-04-01
        """,
        expect="""
        person | from_on
        -------+-----------
        amina  | 2025-03-31
        """,
    )


def test_a_supply_of_more_than_a_year_is_a_slip_of_the_pen():
    check(
        supply="""
        person | facility | supplied   | days
        -------+----------+------------+---------
        amina  | clinic   | 2024-01-01 | 90000000
        """,
        expect="""
        person | from_on    | to_on
        -------+------------+-----------
        amina  | 2024-01-01 | 2024-12-31
        """,
    )


def handed_over(id_, on, days, *, line="art"):
    code = {"art": "J05AR27", "oat": "N07BC02"}[line]
    return {
        "resourceType": "MedicationDispense",
        "id": id_,
        "status": "completed",
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": code}]},
        "subject": {"reference": "Patient/amina"},
        "whenHandedOver": on,
        "daysSupply": {"value": days, "unit": "d"},
        "performer": [{"actor": {"reference": "Organization/clinic"}}],
    }


def covered(world, line):
    return [(one["from_on"], one["to_on"]) for one in world.tables["coverage"] if one["line"] == line]


def test_from_records_antiretrovirals_fetched_early_are_added_to_the_end_of_90_days(derived):
    world = derived(handed_over("1", "2025-01-01", 90), handed_over("2", "2025-03-22", 90))
    assert covered(world, "art") == [(date(2025, 1, 1), date(2025, 6, 29))]


def test_from_records_a_dose_and_what_is_taken_home_after_it_are_one_interval(derived):
    world = derived(administration("1"), handed_over("2", "2025-03-01", 2, line="oat"))
    assert covered(world, "oat") == [(date(2025, 3, 1), date(2025, 3, 3))]


def test_from_records_a_depot_of_a_weekly_order_covers_seven_days(derived):
    weekly = order("weekly", code="N07BC01", repeat=every(1, "wk"))
    world = derived(weekly, administration("1", code="N07BC01", **names_order("weekly")))
    assert covered(world, "oat") == [(date(2025, 3, 1), date(2025, 3, 7))]


def test_the_night_of_the_clock_change_has_its_own_day(derived):
    world = derived(
        administration("1", effective="2025-03-29T23:30:00Z"),
        administration("2", effective="2025-03-30T21:59:00Z"),
        administration("3", effective="2025-03-30T22:00:00Z"),
    )
    assert covered(world, "oat") == [(date(2025, 3, 30), date(2025, 3, 31))]
