"""A round: what is issued, drawn, spilled, taken back and counted back."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from dispensary import (
    ANA,
    AT_NIGHT,
    BOTH,
    LAST_DAY,
    METHADONE,
    SOUTH,
    TABLETS,
    TODAY,
    WEAKER,
    Dispensary,
    ml,
)

from clinical.register.discrepancy import FoundBy, discrepancy_with
from clinical.register.errors import (
    AmountRefused,
    BookChanged,
    ContainerOut,
    Expired,
    IssueClosed,
    NotTakenBack,
    NotThere,
    SecondPersonNeeded,
    TwoStrengths,
)
from clinical.register.issue import issue
from clinical.register.kind import Kind
from clinical.register.reading import lines_numbered
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import book_with, issue_with
from clinical.register.taking_back import remove, spill_dose
from clinical.register.two_people import Hands


def kinds(entered: object) -> list[Kind]:
    return [one.kind for one in entered.lines]  # type: ignore[attr-defined]


def test_issuing_moves_stock_and_the_book_holds_as_much_as_before(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    assert north.in_safe(batch) == 500
    assert north.in_it(out) == 500
    found = north.run(lambda c: issue_with(c, out))
    assert north.run(lambda c: book_with(c, found.book)).balance == 1000


def test_each_dose_draws_on_what_was_issued(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    first = north.gives(out, "6.5").lines[0]
    second = north.gives(out, 6, patient="bojan").lines[0]
    assert (first.in_container, second.in_container) == (ml("493.5"), ml("487.5"))
    assert (first.balance, second.balance) == (ml("993.5"), ml("987.5"))
    assert (first.number, second.number) == (3, 4)


def test_the_same_dose_is_drawn_once_however_often_it_arrives(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    first = north.gives(out, 6, event=event)
    assert north.gives(out, 6, event=event) == first
    assert north.in_it(out) == 494


def test_nothing_is_left_of_an_expired_batch_to_issue(north: Dispensary) -> None:
    batch = north.receives(1000, expires=TODAY)
    out = north.issues(batch, 10, "on its last day")
    assert north.in_it(out) == 10
    north.day = TODAY + timedelta(1)
    with pytest.raises(Expired):
        north.issues(batch, 10, "the day after")


def test_nor_is_it_issued_today_for_a_round_after_its_last_day(north: Dispensary) -> None:
    batch = north.receives(1000, expires=TODAY)
    with pytest.raises(Expired):
        north.issues(batch, 10, round_on=TODAY + timedelta(1))


def test_another_strength_of_the_same_medicine_waits_until_the_first_is_counted_back(
    north: Dispensary,
) -> None:
    strong, weak = north.receives(1000), north.receives(1000, WEAKER)
    out = north.issues(strong, 500)
    with pytest.raises(TwoStrengths):
        north.issues(weak, 500, "B2")
    for later in ({"session": "evening"}, {"round_on": TODAY + timedelta(1)}):
        with pytest.raises(TwoStrengths):
            north.issues(weak, 500, "B2", **later)
    evening = north.issues(strong, 100, "B4", session="evening")
    north.issues(north.receives(28, TABLETS), 28, "T1")
    Dispensary(north.database, SOUTH).issues(Dispensary(north.database, SOUTH).receives(10, WEAKER), 10)
    north.counts_back(out, 500)
    with pytest.raises(TwoStrengths):
        north.issues(weak, 100, "B3")
    north.counts_back(evening, 100)
    north.issues(weak, 100, "B3")


def test_a_container_that_is_out_is_not_issued_again(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    with pytest.raises(ContainerOut):
        north.issues(batch, 100)
    north.counts_back(out, 500)
    north.issues(batch, 100)


def test_more_than_the_book_says_is_issued_since_it_stands_on_the_table_and_opens_a_discrepancy(
    north: Dispensary,
) -> None:
    batch = north.receives(300)
    entered = north.run(lambda c: issue(c, north.by(), north.opening(batch, 500)))
    (off,) = entered.discrepancies
    found = north.run(lambda c: discrepancy_with(c, off))
    assert (found.found_by, found.amount, found.is_open) == (FoundBy.ISSUED, 200, True)
    assert north.in_safe(batch) == -200


def test_what_is_known_to_be_off_is_not_opened_anew_when_it_is_issued(north: Dispensary) -> None:
    batch = north.receives(300)
    north.counts({batch: 350})
    all_of_it = north.run(lambda c: issue(c, north.by(), north.opening(batch, 350)))
    assert all_of_it.discrepancies == ()
    more = north.run(lambda c: issue(c, north.by(), north.opening(batch, 100, "B2")))
    (off,) = more.discrepancies
    assert north.run(lambda c: discrepancy_with(c, off)).amount == 100


def test_all_that_the_book_says_is_issued_without_a_discrepancy(north: Dispensary) -> None:
    batch = north.receives(300)
    assert north.run(lambda c: issue(c, north.by(), north.opening(batch, 300))).discrepancies == ()


def test_a_dose_is_drawn_from_a_container_that_holds_too_little_by_the_book(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 10)
    assert north.gives(out, 10).discrepancies == ()
    more = north.gives(out, "0.001")
    (off,) = more.discrepancies
    found = north.run(lambda c: discrepancy_with(c, off))
    assert (found.found_by, found.amount) == (FoundBy.OVERDRAWN, ml("0.001"))
    assert more.lines[0].in_container == ml("-0.001")
    assert north.gives(out, 6).discrepancies == (), "one is open already"


@pytest.mark.parametrize("known", [True, False])
def test_a_dose_from_nobody_knows_where_is_kept_and_opens_a_discrepancy(
    north: Dispensary, known: bool
) -> None:
    entered = north.gives(None if known else uuid4(), 6)
    assert entered.lines == ()
    (off,) = entered.discrepancies
    found = north.run(lambda c: discrepancy_with(c, off))
    assert (found.found_by, found.amount, found.batch) == (FoundBy.NO_CONTAINER, -6, None)


def test_a_dose_of_another_product_than_the_containers_is_not_drawn_from_it(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    entered = north.gives(out, 12, product=WEAKER)
    assert entered.lines == ()
    found = north.run(lambda c: discrepancy_with(c, entered.discrepancies[0]))
    assert north.run(lambda c: book_with(c, found.book)).product == WEAKER
    assert north.in_it(out) == 500


def test_a_dose_is_not_drawn_from_the_container_of_another_site(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    south = Dispensary(north.database, SOUTH)
    assert south.gives(out, 6).lines == ()
    assert north.in_it(out) == 500


def test_a_dose_of_nothing_is_none(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    with pytest.raises(AmountRefused):
        north.gives(out, 0)


def test_a_dose_by_one_is_marked_and_never_refused(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    assert north.gives(out, 6, hands=Hands(ANA)).lines[0].signed.single_handed
    assert not north.gives(out, 6, hands=BOTH).lines[0].signed.single_handed


def test_removed_the_stock_returns_and_spilled_it_does_not(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    removed, spilled, stands = uuid4(), uuid4(), uuid4()
    for event in (removed, spilled, stands):
        north.gives(out, 6, event=event)
    back = north.run(lambda c: remove(c, north.by(), removed)).lines[0]
    assert (back.kind, back.takes_back, back.in_container) == (Kind.REMOVE, 3, 488)
    gone = north.run(lambda c: spill_dose(c, north.by(), spilled, SpillReason.BY_THE_PERSON)).lines[0]
    assert (gone.kind, gone.takes_back, gone.in_container, gone.reason) == (
        Kind.SPILL,
        4,
        488,
        "by-the-person",
    )
    assert gone.balance == 988


def test_a_re_dose_is_a_line_of_its_own_and_the_first_dose_stays(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    first = uuid4()
    north.gives(out, 6, event=first)
    again = north.gives(out, 3, follows=first).lines[0]
    assert (again.kind, again.follows, again.takes_back, again.in_container) == (Kind.RE_DOSE, 3, None, 491)


def test_a_dose_is_taken_back_once(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    north.gives(out, 6, event=event)
    by = north.by()
    first = north.run(lambda c: remove(c, by, event))
    assert north.run(lambda c: remove(c, by, event)) == first
    with pytest.raises(NotTakenBack):
        north.run(lambda c: spill_dose(c, north.by(), event, SpillReason.OTHER))
    with pytest.raises(NotThere):
        north.run(lambda c: remove(c, north.by(), uuid4()))


def test_a_dose_of_another_site_is_not_taken_back(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    north.gives(out, 6, event=event)
    south = Dispensary(north.database, SOUTH)
    with pytest.raises(NotThere):
        south.run(lambda c: remove(c, south.by(), event))


def test_what_runs_out_of_a_bottle_is_gone(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    line = north.run(lambda c: spill(c, north.by(), out, ml(20), SpillReason.KNOCKED_OVER)).lines[0]
    assert (line.kind, line.in_container, line.takes_back) == (Kind.SPILL, 480, None)
    more = north.run(lambda c: spill(c, north.by(), out, ml(481), SpillReason.BROKEN))
    assert len(more.discrepancies) == 1
    north.counts_back(out, 0)
    with pytest.raises(IssueClosed):
        north.run(lambda c: spill(c, north.by(), out, ml(1), SpillReason.OTHER))


def test_counted_back_as_the_book_says(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 100)
    back = north.counts_back(out, 400)
    assert kinds(back) == [Kind.CLOSE, Kind.RETURN]
    assert back.lines[0].counted == 400
    assert (north.in_safe(batch), north.in_it(out)) == (900, 0)
    with pytest.raises(IssueClosed):
        north.counts_back(out, 400)


@pytest.mark.parametrize(
    ("residue", "lines"),
    [
        ("402", [Kind.CLOSE, Kind.OVERAGE, Kind.RETURN]),
        ("398", [Kind.CLOSE, Kind.SHORTAGE, Kind.RETURN]),
    ],
)
def test_a_difference_at_the_limit_is_accepted(north: Dispensary, residue: str, lines: list[Kind]) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 100)
    back = north.counts_back(out, residue)
    assert kinds(back) == lines
    assert back.discrepancies == ()
    assert north.in_it(out) == 0
    assert north.in_safe(batch) == 500 + ml(residue)


@pytest.mark.parametrize("residue", ["402.001", "397.999", "0"])
def test_beyond_it_stays_on_the_book_with_a_discrepancy(north: Dispensary, residue: str) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 100)
    back = north.counts_back(out, residue)
    (off,) = back.discrepancies
    found = north.run(lambda c: discrepancy_with(c, off))
    assert (found.found_by, found.amount) == (FoundBy.RESIDUE, ml(residue) - 400)
    assert north.in_it(out) == 400 - ml(residue)
    assert north.in_safe(batch) == 500 + ml(residue)


def test_what_was_taken_out_again_is_not_what_was_drawn(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    north.gives(out, 100, event=event)
    north.run(lambda c: remove(c, north.by(), event))
    assert len(north.counts_back(out, "500.001").discrepancies) == 1


def test_doses_that_arrive_later_are_drawn_from_what_was_counted_back(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    north.gives(out, 100)
    (off,) = north.counts_back(out, 380).discrepancies
    late = north.gives(out, 20)
    assert late.discrepancies == (), "the one of the residue is open"
    assert late.lines[0].in_container == 0
    assert north.run(lambda c: discrepancy_with(c, off)).is_open


def test_a_late_dose_of_a_container_that_was_right_opens_a_discrepancy(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    north.counts_back(out, 500)
    (off,) = north.gives(out, 6).discrepancies
    assert north.run(lambda c: discrepancy_with(c, off)).found_by is FoundBy.AFTER_CLOSE


def test_removing_a_dose_of_a_container_that_was_counted_back_opens_one_too(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    north.gives(out, 6, event=event)
    north.counts_back(out, 494)
    (off,) = north.run(lambda c: remove(c, north.by(), event)).discrepancies
    found = north.run(lambda c: discrepancy_with(c, off))
    assert (found.found_by, found.amount) == (FoundBy.AFTER_CLOSE, -6)


def test_the_whole_round_may_be_done_alone_at_night(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500, hands=AT_NIGHT)
    north.gives(out, 6, hands=AT_NIGHT)
    north.counts_back(out, 494, hands=AT_NIGHT)
    book = north.run(lambda c: issue_with(c, out)).book
    lines = north.run(lambda c: lines_numbered(c, book, 2, 9))
    assert [one.signed.single_handed for one in lines] == [True] * 4


def test_one_who_is_not_alone_opens_no_round(north: Dispensary) -> None:
    batch = north.receives(1000)
    with pytest.raises(SecondPersonNeeded):
        north.issues(batch, hands=Hands(ANA))
    assert north.in_safe(batch) == 1000


def test_what_was_looked_at_is_written_only_if_nobody_wrote_meanwhile(north: Dispensary) -> None:
    batch = north.receives(1000)
    seen = replace(north.by(), seen=1)
    north.issues(batch, 100)
    with pytest.raises(BookChanged):
        north.run(lambda c: issue(c, seen, north.opening(batch, 100, "B2")))
    again = replace(seen, seen=2)
    north.run(lambda c: issue(c, again, north.opening(batch, 100, "B2")))
    assert north.run(lambda c: issue(c, again, north.opening(batch, 100, "B2"))).lines, (
        "the same entry, sent twice"
    )


def test_nothing_of_another_site_is_issued(north: Dispensary) -> None:
    batch = north.receives(1000)
    south = Dispensary(north.database, SOUTH)
    with pytest.raises(NotThere):
        south.issues(batch)


def test_the_last_day_of_a_batch_is_part_of_what_it_is(north: Dispensary) -> None:
    one = north.receives(100, lot="L1", expires=LAST_DAY)
    same = north.receives(50, lot="L1", expires=LAST_DAY)
    other = north.receives(50, lot="L1", expires=date(2028, 1, 31))
    assert one == same != other
    assert north.in_safe(one) == 150
    assert METHADONE.unit == "mL"
