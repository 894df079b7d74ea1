"""What national law decides has no default: not set is the stricter path, and is told."""

from collections.abc import Callable

import pytest
from oat import DEMONSTRATION

from clinical.oat.law import (
    DECIDED_BY_LAW,
    Ruling,
    allows_telephone_orders,
    may_dose_alone,
    needs_pin,
)
from clinical.protocols import NO_PROTOCOL, Parameter, Protocol, Status

Asked = Callable[[Protocol], Ruling]

RULINGS: list[tuple[Asked, str, bool]] = [
    (may_dose_alone, "oat.law.sole-nurse-may-dose", False),
    (allows_telephone_orders, "oat.law.telephone-orders", False),
    (needs_pin, "oat.law.pin-for-each-dose", True),
]


@pytest.mark.parametrize(("asked", "name", "stricter"), RULINGS)
def test_not_set_is_the_stricter_path_and_is_told(asked: Asked, name: str, stricter: bool) -> None:
    assert asked(NO_PROTOCOL) == Ruling(stricter, (name,))
    for value in (True, False):
        law = Protocol({name: Parameter(value, "x", Status.PROPOSED)})
        assert asked(law) == Ruling(value)


def test_the_list_names_each_of_them_and_the_demonstration_sets_them() -> None:
    assert tuple(name for _, name, _ in RULINGS) == DECIDED_BY_LAW
    assert DEMONSTRATION.not_set(*DECIDED_BY_LAW) == ()
