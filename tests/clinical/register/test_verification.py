"""Whoever doubts the tables asks the lines: any change by their owner is found."""

import psycopg
import pytest
from dispensary import Dispensary

from clinical.register.verification import lines_that_do_not_hold
from services.shared.installation import Urls


def found(north: Dispensary) -> list[int]:
    return [number for _, number in north.run(lambda c: list(lines_that_do_not_hold(c)))]


@pytest.fixture
def used(north: Dispensary) -> Dispensary:
    """A delivery, a bottle, two doses."""
    out = north.issues(north.receives(1000), 500)
    north.gives(out, 6)
    north.gives(out, 8)
    return north


def test_a_register_that_nobody_touched_holds(used: Dispensary) -> None:
    assert found(used) == []


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ("UPDATE clinical.register_line SET amount = 5, container_change = -5 WHERE number = 3", 3),
        ("UPDATE clinical.register_line SET book_after = 995 WHERE number = 3", 3),
        ("UPDATE clinical.register_line SET container_after = 495 WHERE number = 3", 3),
        ("UPDATE clinical.register_line SET safe_after = 501 WHERE number = 2", 2),
        ("UPDATE clinical.register_line SET number = 9 WHERE number = 4", 9),
        ("DELETE FROM clinical.register_line WHERE number = 4", 4),
        ("UPDATE clinical.register_book SET balance = 985", 4),
        ("UPDATE clinical.register_book SET last_line = 5", 5),
        ("UPDATE clinical.register_batch SET in_safe = 499", 4),
        ("UPDATE clinical.register_issue SET in_it = 485", 4),
    ],
)
def test_what_was_changed_is_found(used: Dispensary, urls: Urls, change: str, first: int) -> None:
    with psycopg.connect(urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(change.encode())
    assert found(used)[:1] == [first]
