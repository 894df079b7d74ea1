"""What becomes of a stored order: ended, stopped, suspended, at other times, reduced, begun anew. Nothing else of it changes."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from oat import DAY, DEMONSTRATION, METHADONE, SIX, WEEKLY, ZONE, a_law, an_order, held, mg, on

from clinical.oat.hold import HoldReason
from clinical.oat.moved_times import Move, WhyMoved
from clinical.oat.order import OatOrder, OrderStatus, Part, Step
from clinical.oat.order_resource import order_of, request_of
from clinical.oat.orders.after_break import re_titrated, reduced
from clinical.oat.orders.changing import (
    decided,
    decided_by,
    ended_before,
    resumed,
    stopped,
    suspended,
    with_end,
    with_steps,
)
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.other_times import steps_moved
from clinical.oat.orders.shares import shared
from clinical.oat.orders.stop_reason import StopReason, stop_reason_of
from fhir_store.gate import check

ORDER = an_order(id="o", start=on(-5), end=on(20))
FOREIGN = {"url": "http://example.org/note", "valueString": "kept"}


def stored(order: OatOrder = ORDER) -> dict[str, Any]:
    """With a note of another system."""
    request = request_of(order)
    return {**request, "extension": [*request.get("extension", ()), FOREIGN]}


def again(request: Any) -> OatOrder:
    check(held(request))
    found = order_of(held(request), ZONE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "end", "status"),
    [
        (on(10), on(9), OrderStatus.ACTIVE),
        (on(21), on(20), OrderStatus.ACTIVE),
        (on(30), on(20), OrderStatus.ACTIVE),
        (on(-4), on(-5), OrderStatus.ACTIVE),
        (on(-5), on(20), OrderStatus.CANCELLED),
        (on(-6), on(20), OrderStatus.CANCELLED),
    ],
)
def test_an_order_ends_the_day_before_another_takes_its_place(
    day: Any, end: Any, status: OrderStatus
) -> None:
    found = ended_before(ORDER, day)
    assert (found.end, found.status) == (end, status)
    written = with_end(stored(), found)
    assert FOREIGN in written["extension"]
    assert again(written).status is status


@pytest.mark.parametrize(
    ("day", "status"),
    [(on(-6), OrderStatus.CANCELLED), (on(-5), OrderStatus.STOPPED), (DAY, OrderStatus.STOPPED)],
)
def test_what_is_ended_says_why_and_what_has_not_begun_is_cancelled(day: Any, status: OrderStatus) -> None:
    written = stopped(stored(), ORDER, StopReason.WISH, day)
    assert again(written).status is status
    assert stop_reason_of(written) is StopReason.WISH
    assert FOREIGN in written["extension"]


def test_no_reason_to_end_an_order_is_disciplinary() -> None:
    assert not {one for one in StopReason if "disciplin" in one or "sanction" in one or "punish" in one}
    unknown = {"coding": [{"system": "urn:throughcare:code-system:order-stop", "code": "sanction"}]}
    assert stop_reason_of({"statusReason": unknown}) is None


def test_a_suspended_order_is_resumed_as_it_was() -> None:
    written = suspended(stored(), HoldReason.QTC)
    assert again(written).held_because is HoldReason.QTC
    assert again(written).status is OrderStatus.ON_HOLD
    assert resumed(written) == stored()


def test_who_decided_last_is_kept_once() -> None:
    written = decided(decided(stored(), "dr-a", SIX), "dr-b", SIX)
    assert decided_by(written) == ("Practitioner/dr-b", "2026-03-10T05:00:00Z")
    assert decided_by(stored()) is None
    assert FOREIGN in written["extension"]
    assert again(written) == again(stored())


# --- other times


def moved(order: OatOrder, first: int, last: int, *at: time) -> OatOrder:
    move = Move("dr", WhyMoved.RAMADAN, on(first), on(last), at, frozenset({"p"}))
    return again(with_steps(stored(order), order, steps_moved(order, move)))


@pytest.mark.parametrize(
    ("first", "last"), [(1, 3), (-10, 3), (3, 99), (-10, 99), (-5, -5), (20, 20), (21, 30), (-9, -6)]
)
def test_times_move_on_the_days_of_the_move_and_no_dose_changes(first: int, last: int) -> None:
    rising = an_order(
        id="o", start=on(-5), end=on(20),
        steps=(Step(on(-5), on(1), mg(60)), Step(on(2), None, mg(70))),
    )  # fmt: skip
    found = moved(rising, first, last, time(20))
    for nth in range(-7, 23):
        assert found.mg_on(on(nth)) == rising.mg_on(on(nth)) or not rising.is_valid_on(on(nth))
        if rising.is_valid_on(on(nth)):
            expected = time(20) if first <= nth <= last else None
            assert [part.at for part in found.parts_on(on(nth))] == [expected], nth


def test_a_part_beyond_the_times_keeps_its_own() -> None:
    split = an_order(id="o", start=DAY, end=on(5), steps=(Step(DAY, None, (Part(Decimal(40), time(7)), Part(Decimal(20), time(17)))),))  # fmt: skip
    assert [part.at for part in moved(split, 1, 1, time(4)).parts_on(on(1))] == [time(4), time(17)]
    assert [part.at for part in moved(split, 1, 1, time(4)).parts_on(on(2))] == [time(7), time(17)]


def test_an_order_without_an_end_has_its_usual_times_after_the_move() -> None:
    found = moved(an_order(id="o", start=on(-5), end=None), 1, 3, time(20))
    assert [[part.at for part in found.parts_on(on(nth))] for nth in (0, 1, 3, 4, 400)] == [
        [None], [time(20)], [time(20)], [None], [None],
    ]  # fmt: skip


# --- after a lockdown


@pytest.mark.parametrize(("of", "parts"), [(30, (20, 10)), (50, ("33.3", "16.7")), (1, ("0.6", "0.4"))])
def test_a_reduced_dose_is_shared_out_as_it_was(of: int, parts: tuple[int | str, ...]) -> None:
    assert shared(mg(40, 20), Decimal(of)) == mg(*parts)


@pytest.mark.parametrize(("less", "is_less"), [(59, True), (60, False), (61, False), (0, False)])
def test_a_reduction_is_less_than_was_ordered(less: int, is_less: bool) -> None:
    if not is_less:
        with pytest.raises(CannotBePlanned):
            reduced(ORDER, Decimal(less), DAY)
        return
    found = reduced(ORDER, Decimal(less), DAY)
    assert (found.mg_on(DAY), found.start, found.end, found.prior, found.id) == (less, DAY, on(20), "o", "")


def test_to_begin_anew_rises_by_the_protocol_to_what_was_ordered() -> None:
    found = re_titrated(ORDER, Decimal(20), DAY, DEMONSTRATION)
    assert found.induction_start == DAY
    assert [int(found.mg_on(on(nth))) for nth in (0, 2, 3, 6, 9, 12, 20)] == [20, 20, 30, 40, 50, 60, 60]


@pytest.mark.parametrize("less", [0, 60])
def test_to_begin_anew_is_from_less(less: int) -> None:
    with pytest.raises(CannotBePlanned):
        re_titrated(ORDER, Decimal(less), DAY, DEMONSTRATION)


@pytest.mark.parametrize("name", ["titration_step", "titration_not_before"])
def test_without_a_step_in_the_protocol_nothing_is_begun_anew_by_itself(name: str) -> None:
    law = a_law(**{f"oat__{name}__{METHADONE.code}": None})
    with pytest.raises(CannotBePlanned):
        re_titrated(ORDER, Decimal(20), DAY, law)


def test_a_depot_is_decided_on_its_own_page() -> None:
    depot = an_order(16, product=WEEKLY)
    for make in (reduced, lambda *asked: re_titrated(*asked, DEMONSTRATION)):
        with pytest.raises(CannotBePlanned):
            make(depot, Decimal(8), DAY)
