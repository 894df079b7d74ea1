"""Near a sanction is within the protocol's days before its first and after its last day."""

from datetime import date

import pytest
from oat import DAY, ZONE, a_law, held, on

from clinical.custody.sanction import Sanction, flag_of, sanction_of
from clinical.oat.orders.near_sanction import near_sanction
from clinical.protocols import NO_PROTOCOL

LAW = a_law(oat__sanction_near="14 d")


def sanction(first: int, last: int | None = None, id_: str = "s") -> Sanction:
    return Sanction(id_, "p", on(first), None if last is None else on(last))


@pytest.mark.parametrize(
    ("first", "last", "near"),
    [(15, None, False), (14, None, True), (0, None, True), (-14, None, True), (-15, None, False), (-30, -14, True),
     (-30, -15, False), (-30, 30, True)],
)  # fmt: skip
def test_before_and_after_count(first: int, last: int | None, near: bool) -> None:
    assert (near_sanction(DAY, [sanction(first, last)], LAW) is not None) is near


def test_the_nearest_is_told() -> None:
    far, close = sanction(-10, id_="far"), sanction(3, id_="close")
    assert near_sanction(DAY, [far, close], LAW) == close
    assert near_sanction(DAY, [], LAW) is None


@pytest.mark.parametrize(("first", "near"), [(-900, True), (0, True), (1, False)])
def test_where_nobody_set_it_every_stop_from_a_sanction_on_is_near(first: int, near: bool) -> None:
    assert (near_sanction(DAY, [sanction(first)], NO_PROTOCOL) is not None) is near


@pytest.mark.parametrize("end", [None, on(3)])
def test_a_sanction_there_and_back(end: date | None) -> None:
    kept = Sanction("s", "p", DAY, end, "nurse")
    assert sanction_of(held(flag_of(kept)), ZONE) == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"code": {"coding": [{"code": "sanction"}]}},
        {"subject": {"reference": "Group/g"}},
        {"period": {"end": "2026-03-12"}},
        {"period": None},
        {"code": None},
    ],
)
def test_what_is_none_is_left_out(changes: dict[str, object]) -> None:
    flag = {**flag_of(sanction(0)), **changes}
    assert sanction_of(held({name: one for name, one in flag.items() if one is not None}), ZONE) is None
