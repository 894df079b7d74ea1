"""Cups are poured together: one for each dose, all of them or none, and none of what has expired."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from dispensary import LAST_DAY, Dispensary

from clinical.register.cup import Cup, Poured
from clinical.register.cups import CupBack, cups_of, put_back
from clinical.register.errors import CupStands, Expired, NotEnough
from clinical.register.pouring import Pour, pour_each
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import HeldIn
from clinical.register.tray import standing_at
from fhir_store.write import raw_cursor

AMINA = Poured("amina", "amina today", "order", 1, Decimal(6))
BOJAN = replace(AMINA, patient="bojan", slot="bojan today")
Pours = Callable[..., list[Cup]]


@pytest.fixture
def tray(north: Dispensary) -> UUID:
    """15 mL for cups."""
    return north.issues(north.receives(1000), 15, "tray", held_in=HeldIn.CUPS)


@pytest.fixture
def pours(north: Dispensary, tray: UUID) -> Pours:
    def poured(*wanted: Poured) -> list[Cup]:
        asked = [Pour(uuid4(), one) for one in wanted]
        return north.run(lambda c: pour_each(c, north.by(), tray, asked))

    return poured


def labels(north: Dispensary) -> list[str]:
    return [one.label for one in north.run(lambda c: standing_at(raw_cursor(c), north.facility))]


def test_each_has_a_number_and_a_label_of_its_own(north: Dispensary, pours: Pours) -> None:
    assert [one.number for one in pours(AMINA, BOJAN)] == [1, 2]
    assert labels(north) == ["tray-1", "tray-2"]


def test_a_dose_that_stands_in_a_cup_is_not_poured_again(north: Dispensary, pours: Pours) -> None:
    (first,) = pours(AMINA)
    with pytest.raises(CupStands):
        pours(BOJAN, AMINA)
    assert labels(north) == ["tray-1"], "all or none"
    north.run(lambda c: put_back(c, north.by(), first.id, CupBack.UNUSED, destroyed=False))
    pours(AMINA)
    assert labels(north) == ["tray-2"]


def test_once_the_order_has_changed_a_new_cup_is_poured_beside_the_old_one(
    north: Dispensary, pours: Pours
) -> None:
    pours(AMINA)
    pours(replace(AMINA, version=2, amount=Decimal(7)))
    assert labels(north) == ["tray-1", "tray-2"]


def test_if_there_is_not_enough_for_all_none_is_poured(north: Dispensary, pours: Pours, tray: UUID) -> None:
    with pytest.raises(NotEnough):
        pours(AMINA, BOJAN, replace(AMINA, slot="amina tonight"))
    assert north.run(lambda c: cups_of(c, tray)) == []


def test_after_its_last_day_nothing_is_poured_of_a_batch(north: Dispensary, tray: UUID) -> None:
    wanted = [Pour(uuid4(), AMINA)]
    late = replace(north, day=LAST_DAY + timedelta(days=1))
    with pytest.raises(Expired):
        late.run(lambda c: pour_each(c, late.by(), tray, wanted))
    last = replace(north, day=LAST_DAY)
    assert len(last.run(lambda c: pour_each(c, last.by(), tray, wanted))) == 1


def test_what_is_spilled_of_a_cup_is_not_in_it_any_more(north: Dispensary, pours: Pours, tray: UUID) -> None:
    (cup,) = pours(AMINA)
    north.run(lambda c: spill(c, north.by(), tray, Decimal(6), SpillReason.OTHER, cup.id))
    assert labels(north) == []
    assert north.in_it(tray) == 9


def test_of_a_tray_that_was_counted_back_nothing_stands(north: Dispensary, pours: Pours, tray: UUID) -> None:
    pours(AMINA)
    north.counts_back(tray, 15)
    assert labels(north) == []
