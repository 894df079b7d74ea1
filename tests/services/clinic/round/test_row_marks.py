"""A tablet asks again for its list: it is sent, and logged as read, what it does not have yet."""

from collections.abc import Callable

import pytest
from audit_events import Logged, fresh_events
from people_pages import Clock
from round_tablets import SignIn, Tablet

from services.access.people.devices import Registered
from services.clinic.round.row_marks import mark_of
from services.shared.installation import Urls


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    """What was logged since it was last asked."""
    return fresh_events(urls.owner)


def test_of_what_the_tablet_has_it_is_sent_the_marks_alone_and_nobody_is_read(
    nurse: Tablet, clock: Clock, log: Callable[[], list[Logged]]
) -> None:
    before = nurse.list()
    marks = [row["mark"] for row in before["rows"]]
    log()
    clock.goes_on(minutes=1)
    again = nurse.post("/round/list", {"known": marks}).json()
    assert again["rows"] == [{"mark": one} for one in marks]
    assert again["server_at"] > before["server_at"]
    assert [one for one in log() if one.get("interaction") == "$round"] == []


def test_what_another_recorded_is_sent_whole_and_read_of_that_person_alone(
    nurse: Tablet, sign_in: SignIn, device: Callable[[str], Registered], log: Callable[[], list[Logged]]
) -> None:
    first, other = nurse.list()["rows"]
    assert sign_in("nurse2", device("Beside")).gives("p1").status_code == 201
    log()
    rows = nurse.post("/round/list", {"known": [first["mark"], other["mark"]]}).json()["rows"]
    assert (rows[0]["person"], rows[0]["done"]["taken"], rows[0]["mark"] != first["mark"]) == (
        "p1",
        True,
        True,
    )
    assert rows[1] == {"mark": other["mark"]}
    (read,) = [one for one in log() if one.get("interaction") == "$round"]
    assert "Patient/p1" in str(read)
    assert "Patient/p2" not in str(read)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"mg": "70"}, False),
        ({"last": {"at": "2026-03-09", "checked_at": "later"}}, True),
        ({"last": {"at": "2026-03-10", "checked_at": "now"}}, False),
        ({"last": None}, False),
    ],
)
def test_a_mark_is_of_all_that_a_row_says_but_for_when_it_was_looked_at(
    change: dict[str, object], *, same: bool
) -> None:
    row = {"person": "p1", "mg": "60", "last": {"at": "2026-03-09", "checked_at": "now"}}
    assert (mark_of(row) == mark_of({**row, **change})) is same
