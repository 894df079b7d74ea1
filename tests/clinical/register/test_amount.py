"""Amounts are exact, and what cannot be measured is refused instead of rounded."""

from decimal import Decimal

import pytest
from dispensary import METHADONE, TABLETS
from hypothesis import given
from hypothesis import strategies as st

from clinical.register.amount import amount_for, amount_in, counted, mg_in, moved
from clinical.register.errors import AmountRefused, NotMeasurable
from clinical.register.product import Form, StockProduct


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("6.5", "6.5"),
        ("6,5", "6.5"),
        (" 1000 ", "1000"),
        ("0", "0"),
        ("0.001", "0.001"),
        ("99999999.999", "99999999.999"),
    ],
)
def test_an_amount_is_typed_with_a_point_or_a_comma(typed: str, amount: str) -> None:
    assert amount_in(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    ["", "six", "-1", "0.0001", "1.0005", "100000000", "NaN", "Infinity", "1 000", "1.000,5", "1e999"],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(AmountRefused):
        amount_in(typed)


def test_nothing_is_counted_and_not_moved() -> None:
    assert counted(Decimal(0)) == 0
    assert moved(Decimal("0.001")) == Decimal("0.001")
    with pytest.raises(AmountRefused):
        moved(Decimal(0))


@pytest.mark.parametrize(("mg", "ml"), [("65", "6.5"), ("60", "6"), ("0.01", "0.001")])
def test_so_many_mg_are_so_many_ml(mg: str, ml: str) -> None:
    assert amount_for(Decimal(mg), METHADONE) == Decimal(ml)
    assert mg_in(Decimal(ml), METHADONE) == Decimal(mg)


def test_what_is_finer_than_can_be_measured_is_refused() -> None:
    with pytest.raises(NotMeasurable):
        amount_for(Decimal("0.005"), METHADONE)
    with pytest.raises(NotMeasurable):
        amount_for(Decimal(10), StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(3)))
    assert amount_for(Decimal(12), TABLETS) == Decimal("1.5")


@given(st.integers(1, 10**6), st.sampled_from(["0.4", "1", "2.5", "3", "5", "10"]))
def test_an_amount_that_is_given_back_holds_exactly_what_was_asked_for(mg: int, strength: str) -> None:
    product = StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(strength))
    try:
        amount = amount_for(Decimal(mg), product)
    except NotMeasurable:
        assert (Decimal(mg) * 1000) % Decimal(strength) != 0
    else:
        assert mg_in(amount, product) == mg
