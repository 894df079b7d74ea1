"""Two strengths of one medicine are never open in one round."""

from dataclasses import replace
from decimal import Decimal

import pytest
from dispensary import METHADONE, TABLETS, WEAKER

from clinical.register.product import Form, StockProduct, Unit
from clinical.register.strengths import is_other_strength

OTHERS = [
    TABLETS,
    replace(METHADONE, form=Form.TABLET, strength=Decimal(5)),
    replace(TABLETS, atc="N07BC51", strength=Decimal(2)),
]


def test_the_same_strength_may_be_open_twice_and_another_one_may_not() -> None:
    assert not is_other_strength(METHADONE, [])
    assert not is_other_strength(METHADONE, [METHADONE])
    assert is_other_strength(METHADONE, [WEAKER])
    assert is_other_strength(WEAKER, [METHADONE])
    assert is_other_strength(WEAKER, [TABLETS, METHADONE])
    assert is_other_strength(TABLETS, [replace(TABLETS, strength=Decimal(2))])


@pytest.mark.parametrize("other", OTHERS)
def test_another_medicine_or_form_is_no_other_strength(other: StockProduct) -> None:
    assert not is_other_strength(METHADONE, [other])


def test_a_solution_is_measured_and_everything_else_counted() -> None:
    assert [form for form in Form if form.unit is Unit.ML] == [Form.ORAL_SOLUTION]
