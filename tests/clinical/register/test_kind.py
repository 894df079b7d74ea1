"""What each kind of line does, said twice: here, and by the table."""

from decimal import Decimal

import pytest

from clinical.register.kind import BACK, CORRECTED, DOSES, GONE, SIGNS, Change, Kind, change

A = Decimal("6.5")
NOTHING = Decimal()

# kind, safe and container without a container, safe and container with one; None: not without, or not with
DOES = {
    Kind.RECEIVE: ((A, NOTHING), (A, NOTHING)),
    Kind.TRANSFER_IN: ((A, NOTHING), (A, NOTHING)),
    Kind.TRANSFER_OUT: ((-A, NOTHING), (-A, NOTHING)),
    Kind.ISSUE: ((-A, A), (-A, A)),
    Kind.RETURN: ((A, -A), (A, -A)),
    Kind.DOSE: ((-A, NOTHING), (NOTHING, -A)),
    Kind.RE_DOSE: ((-A, NOTHING), (NOTHING, -A)),
    Kind.SPILL: ((-A, NOTHING), (NOTHING, -A)),
    Kind.DESTROY: ((-A, NOTHING), (NOTHING, -A)),
    Kind.SHORTAGE: ((-A, NOTHING), (NOTHING, -A)),
    Kind.REMOVE: ((A, NOTHING), (NOTHING, A)),
    Kind.OVERAGE: ((A, NOTHING), (NOTHING, A)),
    Kind.COUNT: ((NOTHING, NOTHING), (NOTHING, NOTHING)),
    Kind.CLOSE: ((NOTHING, NOTHING), (NOTHING, NOTHING)),
}


@pytest.mark.parametrize("kind", DOES)
def test_each_kind_moves_what_it_says(kind: Kind) -> None:
    without, within = DOES[kind]
    assert change(kind, A, in_container=False) == without
    assert change(kind, A, in_container=True) == within


def test_every_kind_but_a_correction_is_of_one_sort() -> None:
    assert set(SIGNS) | GONE | BACK == set(Kind) - {Kind.CORRECTION}
    assert not GONE & BACK
    assert not (GONE | BACK) & set(SIGNS)
    assert {Kind.DOSE, Kind.RE_DOSE} == DOSES


def test_what_is_undone_is_the_opposite() -> None:
    assert Change(A, -A).undone() == Change(-A, A)


def test_a_dose_and_a_count_are_never_corrected() -> None:
    assert not CORRECTED & (DOSES | {Kind.COUNT, Kind.CLOSE, Kind.REMOVE, Kind.CORRECTION, Kind.TRANSFER_IN})
