"""Days on which a dose was due, where, and what became of each."""

from hypothesis import HealthCheck, given, settings
from spec import drawn_oat, worlds
from spec.derivations import cut, derived_rows
from spec.due_day_twin import due_days

from examples import examples

EXAMPLES = examples(6)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn_oat.worlds_of(
        treatment_order=drawn_oat.ORDERS,
        hold=drawn_oat.HOLDS,
        dose=drawn_oat.DOSES,
        supply=drawn_oat.SUPPLIES,
        setting_at=drawn_oat.STAYS,
    ),
    drawn_oat.CUT_DAYS,
)
def test_due_days_agree_with_their_twin(world, cut_day):
    assert derived_rows("due_day", world, cut(str(cut_day))) == due_days(world, cut_day)


def check(expect, *, cut_day="2025-06-30", **tables):
    """Contract rows in; both derivation and twin must give the expected due days."""
    world, at = worlds.world(**tables), cut(cut_day)
    found = derived_rows("due_day", world, at)
    headings, wanted = worlds.expected(expect)
    assert worlds.shown(found, headings) == wanted
    assert found == due_days(world, at.day)


def test_every_day_of_a_daily_order_is_due_from_its_first_to_its_last():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | prison   | 2025-03-01 | 2025-03-03
        """,
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-02-28
        amina  | prison   | 2025-03-01
        amina  | prison   | 2025-03-04
        """,
        expect="""
        person | due_on     | facility | outcome
        -------+------------+----------+-------------
        amina  | 2025-03-01 | prison   | given
        amina  | 2025-03-02 | prison   | not_recorded
        amina  | 2025-03-03 | prison   | not_recorded
        """,
    )


def test_an_open_order_is_due_up_to_the_cut():
    check(
        cut_day="2025-03-02",
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+---------
        amina  | prison   | 2025-03-01 |
        besa   | prison   | 2025-03-03 |
        """,
        expect="""
        person | due_on
        -------+-----------
        amina  | 2025-03-01
        amina  | 2025-03-02
        """,
    )


def test_doses_without_an_order_make_nothing_due():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        besa   | prison   | 2025-03-01
        """,
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        besa   | prison   | 2025-03-02 | 2025-03-02
        """,
        expect="""
        person | due_on     | outcome
        -------+------------+-------------
        besa   | 2025-03-02 | not_recorded
        """,
    )


def test_the_day_of_a_split_dose_is_given_if_one_of_the_two_was():
    check(
        treatment_order="""
        person | facility | times | valid from | valid to
        -------+----------+-------+------------+-----------
        amina  | prison   | 2     | 2025-03-01 | 2025-03-02
        """,
        dose="""
        person | facility | given            | status    | reason
        -------+----------+------------------+-----------+--------
        amina  | prison   | 2025-03-01 08:00 | given     |
        amina  | prison   | 2025-03-01 18:00 | not_given | refused
        amina  | prison   | 2025-03-02 08:00 | not_given | refused
        amina  | prison   | 2025-03-02 18:00 | not_given | refused
        """,
        expect="""
        person | due_on     | outcome
        -------+------------+--------
        amina  | 2025-03-01 | given
        amina  | 2025-03-02 | refused
        """,
    )


def test_a_dose_begun_or_given_again_and_one_at_another_site_are_given():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | prison   | 2025-03-01 | 2025-03-01
        besa   | prison   | 2025-03-01 | 2025-03-01
        drita  | prison   | 2025-03-01 | 2025-03-01
        """,
        dose="""
        person | facility | given      | status
        -------+----------+------------+--------
        amina  | prison   | 2025-03-01 | partial
        besa   | prison   | 2025-03-01 | redose
        drita  | clinic   | 2025-03-01 | given
        """,
        expect="""
        person | facility | outcome
        -------+----------+--------
        amina  | prison   | given
        besa   | prison   | given
        drita  | prison   | given
        """,
    )


def test_of_several_reasons_the_institutions_goes_before_the_patients():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | prison   | 2025-03-01 | 2025-03-01
        besa   | prison   | 2025-03-01 | 2025-03-01
        drita  | prison   | 2025-03-01 | 2025-03-01
        edona  | prison   | 2025-03-01 | 2025-03-01
        """,
        dose="""
        person | facility | given      | status    | reason
        -------+----------+------------+-----------+---------
        amina  | prison   | 2025-03-01 | not_given | absent
        amina  | prison   | 2025-03-01 | not_given | refused
        besa   | prison   | 2025-03-01 | not_given | refused
        besa   | prison   | 2025-03-01 | not_given | lockdown
        drita  | prison   | 2025-03-01 | not_given | refused
        drita  | prison   | 2025-03-01 | not_given | other
        edona  | prison   | 2025-03-01 | not_given |
        """,
        expect="""
        person | outcome
        -------+-------------
        amina  | refused
        besa   | lockdown
        drita  | other
        edona  | other
        """,
    )


def test_a_clinical_hold_is_not_due_and_a_hold_because_of_missed_doses_stays_due():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | prison   | 2025-03-01 | 2025-03-04
        besa   | prison   | 2025-03-01 | 2025-03-02
        drita  | prison   | 2025-03-01 | 2025-03-02
        """,
        hold="""
        person | from on    | to on      | reason
        -------+------------+------------+-------------
        amina  | 2025-03-02 | 2025-03-03 | clinical
        besa   | 2025-03-01 |            | missed_doses
        drita  | 2025-03-02 |            | clinical
        drita  | 2025-03-02 |            | missed_doses
        """,
        expect="""
        person | due_on
        -------+-----------
        amina  | 2025-03-01
        amina  | 2025-03-04
        besa   | 2025-03-01
        besa   | 2025-03-02
        drita  | 2025-03-01
        """,
    )


def test_a_dose_that_a_clinician_withheld_was_not_due_unless_one_was_given_after_all():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | prison   | 2025-03-01 | 2025-03-01
        besa   | prison   | 2025-03-01 | 2025-03-01
        """,
        dose="""
        person | facility | given            | status    | reason
        -------+----------+------------------+-----------+---------
        amina  | prison   | 2025-03-01 08:00 | not_given | clinical
        amina  | prison   | 2025-03-01 18:00 | not_given | refused
        besa   | prison   | 2025-03-01 08:00 | not_given | clinical
        besa   | prison   | 2025-03-01 12:00 | given     |
        """,
        expect="""
        person | outcome
        -------+--------
        besa   | given
        """,
    )


def test_take_home_doses_cover_their_days_and_not_that_of_the_supply():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | clinic   | 2025-03-01 | 2025-03-05
        """,
        supply="""
        person | facility | line | supplied   | days
        -------+----------+------+------------+-----
        amina  | clinic   | oat  | 2025-03-02 | 2
        amina  | clinic   | art  | 2025-03-01 | 90
        """,
        expect="""
        person | due_on
        -------+-----------
        amina  | 2025-03-01
        amina  | 2025-03-02
        amina  | 2025-03-05
        """,
    )


def test_a_depot_is_due_on_the_first_day_and_then_by_the_interval_from_the_last_given():
    check(
        cut_day="2025-03-31",
        treatment_order="""
        person | facility | atc     | interval days | valid from | valid to
        -------+----------+---------+---------------+------------+---------
        amina  | clinic   | N07BC01 | 7             | 2025-03-01 |
        besa   | clinic   | N07BC01 | 28            | 2025-03-01 |
        """,
        dose="""
        person | facility | atc     | covers days | given
        -------+----------+---------+-------------+-----------
        amina  | clinic   | N07BC01 | 7           | 2025-03-01
        amina  | clinic   | N07BC01 | 7           | 2025-03-10
        amina  | clinic   | N07BC01 | 7           | 2025-03-16
        besa   | clinic   | N07BC01 | 28          | 2025-03-01
        """,
        expect="""
        person | due_on     | outcome
        -------+------------+-------------
        amina  | 2025-03-01 | given
        amina  | 2025-03-08 | not_recorded
        amina  | 2025-03-23 | not_recorded
        amina  | 2025-03-30 | not_recorded
        besa   | 2025-03-01 | given
        besa   | 2025-03-29 | not_recorded
        """,
    )


def test_a_depot_that_still_lasts_puts_off_the_first_of_a_new_order_and_the_days_of_a_daily_one():
    check(
        treatment_order="""
        person | facility | atc     | interval days | valid from | valid to
        -------+----------+---------+---------------+------------+-----------
        amina  | clinic   | N07BC01 | 7             | 2025-03-01 | 2025-03-04
        amina  | clinic   | N07BC01 | 28            | 2025-03-05 | 2025-04-30
        besa   | clinic   | N07BC01 | 1             | 2025-02-28 | 2025-03-09
        """,
        dose="""
        person | facility | atc     | covers days | given
        -------+----------+---------+-------------+-----------
        amina  | clinic   | N07BC01 | 7           | 2025-03-01
        amina  | clinic   | N07BC01 | 28          | 2025-03-08
        besa   | clinic   | N07BC01 | 7           | 2025-03-01
        """,
        expect="""
        person | due_on     | outcome
        -------+------------+-------------
        amina  | 2025-03-01 | given
        amina  | 2025-03-08 | given
        amina  | 2025-04-05 | not_recorded
        besa   | 2025-02-28 | not_recorded
        besa   | 2025-03-01 | given
        besa   | 2025-03-08 | not_recorded
        besa   | 2025-03-09 | not_recorded
        """,
    )


def test_two_orders_on_one_day_are_one_due_day_at_the_place_of_the_later():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | centre   | 2025-03-02 | 2025-03-03
        amina  | clinic   | 2025-03-01 | 2025-03-02
        """,
        expect="""
        person | due_on     | facility
        -------+------------+---------
        amina  | 2025-03-01 | clinic
        amina  | 2025-03-02 | centre
        amina  | 2025-03-03 | centre
        """,
    )


def test_the_dead_are_not_due_from_the_day_on_which_they_surely_had_died():
    check(
        person="""
        person | died
        -------+-----------
        amina  | 2025-03-02
        besa   | 2025-02
        """,
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | clinic   | 2025-03-01 | 2025-03-04
        besa   | clinic   | 2025-02-27 | 2025-03-04
        """,
        expect="""
        person | due_on
        -------+-----------
        amina  | 2025-03-01
        besa   | 2025-02-27
        """,
    )


def test_a_person_is_due_in_the_prison_that_holds_them_at_noon_else_where_the_order_is_from():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | clinic   | 2025-03-01 | 2025-03-03
        """,
        setting_at="""
        person | from at          | to at            | setting   | facility
        -------+------------------+------------------+-----------+---------
        amina  | 2025-03-01 12:00 | 2025-03-02 12:00 | prison    | prison
        amina  | 2025-03-02 12:00 |                  | community | centre
        """,
        expect="""
        person | due_on     | facility
        -------+------------+---------
        amina  | 2025-03-01 | prison
        amina  | 2025-03-02 | clinic
        amina  | 2025-03-03 | clinic
        """,
    )


def test_noon_is_noon_on_the_night_of_the_clock_change():
    check(
        treatment_order="""
        person | facility | valid from | valid to
        -------+----------+------------+-----------
        amina  | clinic   | 2025-03-30 | 2025-03-30
        besa   | clinic   | 2025-03-30 | 2025-03-30
        drita  | clinic   | 2025-10-26 | 2025-10-26
        """,
        cut_day="2025-12-31",
        setting_at="""
        person | from at          | to at            | setting | facility
        -------+------------------+------------------+---------+---------
        amina  | 2025-03-29 12:00 | 2025-03-30 12:30 | prison  | prison
        besa   | 2025-03-29 12:00 | 2025-03-30 11:30 | prison  | prison
        drita  | 2025-10-26 11:30 | 2025-10-26 12:30 | prison  | prison
        """,
        expect="""
        person | due_on     | facility
        -------+------------+---------
        amina  | 2025-03-30 | prison
        besa   | 2025-03-30 | clinic
        drita  | 2025-10-26 | prison
        """,
    )
