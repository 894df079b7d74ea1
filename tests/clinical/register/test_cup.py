"""A cup is for one person, one slot and one version of the order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from clinical.register.cup import Cup, CupFlaw, Poured, flaws

POURED = Poured("amina", "today 1", "order", 3, Decimal(6))
LAST = date(2026, 3, 31)
CUP = Cup(UUID(int=1), UUID(int=2), 1, POURED, Decimal(6), LAST)


def test_a_cup_is_handed_out_to_whom_and_for_what_it_was_poured() -> None:
    assert flaws(CUP, POURED, LAST) == ()


@pytest.mark.parametrize(
    ("wanted", "flaw"),
    [
        ({"patient": "bojan"}, CupFlaw.OTHER_PERSON),
        ({"slot": "today 2"}, CupFlaw.OTHER_SLOT),
        ({"version": 4}, CupFlaw.ORDER_CHANGED),
        ({"version": 2}, CupFlaw.ORDER_CHANGED),
        ({"order": "another"}, CupFlaw.ORDER_CHANGED),
        ({"amount": Decimal("6.001")}, CupFlaw.OTHER_AMOUNT),
        ({"amount": Decimal("5.999")}, CupFlaw.OTHER_AMOUNT),
    ],
)
def test_anything_else_stops_it(wanted: dict[str, Any], flaw: CupFlaw) -> None:
    assert flaws(CUP, replace(POURED, **wanted), LAST) == (flaw,)


@pytest.mark.parametrize(
    ("left", "found"), [("6", ()), ("0.001", ()), ("0", (CupFlaw.EMPTY,)), ("-1", (CupFlaw.EMPTY,))]
)
def test_an_empty_one_is_not_handed_out(left: str, found: tuple[CupFlaw, ...]) -> None:
    assert flaws(replace(CUP, left=Decimal(left)), POURED, LAST) == found


@pytest.mark.parametrize(("day", "found"), [(LAST, ()), (date(2026, 4, 1), (CupFlaw.EXPIRED,))])
def test_an_expired_one_is_not_handed_out(day: date, found: tuple[CupFlaw, ...]) -> None:
    assert flaws(CUP, POURED, day) == found


def test_every_flaw_is_named() -> None:
    wanted = Poured("bojan", "x", "y", 1, Decimal(1))
    assert set(flaws(replace(CUP, left=Decimal()), wanted, date(2026, 4, 1))) == set(CupFlaw)
