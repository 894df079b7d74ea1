"""Cups that are poured before the round."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from dispensary import ANA, AT_NIGHT, Dispensary, ml

from clinical.register.cup import Cup, Poured
from clinical.register.cups import CupBack, cup_with, cups_for, cups_of, pour, put_back
from clinical.register.discrepancy import FoundBy, discrepancy_with
from clinical.register.errors import (
    AmountRefused,
    CupEmpty,
    NotACup,
    NotEnough,
    NotThere,
    SecondPersonNeeded,
)
from clinical.register.kind import Kind
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import HeldIn
from clinical.register.taking_back import remove
from clinical.register.two_people import Hands

AMINA = Poured("amina", "amina today", "order", 1, Decimal(6))


@pytest.fixture
def tray(north: Dispensary) -> UUID:
    """100 mL for cups of the morning."""
    return north.issues(north.receives(1000), 100, "tray", held_in=HeldIn.CUPS)


def poured(north: Dispensary, tray: UUID, what: Poured = AMINA, **other: object) -> Cup:
    return north.run(lambda c: pour(c, north.by(**other), tray, what))


def test_a_cup_is_bound_to_person_slot_and_version_of_the_order(north: Dispensary, tray: UUID) -> None:
    cup = poured(north, tray)
    assert (cup.issue, cup.number, cup.poured, cup.left) == (tray, 1, AMINA, 6)
    assert north.run(lambda c: cups_for(c, "amina", "amina today")) == [cup]
    assert north.run(lambda c: cups_for(c, "amina", "another slot")) == []
    assert poured(north, tray, replace(AMINA, patient="bojan")).number == 2
    assert north.in_it(tray) == 100


def test_what_is_spilled_of_a_cup_is_what_is_in_it(north: Dispensary, tray: UUID) -> None:
    cup = poured(north, tray)

    def spills(amount: Decimal | None, of: UUID = cup.id, issue: UUID = tray) -> None:
        north.run(lambda c: spill(c, north.by(), issue, amount, SpillReason.KNOCKED_OVER, of))

    with pytest.raises(NotEnough):
        spills(ml("6.001"))
    with pytest.raises(NotThere):
        spills(None, issue=north.issues(north.receives(1000, lot="L2"), 100))
    spills(ml(2))
    assert (north.run(lambda c: cup_with(c, cup.id)).left, north.in_it(tray)) == (4, 98)
    spills(None)
    assert (north.run(lambda c: cup_with(c, cup.id)).left, north.in_it(tray)) == (0, 94)
    with pytest.raises(CupEmpty):
        spills(None)
    with pytest.raises(AmountRefused):
        north.run(lambda c: spill(c, north.by(), tray, None, SpillReason.KNOCKED_OVER))


def test_the_same_cup_is_poured_once(north: Dispensary, tray: UUID) -> None:
    by = north.by()
    first = north.run(lambda c: pour(c, by, tray, AMINA))
    assert north.run(lambda c: pour(c, by, tray, AMINA)) == first
    assert len(north.run(lambda c: cups_of(c, tray))) == 1


def test_no_more_is_poured_than_there_is(north: Dispensary, tray: UUID) -> None:
    poured(north, tray, replace(AMINA, amount=Decimal(60)))
    poured(north, tray, replace(AMINA, amount=Decimal(40)))
    with pytest.raises(NotEnough):
        poured(north, tray, replace(AMINA, amount=Decimal("0.001")))
    with pytest.raises(AmountRefused):
        poured(north, tray, replace(AMINA, amount=Decimal(0)))


def test_cups_are_poured_of_what_was_issued_for_cups_while_it_is_out(north: Dispensary, tray: UUID) -> None:
    bottle = north.issues(north.receives(1000, lot="L2"), 100)
    with pytest.raises(NotACup):
        poured(north, bottle)
    north.counts_back(tray, 100)
    with pytest.raises(NotACup):
        poured(north, tray)


def test_two_pour_unless_one_is_alone(north: Dispensary, tray: UUID) -> None:
    with pytest.raises(SecondPersonNeeded):
        poured(north, tray, hands=Hands(ANA))
    poured(north, tray, hands=AT_NIGHT)


def test_the_dose_empties_the_cup(north: Dispensary, tray: UUID) -> None:
    cup = poured(north, tray)
    entered = north.gives(tray, 6, cup=cup.id)
    assert entered.discrepancies == ()
    assert entered.lines[0].cup == cup.id
    assert north.run(lambda c: cup_with(c, cup.id)).left == 0


def test_of_a_cup_that_was_drunk_in_part_the_rest_is_destroyed(north: Dispensary, tray: UUID) -> None:
    cup = poured(north, tray)
    assert north.gives(tray, 4, cup=cup.id).discrepancies == ()
    rest = north.run(lambda c: put_back(c, north.by(), cup.id, CupBack.REFUSED, destroyed=True)).lines[0]
    assert (rest.kind, rest.amount, rest.in_container, rest.reason) == (Kind.DESTROY, 2, 94, "refused")


@pytest.mark.parametrize(
    "other", [{"patient": "bojan"}, {"slot": "another"}, {"version": 2}, {"order": "another"}]
)
def test_a_cup_that_went_to_somebody_else_is_a_dose_all_the_same_and_opens_a_discrepancy(
    north: Dispensary, tray: UUID, other: dict[str, object]
) -> None:
    cup = poured(north, tray)
    entered = north.gives(tray, 6, cup=cup.id, given=replace(AMINA, **other))
    assert len(entered.lines) == 1
    (off,) = entered.discrepancies
    assert north.run(lambda c: discrepancy_with(c, off)).found_by is FoundBy.CUP


def test_so_is_one_that_was_empty_or_is_not_known(north: Dispensary, tray: UUID) -> None:
    cup = poured(north, tray)
    assert len(north.gives(tray, "6.001", cup=cup.id).discrepancies) == 1
    assert len(north.gives(tray, 6, cup=cup.id).discrepancies) == 1
    assert len(north.gives(tray, 6, cup=uuid4()).discrepancies) == 1


def test_a_dose_that_is_removed_fills_the_cup_again(north: Dispensary, tray: UUID) -> None:
    cup, event = poured(north, tray), uuid4()
    north.gives(tray, 6, cup=cup.id, event=event)
    north.run(lambda c: remove(c, north.by(), event))
    assert north.run(lambda c: cup_with(c, cup.id)).left == 6


@pytest.mark.parametrize(("destroyed", "in_safe"), [(True, 900), (False, 906)])
def test_a_cup_that_nobody_had_returns_or_is_destroyed_by_two(
    north: Dispensary, tray: UUID, destroyed: bool, in_safe: int
) -> None:
    cup = poured(north, tray)
    for by in (north.by(Hands(ANA)), north.by(AT_NIGHT)):
        with pytest.raises(SecondPersonNeeded):
            north.run(lambda c, by=by: put_back(c, by, cup.id, CupBack.UNUSED, destroyed=destroyed))
    line = north.run(lambda c: put_back(c, north.by(), cup.id, CupBack.UNUSED, destroyed=destroyed)).lines[0]
    assert (line.in_container, line.in_safe) == (94, in_safe)
    assert north.run(lambda c: cup_with(c, cup.id)).left == 0
    with pytest.raises(CupEmpty):
        north.run(lambda c: put_back(c, north.by(), cup.id, CupBack.UNUSED, destroyed=destroyed))


def test_a_tray_on_which_a_cup_stands_is_not_within_any_tolerance(north: Dispensary, tray: UUID) -> None:
    poured(north, tray, replace(AMINA, amount=Decimal(1)))
    north.gives(tray, 50)
    assert len(north.counts_back(tray, 49).discrepancies) == 1
    assert ml(49) == 49
