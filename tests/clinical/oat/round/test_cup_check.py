"""Which cups stand for a dose, which of them may be handed out, and which a round leaves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from dispensary import METHADONE, WEAKER
from oat import DAY, SIX, an_order

from clinical.oat.round.cup_check import cups_of, good, left_over, slot_of, stopping, wanted
from clinical.oat.round.row import Row, State
from clinical.oat.round.situation import Presence
from clinical.oat.slot import Slot
from clinical.register.cup import Cup, CupFlaw, Poured
from clinical.register.product import Form, StockProduct
from clinical.register.tray import Standing

LAST = DAY + timedelta(days=10)
ORDER = replace(an_order(60, id="o", patient="p"), version="3")


def a_row(part: int = 1, session: str = "morning", **changes: Any) -> Row:
    slot = Slot(ORDER, DAY, part, Decimal(60))
    return replace(Row("p", Presence(), slot, session, DAY), **changes)


def a_cup(row: Row | None = None, expires_on: date = LAST, left: int = 6, **changes: Any) -> Standing:
    poured = wanted(row or a_row(), METHADONE)
    assert poured is not None
    cup = Cup(uuid4(), UUID(int=9), 1, replace(poured, **changes), Decimal(left), expires_on)
    return Standing(cup, "B", METHADONE, SIX)


def flaws_of(row: Row, *cups: Standing, rows: tuple[Row, ...] = ()) -> list[CupFlaw | None]:
    return [one.flaw for one in cups_of(row, rows or (row,), cups)]


def test_a_cup_is_wanted_of_the_person_the_slot_and_the_version_in_the_unit_of_the_batch() -> None:
    expected = Poured("p", f"o|{DAY}|1", "o", 3, Decimal(6))
    assert wanted(a_row(), METHADONE) == expected
    assert wanted(a_row(), WEAKER) == replace(expected, amount=Decimal(12))
    assert wanted(a_row(slot=None), METHADONE) is None
    unstored = a_row(slot=Slot(replace(ORDER, version=""), DAY, 1, Decimal(60)))
    assert wanted(unstored, METHADONE) == replace(expected, version=0)
    seven = StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(7))
    assert wanted(a_row(), seven) is None, "60 mg cannot be measured of 7 mg/mL"


@pytest.mark.parametrize(
    ("cup", "flaw"),
    [
        ({}, None),
        ({"version": 2}, CupFlaw.ORDER_CHANGED),
        ({"order": "before", "slot": f"before|{DAY}|1"}, CupFlaw.ORDER_CHANGED),
        ({"amount": Decimal(7)}, CupFlaw.OTHER_AMOUNT),
        ({"expires_on": DAY - timedelta(days=1)}, CupFlaw.EXPIRED),
    ],
)
def test_a_cup_that_does_not_fit_any_more_stops_the_dose(cup: dict[str, Any], flaw: CupFlaw | None) -> None:
    row, one = a_row(), a_cup(**cup)
    assert flaws_of(row, one) == [flaw]
    assert stopping(row, cups_of(row, (row,), [one])) == ((flaw,) if flaw else ())


def test_without_an_order_no_cup_is_handed_out() -> None:
    assert flaws_of(a_row(slot=None), a_cup()) == [CupFlaw.ORDER_CHANGED]


def test_a_good_cup_beside_an_old_one_stops_nothing() -> None:
    row, old, new = a_row(), a_cup(version=2), a_cup()
    found = cups_of(row, (row,), [old, new])
    assert good(found) == (new,)
    assert stopping(row, found) == ()


def test_a_dose_that_was_taken_is_stopped_by_nothing() -> None:
    row = a_row(state=State.DONE)
    assert stopping(row, cups_of(row, (row,), [a_cup(version=2)])) == ()


def test_another_persons_cup_another_days_and_that_of_another_dose_stand_elsewhere() -> None:
    first, second = a_row(), a_row(2, "late")
    tomorrow = a_cup(slot=f"o|{DAY + timedelta(days=1)}|1")
    assert flaws_of(first, a_cup(patient="q"), tomorrow, a_cup(second), rows=(first, second)) == []


def test_what_a_round_leaves_is_all_that_no_later_round_gives() -> None:
    now, later = a_row(), a_row(2, "late")
    mine, theirs, gone = a_cup(), a_cup(later), a_cup(patient="gone", slot="gone|2026-03-01|1")
    tomorrow = a_cup(slot=f"o|{DAY + timedelta(days=1)}|1")
    cups = [mine, theirs, gone, tomorrow]
    assert left_over([now, later], cups, "morning", DAY) == (mine, gone)
    had = replace(later, state=State.DONE)
    assert left_over([now, had], cups, "morning", DAY) == (mine, theirs, gone)
    assert slot_of(a_row(slot=None)) == ""


def test_a_cup_of_a_dose_that_no_order_gives_is_still_named() -> None:
    cup = a_cup()
    (checked,) = cups_of(a_row(slot=None), (), (cup,))
    assert (checked.standing, checked.flaw) == (cup, CupFlaw.ORDER_CHANGED)
