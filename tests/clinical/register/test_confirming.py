"""A count of somebody who was alone is confirmed by somebody else, and by nobody who was alone themselves."""

from uuid import UUID, uuid4

import pytest
from dispensary import ANA, AT_NIGHT, BESA, CEDA, NORTH, Dispensary

from clinical.register.confirming import confirm, to_confirm
from clinical.register.entering import Entered
from clinical.register.errors import NothingToConfirm, SamePerson
from clinical.register.kind import Kind
from clinical.register.reading import holdings
from clinical.register.stock import batch_with
from clinical.register.two_people import Hands


@pytest.fixture
def batch(north: Dispensary) -> UUID:
    return north.receives(1000)


def book_of(north: Dispensary, batch: UUID) -> UUID:
    return north.run(lambda c: batch_with(c, batch)).book


def waiting(north: Dispensary, batch: UUID) -> list[int]:
    book = book_of(north, batch)
    return [one.line.number for one in north.run(lambda c: to_confirm(c, book))]


def unconfirmed(north: Dispensary) -> list[int]:
    (book,) = north.run(lambda c: holdings(c, NORTH))
    return [one.number for one in book.unconfirmed]


def confirms(north: Dispensary, batch: UUID, who: UUID, event: UUID | None = None) -> Entered:
    book, number = book_of(north, batch), waiting(north, batch)
    by = north.by(Hands(who), event=event or uuid4())
    return north.run(lambda c: confirm(c, by, book, number[0] if number else 2))


def test_a_count_by_one_waits_for_somebody_else_and_is_confirmed_by_a_line_that_names_it(
    north: Dispensary, batch: UUID
) -> None:
    north.counts({batch: 1000}, AT_NIGHT)
    assert waiting(north, batch) == unconfirmed(north) == [2]
    (line,) = confirms(north, batch, BESA).lines
    assert (line.kind, line.follows, line.counted, line.balance) == (Kind.COUNT, 2, 1000, 1000)
    assert (line.signed.first, line.signed.second, line.signed.single_handed) == (BESA, None, False)
    assert waiting(north, batch) == unconfirmed(north) == []


def test_nobody_confirms_their_own_count(north: Dispensary, batch: UUID) -> None:
    north.counts({batch: 1000}, AT_NIGHT)
    with pytest.raises(SamePerson):
        confirms(north, batch, ANA)
    assert waiting(north, batch) == [2]


def test_nobody_confirms_what_they_did_alone_themselves(north: Dispensary, batch: UUID) -> None:
    out = north.issues(batch, 100, hands=Hands(BESA, alone=True))
    north.counts_back(out, 100, hands=AT_NIGHT)
    with pytest.raises(SamePerson):
        confirms(north, batch, BESA)
    confirms(north, batch, CEDA)
    assert unconfirmed(north) == []


def test_a_count_back_by_one_is_confirmed_with_all_of_that_night(north: Dispensary, batch: UUID) -> None:
    out = north.issues(batch, 100, hands=AT_NIGHT)
    north.gives(out, 6, hands=AT_NIGHT)
    north.counts_back(out, 94, hands=AT_NIGHT)
    (line,) = confirms(north, batch, BESA).lines
    assert line.counted == 994
    assert unconfirmed(north) == []


def test_once_something_went_out_again_two_count(north: Dispensary, batch: UUID) -> None:
    north.counts({batch: 1000}, AT_NIGHT)
    north.issues(batch, 100)
    assert waiting(north, batch) == []
    with pytest.raises(NothingToConfirm):
        confirms(north, batch, BESA)
    assert unconfirmed(north) == [2]


def test_what_two_counted_is_not_to_be_confirmed(north: Dispensary, batch: UUID) -> None:
    north.counts({batch: 1000})
    assert waiting(north, batch) == []


def test_pressed_twice_it_is_one_line(north: Dispensary, batch: UUID) -> None:
    north.counts({batch: 1000}, AT_NIGHT)
    event = uuid4()
    first = confirms(north, batch, BESA, event)
    assert confirms(north, batch, BESA, event) == first


def test_a_difference_that_is_looked_into_is_confirmed_as_it_was_found(
    north: Dispensary, batch: UUID
) -> None:
    north.counts({batch: 990}, AT_NIGHT)
    (line,) = confirms(north, batch, BESA).lines
    assert line.counted == 990
