"""Kaplan and Meier's estimate against numbers made by hand, and against what must always hold."""

import itertools
from fractions import Fraction
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cascade.survival import at_risk, kaplan_meier, survival_on

# Ten people: at risk 10, 9, 7, 4 on the days of an event.
BY_HAND = [
    (3, "gap"),
    (5, "censored"),
    (5, "death"),
    (8, "gap"),
    (8, "gap"),
    (9, "censored"),
    (12, "gap"),
    (15, "left_data"),
    (15, "open"),
    (20, "censored"),
]
ROWS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(("gap", "death", "censored"))), min_size=1, max_size=30
)


def test_the_table_of_ten_people():
    steps = kaplan_meier(BY_HAND)
    assert [(one.day, one.at_risk, one.events, one.censored) for one in steps] == [
        (3, 10, 1, 0),
        (5, 9, 1, 1),
        (8, 7, 2, 0),
        (9, 5, 0, 1),
        (12, 4, 1, 0),
        (15, 3, 0, 2),
        (20, 1, 0, 1),
    ]
    shares = [9 / 10, 8 / 10, 8 / 10 * 5 / 7, 4 / 7, 4 / 7 * 3 / 4, 3 / 7, 3 / 7]
    assert [one.survival for one in steps] == pytest.approx(shares)


def test_the_interval_is_greenwoods_on_the_scale_of_log_minus_log():
    step = next(one for one in kaplan_meier(BY_HAND) if one.day == 8)
    variance = 1 / (10 * 9) + 1 / (9 * 8) + 2 / (7 * 5)
    on_scale, error = log(-log(4 / 7)), sqrt(variance) / -log(4 / 7)
    assert step.lower == pytest.approx(exp(-exp(on_scale + 1.959964 * error)))
    assert step.upper == pytest.approx(exp(-exp(on_scale - 1.959964 * error)))


def test_the_interval_of_half_of_ten_people():
    # 10 followed, 5 with the event on day 1: 0.5, variance on the scale 0.1 / ln(0.5)^2, so 0.5 ** exp(+-0.8942).
    (step, _) = kaplan_meier([(1, "gap")] * 5 + [(2, "censored")] * 5)
    assert step.survival == 0.5
    assert (step.lower, step.upper) == (pytest.approx(0.1836, abs=1e-4), pytest.approx(0.7532, abs=1e-4))


def test_who_is_censored_on_the_day_of_an_event_was_at_risk_of_it():
    (step,) = kaplan_meier([(4, "censored"), (4, "gap")])
    assert (step.at_risk, step.events, step.censored, step.survival) == (2, 1, 1, 0.5)


def test_which_endings_are_the_event_is_an_argument():
    (step,) = kaplan_meier([(4, "gap"), (4, "death")], events=("death",))
    assert (step.events, step.censored) == (1, 1)


def test_there_are_no_bounds_before_the_first_event_and_at_a_share_of_nothing():
    first, last = kaplan_meier([(1, "censored"), (2, "gap")])
    assert (first.survival, first.lower, first.upper) == (1.0, None, None)
    assert (last.survival, last.lower, last.upper) == (0.0, None, None)


def test_nobody_makes_an_empty_table():
    assert kaplan_meier([]) == ()
    assert survival_on((), 183) == 1.0
    assert at_risk([], (0, 183)) == {0: 0, 183: 0}


def test_the_numbers_under_a_curve_are_who_lasted_to_that_day():
    assert at_risk(BY_HAND, (0, 3, 4, 8, 9, 20, 21)) == {0: 10, 3: 10, 4: 9, 8: 7, 9: 5, 20: 1, 21: 0}


def test_the_share_on_a_day_is_that_of_the_last_step_up_to_it():
    steps = kaplan_meier(BY_HAND)
    assert survival_on(steps, 2) == 1.0
    assert survival_on(steps, 3) == survival_on(steps, 4) == pytest.approx(0.9)
    assert survival_on(steps, 183) == pytest.approx(3 / 7)


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(("gap", "death"))), min_size=1, max_size=30))
def test_without_censoring_it_is_the_plain_proportion(rows):
    steps = kaplan_meier(rows)
    for day in range(-1, 14):
        assert survival_on(steps, day) == pytest.approx(
            sum(days > day for days, _ in rows) / len(rows), abs=1e-12
        )


@given(ROWS)
def test_with_censoring_it_is_the_product_of_the_share_that_lasts_each_day(rows):
    share = Fraction(1)
    steps = kaplan_meier(rows)
    for day in range(13):
        lasted = sum(days >= day for days, _ in rows)
        ended = sum(days == day and how != "censored" for days, how in rows)
        share *= 1 - Fraction(ended, lasted) if lasted else 1
        assert survival_on(steps, day) == pytest.approx(float(share), abs=1e-12)


@given(ROWS)
def test_everybody_leaves_once_and_the_share_only_falls_within_its_bounds(rows):
    steps = kaplan_meier(rows)
    assert sum(one.events + one.censored for one in steps) == len(rows)
    assert {one.day: one.at_risk for one in steps} == at_risk(rows, [one.day for one in steps])
    shares = [1.0, *(one.survival for one in steps)]
    assert all(later <= earlier for earlier, later in itertools.pairwise(shares))
    for one in steps:
        assert (one.lower is None) == (one.upper is None) == (one.survival in (0.0, 1.0))
        if one.lower is not None and one.upper is not None:
            assert 0.0 <= one.lower < one.survival < one.upper <= 1.0


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert kaplan_meier(mixed) == kaplan_meier(rows)
