"""How old somebody is, where the date of birth may be known in part: never older than is sure."""

from datetime import date

import pytest

from clinical.people import age_on


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-11-27", date(2026, 11, 26), 17),
        ("2008-11-27", date(2026, 11, 27), 18),
        ("2008-11", date(2026, 11, 29), 17),
        ("2008-11", date(2026, 12, 1), 18),
        ("2008", date(2026, 12, 30), 17),
        ("2008", date(2027, 1, 1), 18),
        ("2008-02-29", date(2026, 2, 28), 17),
        ("", date(2026, 1, 1), None),
    ],
)
def test_of_what_is_not_known_the_latest_is_taken(born: str, on: date, age: int | None) -> None:
    assert age_on(born, on) == age
