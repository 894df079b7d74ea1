"""An induction goes on through every order that is changed in it, begins where treatment begins anew, and is none in maintenance."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from oat import (
    DAY,
    METHADONE,
    MORPHINE,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    a_happened,
    a_law,
    a_proposal,
    an_attendance,
    an_order,
    mg,
    on,
)

from clinical.oat.begun_anew import inducted
from clinical.oat.checks import first_dose, issues_of, missed_days, titration
from clinical.oat.happened import Happened
from clinical.oat.inherited import inherited
from clinical.oat.issue import Severity
from clinical.oat.order import OatOrder, OrderStatus, Signature, Step, TelephoneOrder
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.changing import ended_before
from clinical.oat.orders.drafting import drafted
from clinical.oat.orders.order_set import order_sets
from clinical.oat.product import Product
from clinical.oat.proposal import Proposal
from clinical.oat.record import TreatmentRecord
from clinical.oat.stops import rules
from clinical.oat.suspension import is_suspended_at
from clinical.protocols import NO_PROTOCOL

LAW = a_law()


def titrated(first: int, to: int, start: date, **changes: object) -> OatOrder:
    asked = Asked(
        METHADONE, start, on(30), Decimal(first), change_mg=Decimal(5), every_days=3, to_mg=Decimal(to)
    )
    return replace(drafted(order_sets()["titration"], asked, "p", "prison"), **changes)


def fixed(amount: int | str, start: date = DAY, product: Product = METHADONE, **changes: object) -> OatOrder:
    asked = Asked(product, start, on(30), Decimal(amount))
    return replace(drafted(order_sets()["fixed"], asked, "p", "prison"), **{"id": "new", **changes})


def dose(days: int, amount: int | str = 20, **changes: object) -> Happened:
    return a_happened(at=SIX + days * ONE_DAY, mg=Decimal(amount), **changes)


def going_on_from(before: OatOrder, order: OatOrder, *happened: Happened) -> Proposal:
    """As it is weighed: what it goes on from ends the day before."""
    named = replace(order, prior=before.id)
    return a_proposal(named, *happened, orders=(ended_before(before, order.start),))


INDUCTION = titrated(20, 60, on(-3), id="induction")


# --- it goes on


def test_a_changed_order_goes_on_with_the_induction() -> None:
    proposal = going_on_from(INDUCTION, fixed(30), dose(-1))
    assert inducted(proposal, LAW).induction_start == on(-3)


def test_so_does_one_that_was_written_beside_it_and_ends_it_by_beginning_later() -> None:
    proposal = a_proposal(fixed(30), dose(-1), orders=(INDUCTION,))
    assert inducted(proposal, LAW).induction_start == on(-3)


@pytest.mark.parametrize(("days_ago", "goes_on"), [(12, True), (13, True), (14, False)])
def test_no_longer_than_it_lasts(days_ago: int, goes_on: bool) -> None:
    before = titrated(20, 60, on(-days_ago), id="induction")
    found = inducted(going_on_from(before, fixed(60), dose(-1)), LAW)
    assert found.induction_start == (on(-days_ago) if goes_on else None)


def test_a_new_titration_in_the_middle_of_one_goes_on_with_its_days() -> None:
    proposal = going_on_from(INDUCTION, titrated(25, 60, DAY, id="new"), dose(-1))
    assert inducted(proposal, LAW).induction_start == on(-3)
    assert not list(first_dose.check(proposal, LAW))


@pytest.mark.parametrize(
    ("before", "start"),
    [
        (INDUCTION, on(-3)),
        (replace(INDUCTION, status=OrderStatus.STOPPED), on(-3)),
        (replace(INDUCTION, status=OrderStatus.CANCELLED), on(-3)),
        (replace(INDUCTION, status=OrderStatus.ENTERED_IN_ERROR), None),
        (replace(INDUCTION, product=MORPHINE), None),
        (replace(INDUCTION, induction_start=on(1)), None),
        (replace(INDUCTION, induction_start=DAY), DAY),
        (replace(INDUCTION, induction_start=None), None),
        (replace(INDUCTION, induction_start=None, prior="new"), None),
    ],
)
def test_it_is_handed_on_by_the_order_that_it_goes_on_from(before: OatOrder, start: date | None) -> None:
    order = fixed(30, prior="induction")
    assert inherited(order, (before, order)) == start


@pytest.mark.parametrize(
    ("before", "start"),
    [
        (INDUCTION, on(-3)),
        (replace(INDUCTION, end=on(-1)), on(-3)),
        (replace(INDUCTION, end=on(-2)), None),
        (replace(INDUCTION, status=OrderStatus.CANCELLED), None),
        (replace(INDUCTION, signature=Signature.UNSIGNED), None),
    ],
)
def test_or_by_the_one_of_the_day_before(before: OatOrder, start: date | None) -> None:
    order = fixed(30)
    assert inherited(order, (order, before)) == start
    assert inherited(order, ()) is None


def test_it_is_handed_on_through_several() -> None:
    second = fixed(25, on(-2), id="second", prior="induction")
    third = fixed(30, on(-1), id="third", prior="second")
    assert inherited(fixed(35, prior="third"), (INDUCTION, second, third)) == on(-3)


def test_a_telephone_order_is_of_the_induction_of_the_day_on_which_it_is_given() -> None:
    said = TelephoneOrder(SIX, DAY, 1, read_back=True)
    spoken = fixed(20, end=DAY, telephone=said, signature=Signature.TELEPHONE)
    begun = titrated(20, 60, DAY, id="induction")
    assert inherited(spoken, (begun, spoken)) == DAY
    assert inherited(replace(spoken, telephone=None), (begun, spoken)) is None
    after_it = fixed(20, on(1), id="after")
    assert inherited(after_it, (replace(spoken, induction_start=DAY),)) == DAY


# --- what comes of it


@pytest.mark.parametrize(("missed", "stops"), [(1, False), (2, True), (3, True)])
def test_on_day_four_the_changed_order_has_the_stricter_table_of_missed_days(
    missed: int, stops: bool
) -> None:
    orders = (ended_before(INDUCTION, DAY), fixed(30, prior="induction"))
    attendance = an_attendance(dose(-missed - 1), orders=orders)
    assert bool(rules()["missed-days"](attendance, LAW)) is stops


@pytest.mark.parametrize(("missed", "suspended"), [(2, False), (3, True)])
def test_so_it_has_at_day_close(missed: int, suspended: bool) -> None:
    law = a_law(
        oat__missed_days__induction__methadone_oral_solution=[
            {"from": 1, "means": "normal"}, {"from": 3, "means": "auto-suspended"},
        ]
    )  # fmt: skip
    order = fixed(30, prior="induction")
    record = TreatmentRecord(orders=(INDUCTION, order), happened=(dose(-missed),))
    assert is_suspended_at(DAY, order, record, law, pregnant=False) is suspended


@pytest.mark.parametrize(("missed", "told"), [(1, False), (2, True)])
def test_and_at_signing(missed: int, told: bool) -> None:
    proposal = going_on_from(INDUCTION, fixed(30), dose(-missed - 1))
    assert bool(list(missed_days.check(proposal, LAW))) is told


@pytest.mark.parametrize(("amount", "told"), [(49, False), (50, False), ("50.5", True)])
def test_the_weeks_most_is_over_all_orders(amount: int | str, told: bool) -> None:
    proposal = going_on_from(INDUCTION, fixed(amount), dose(-1))
    found = [one for one in titration.check(proposal, LAW) if one.severity is Severity.HIGH]
    assert bool(found) is told
    for one in found:
        assert dict(one.says.values) == {"day": DAY, "rise": Decimal("30.5"), "mg": 30}


@pytest.mark.parametrize(("days_ago", "told"), [(7, True), (8, False)])
def test_and_over_seven_days(days_ago: int, told: bool) -> None:
    low = an_order(20, id="low", start=on(-9), end=on(-days_ago), induction_start=on(-9))
    more = an_order(40, id="more", start=on(1 - days_ago), end=on(-1), prior="low")
    proposal = a_proposal(fixed(51, prior="more"), dose(-1, 40), orders=(low, more))
    assert any(one.severity is Severity.HIGH for one in titration.check(proposal, LAW)) is told


def test_an_order_a_day_that_rises_is_told_from_the_first_rise_on() -> None:
    orders, doses, told = [INDUCTION], [], {}
    for nth, amount in enumerate(range(30, 90, 10), start=1):
        day = on(-3 + nth)
        doses.append(dose(nth - 4, amount - 10))
        orders[-1] = ended_before(orders[-1], day)
        order = fixed(amount, day, id=f"order{nth}", prior=orders[-1].id)
        at = SIX + (nth - 4) * ONE_DAY
        proposal = Proposal(
            order, TreatmentRecord(tuple(orders), tuple(doses)), at, a_proposal().zone, on(nth - 5)
        )
        told[amount] = [
            one.by[0].split(".")[1] for one in issues_of(proposal, LAW) if one.code == "titration"
        ]
        orders.append(order)
    assert told == {
        30: ["titration-not-before"],
        40: ["titration-not-before"],
        50: ["titration-not-before"],
        60: ["titration-weekly", "titration-not-before"],
        70: ["titration-weekly", "titration-not-before"],
        80: ["titration-weekly", "titration-not-before"],
    }


@pytest.mark.parametrize(("days", "told"), [(2, True), (3, False), (4, False)])
@pytest.mark.parametrize(("amount", "rises"), [(39, False), (40, False), (41, True)])
def test_a_rise_by_a_new_order_comes_no_earlier_than_within_one(
    days: int, told: bool, amount: int, rises: bool
) -> None:
    before = an_order(
        id="before", steps=(Step(on(-30), on(-days - 1), mg(30)), Step(on(-days), None, mg(40)))
    )
    found = list(titration.check(going_on_from(before, fixed(amount), dose(-1, 40)), LAW))
    assert bool(found) is (told and rises)
    for one in found:
        assert dict(one.says.values) == {"day": DAY, "days": 3}


@pytest.mark.parametrize("product", [MORPHINE, WEEKLY])
def test_mg_of_two_medicines_are_no_rise(product: Product) -> None:
    before = an_order(8, id="before", product=product)
    assert not list(titration.check(going_on_from(before, fixed(60), dose(-1, product=product)), LAW))
    depot = an_order(8, id="before", product=WEEKLY)
    under_tongue = fixed(60, product=SUBLINGUAL)
    assert not list(titration.check(going_on_from(depot, under_tongue, dose(-1, 8, product=WEEKLY)), a_law()))


def test_an_order_that_never_was_one_is_no_dose_before() -> None:
    for changes in ({"status": OrderStatus.CANCELLED}, {"signature": Signature.UNSIGNED}, {"id": "new"}):
        before = an_order(20, **{"id": "before", "start": on(-3), **changes})
        assert not list(titration.check(a_proposal(fixed(60), dose(-1, 60), orders=(before,)), LAW))


# --- it begins


NEVER = a_happened(at=SIX - ONE_DAY, product=SUBLINGUAL)


def test_who_was_never_treated_begins_by_whatever_order() -> None:
    for happened in (NEVER, a_happened(at=SIX - ONE_DAY, product=None)):
        assert inducted(a_proposal(fixed(20), happened), LAW).induction_start == DAY


@pytest.mark.parametrize(("missed", "begins"), [(4, False), (5, True), (6, True)])
def test_who_missed_so_many_days_that_treatment_begins_anew_is_in_induction(
    missed: int, begins: bool
) -> None:
    proposal = a_proposal(fixed(20), dose(-missed - 1, 60))
    assert inducted(proposal, LAW).induction_start == (DAY if begins else None)
    assert bool(list(missed_days.check(proposal, LAW)))  # what is signed in spite of it is told as before


def test_an_order_of_maintenance_is_in_none() -> None:
    before = an_order(60, id="before")
    assert inducted(going_on_from(before, fixed(60), dose(-1, 60)), LAW).induction_start is None


# --- a rise in maintenance


MAINTENANCE = an_order(65, id="before")


@pytest.mark.parametrize(("first", "begins"), [(64, True), (65, False), (70, False)])
def test_a_titration_from_what_was_given_up_is_no_induction(first: int, begins: bool) -> None:
    proposal = going_on_from(MAINTENANCE, titrated(first, 80, DAY, id="new"), dose(-1, 65))
    assert inducted(proposal, LAW).induction_start == (DAY if begins else None)
    assert bool(list(first_dose.check(proposal, LAW))) is begins
    assert all(one.code != "first-dose" for one in issues_of(proposal, LAW)) is not begins


@pytest.mark.parametrize(("missed", "told"), [(2, False), (3, True)])
def test_in_it_days_are_missed_by_the_table_of_maintenance(missed: int, told: bool) -> None:
    proposal = going_on_from(MAINTENANCE, titrated(70, 80, DAY, id="new"), dose(-missed - 1, 65))
    assert bool(list(missed_days.check(proposal, LAW))) is told


def test_what_was_ordered_for_the_day_before_counts_before_what_was_taken() -> None:
    """Of the last dose a part was refused: the dose of maintenance is what was ordered."""
    proposal = going_on_from(MAINTENANCE, titrated(60, 80, DAY, id="new"), dose(-1, 30))
    assert inducted(proposal, LAW).induction_start == DAY


def test_after_a_depot_an_induction_is_one() -> None:
    depot = an_order(8, id="before", product=WEEKLY)
    order = replace(titrated(8, 16, DAY, id="new"), product=SUBLINGUAL)
    proposal = going_on_from(depot, order, dose(-1, 8, product=WEEKLY))
    assert inducted(proposal, LAW).induction_start == DAY


def test_how_long_it_lasts_not_set_it_goes_on() -> None:
    law = a_law(oat__induction_lasts__methadone=None)
    before = titrated(20, 60, on(-100), id="induction")
    assert inducted(going_on_from(before, fixed(60), dose(-1, 60)), law).induction_start == on(-100)
    assert inducted(a_proposal(fixed(60), dose(-1, 60)), NO_PROTOCOL).induction_start is None


def test_the_record_knows_its_own_orders_and_others() -> None:
    order = fixed(30, prior="induction")
    record = TreatmentRecord(orders=(INDUCTION, order))
    assert record.inducted(order).induction_start == on(-3)
    assert record.inducted(INDUCTION) is INDUCTION
    other = replace(order, id="other")
    assert record.inducted(other).induction_start == on(-3)
    alone = TreatmentRecord(orders=(order,))
    assert alone.inducted(order) is order
