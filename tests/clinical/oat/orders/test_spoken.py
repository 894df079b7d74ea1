"""A telephone order is of one dose: what is weighed of it, and that there are never two of one slot."""

from dataclasses import replace
from decimal import Decimal

import pytest
from oat import DAY, METHADONE, SIX, on

from clinical.oat.issue import Issue, Severity
from clinical.oat.order import OatOrder, OrderStatus, Part, Signature, Step, TelephoneOrder
from clinical.oat.orders.spoken import of_one_dose, spoken_for, spoken_order
from clinical.oat.record import TreatmentRecord
from clinical.words import Sentence


def spoken(part: int = 1, **changes: OrderStatus) -> OatOrder:
    said = TelephoneOrder(SIX, DAY, part, True)
    return replace(spoken_order(said, METHADONE, Decimal(40), "p", "prison", "dr"), **changes)


def test_it_is_of_who_said_it_for_whom_and_where() -> None:
    said = TelephoneOrder(SIX, DAY, 2, True, "nurse")
    assert spoken_order(said, METHADONE, Decimal(40), "p", "prison", "dr") == OatOrder(
        id="", patient="p", product=METHADONE, steps=(Step(DAY, None, (Part(Decimal(40)),)),), start=DAY, end=DAY,
        facility="prison", prescriber="dr", signature=Signature.TELEPHONE, telephone=said,
    )  # fmt: skip


def test_it_is_valid_on_its_day_alone() -> None:
    order = spoken()
    assert [order.is_valid_on(on(nth)) for nth in (-1, 0, 1)] == [False, True, False]
    assert order.mg_on(DAY) == 40


@pytest.mark.parametrize(
    ("part", "status", "found"),
    [
        (1, OrderStatus.ACTIVE, True),
        (2, OrderStatus.ACTIVE, False),
        (1, OrderStatus.ENTERED_IN_ERROR, False),
        (1, OrderStatus.CANCELLED, False),
    ],
)
def test_there_is_one_for_a_slot(part: int, status: OrderStatus, found: bool) -> None:
    record = TreatmentRecord(orders=(spoken(part, status=status),))
    assert (spoken_for(record, DAY, 1) is not None) is found
    assert spoken_for(record, on(1), 1) is None


def test_what_is_weighed_of_an_order_that_lasts_is_not_weighed_of_one_dose() -> None:
    every = [
        Issue(code, Severity.HIGH, Sentence("x"))
        for code in ("overlap", "gap", "end-date", "ceiling", "missed-days")
    ]
    assert [one.code for one in of_one_dose(every)] == ["ceiling", "missed-days"]
