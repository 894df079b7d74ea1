"""What a tablet sends is read whole or kept for somebody to look at; the time is put right where its clock is wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from oat import SIX

from clinical.oat.happened import Entry, Kind, Reason
from clinical.oat.round.clock import TOLERATED, Occurred, occurred, put_right
from clinical.oat.round.dose_event import (
    Contact,
    IdentityBy,
    NoEvent,
    SlotName,
    Spoken,
    event_of,
    id_in,
)
from clinical.oat.round.members import NotUnderstood

ID, NURSE, OTHER = (
    UUID("6f3c6c0e-6d2b-4c0a-9a52-0f5a0f0f0f01"),
    UUID("6f3c6c0e-6d2b-4c0a-9a52-0f5a0f0f0f02"),
    UUID("6f3c6c0e-6d2b-4c0a-9a52-0f5a0f0f0f03"),
)
SENT: dict[str, Any] = {
    "id": str(ID),
    "seq": 7,
    "person": "p1",
    "slot": {"order": "o1", "day": "2026-03-10", "part": 1},
    "order_version": "3",
    "kind": "given",
    "mg": "62.5",
    "mL": 12.5,
    "identity_by": ["photo", "number"],
    "awake": True,
    "recorded_by": str(NURSE),
    "occurred_at": "2026-03-10T06:10:00+01:00",
}
AT = datetime(2026, 3, 10, 5, 10, tzinfo=UTC)


def sent(**changes: Any) -> dict[str, Any]:
    return {**SENT, **changes}


def test_an_event_is_read_whole() -> None:
    event = event_of(
        sent(
            witness=str(OTHER),
            spoken_confirmation={"with": "Mira", "at": "2026-03-10T06:09:00+01:00"},
            clock={"server_at": "2026-03-10T05:00:00Z", "device_at": "2026-03-10T06:00:00+01:00"},
            entry="paper",
            single_handed=False,
        )
    )
    assert (event.id, event.seq, event.person, event.kind) == (ID, 7, "p1", Kind.GIVEN)
    assert event.slot == SlotName("o1", date(2026, 3, 10), 1)
    assert (event.mg, event.ml) == (Decimal("62.5"), Decimal("12.5"))
    assert event.identity_by == {IdentityBy.PHOTO, IdentityBy.NUMBER}
    assert (event.given_by, event.recorded_by, event.witness) == (NURSE, NURSE, OTHER)
    assert event.spoken == Spoken("Mira", AT - timedelta(minutes=1))
    assert event.clock == Contact(AT - timedelta(minutes=10), AT - timedelta(minutes=10))
    assert event.entry is Entry.PAPER


@pytest.mark.parametrize("said", [{}, {"id": None}, {"id": "one"}, {"id": 7}])
def test_without_a_number_it_is_no_event(said: dict[str, Any]) -> None:
    with pytest.raises(NoEvent):
        id_in(said)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("kind", "swallowed"), ("kind", None), ("kind", ["given"]),
        ("person", None), ("person", ""), ("person", 5), ("person", "a\0"), ("person", "x" * 201),
        ("recorded_by", None), ("recorded_by", "nurse"),
        ("occurred_at", None), ("occurred_at", "2026-03-10T06:10:00"), ("occurred_at", "soon"), ("occurred_at", 5),
        ("occurred_at", "1969-12-31T23:00:00Z"), ("occurred_at", "9999-12-31T23:59:59Z"),
        ("mg", -1), ("mg", "much"), ("mg", True), ("mg", "NaN"), ("mg", 10_001), ("mg", {}),
        ("slot", "o1"), ("slot", {"order": "o1", "day": "2026-03-32", "part": 1}), ("slot", {"order": "o1", "day": "2026-03-10"}),
        ("slot", {"order": "o1", "day": "2026-03-10", "part": 0}), ("seq", -1), ("seq", "7"), ("seq", 2**63),
        ("identity_by", "photo"), ("identity_by", ["face"]), ("awake", "yes"), ("reason", "punished"), ("of", "x"),
        ("spoken_confirmation", {"with": "Mira"}), ("clock", {"server_at": "2026-03-10T05:00:00Z"}), ("entry", "memory"),
    ],
)  # fmt: skip
def test_what_says_nothing_known_is_named_by_its_member(member: str, value: Any) -> None:
    with pytest.raises(NotUnderstood) as refused:
        event_of(sent(**{member: value}))
    assert refused.value.member == member
    assert id_in(sent(**{member: value})) == ID


@pytest.mark.parametrize("kind", ["vomited", "entered-in-error"])
def test_what_is_about_another_event_names_it(kind: str) -> None:
    with pytest.raises(NotUnderstood):
        event_of(sent(kind=kind))
    assert event_of(sent(kind=kind, of=str(OTHER))).of == OTHER


def test_no_reason_is_disciplinary() -> None:
    assert not {reason for reason in Reason if "disciplin" in reason or "sanction" in reason}


def test_the_most_is_still_read() -> None:
    assert event_of(sent(mg=10_000)).mg == 10_000


# --- when it happened

LATER = AT + timedelta(hours=3)


def when(received: datetime = LATER, **changes: Any) -> Occurred:
    return occurred(event_of(sent(**changes)), received)


def clock(**off: int) -> dict[str, str]:
    """The clock of the tablet at the last contact, so far ahead of the server's."""
    return {"server_at": AT.isoformat(), "device_at": (AT + timedelta(**off)).isoformat()}


def test_a_clock_that_is_right_says_when_it_was() -> None:
    assert when() == Occurred(AT)
    assert when(clock=clock(minutes=0)) == Occurred(AT)


@pytest.mark.parametrize(("off", "corrected"), [(-1, False), (0, False), (1, True)])
def test_a_clock_is_put_right_beyond_what_is_tolerated(off: int, corrected: bool) -> None:
    by = TOLERATED + timedelta(seconds=off)
    found = when(clock=clock(seconds=int(by.total_seconds())))
    assert found == (Occurred(AT - by, True) if corrected else Occurred(AT))


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_wrong_by_a_day_is_put_right(days: int) -> None:
    said = (AT + timedelta(days=days)).isoformat()
    assert when(occurred_at=said, clock=clock(days=days)) == Occurred(AT, True)


def test_what_was_to_happen_after_it_arrived_happened_by_then() -> None:
    ahead = (LATER + timedelta(days=1)).isoformat()
    listed = (AT - timedelta(hours=1)).isoformat()
    assert when(occurred_at=ahead, list_from=listed) == Occurred(AT - timedelta(hours=1), True, LATER)
    assert when(occurred_at=ahead) == Occurred(LATER, True, LATER)


def test_what_was_to_happen_before_the_list_happened_after_it() -> None:
    listed = AT + timedelta(hours=1)
    assert when(list_from=listed.isoformat()) == Occurred(listed, True, LATER)


@pytest.mark.parametrize(("minutes", "trusted"), [(-3, False), (-2, True), (-1, True), (1, True)])
def test_a_little_before_the_list_is_still_believed(minutes: int, trusted: bool) -> None:
    at = SIX + timedelta(minutes=minutes)
    found = put_right(at, None, SIX + timedelta(hours=1), SIX)
    assert (found.surely_by is None) is trusted
    assert found.at == (at if trusted else SIX)


def test_a_paper_is_older_than_any_list() -> None:
    listed = AT + timedelta(hours=1)
    assert when(list_from=listed.isoformat(), entry="paper") == Occurred(AT)


@pytest.mark.parametrize(("seconds", "trusted"), [(120, True), (121, False)])
def test_a_little_ahead_is_the_instant_it_arrived(seconds: int, trusted: bool) -> None:
    found = when(occurred_at=(LATER + timedelta(seconds=seconds)).isoformat())
    assert found.at == LATER
    assert (found.surely_by is None) is trusted


def test_the_night_of_the_clock_change_has_two_hours_of_one_name() -> None:
    first, second = "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"
    received = datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert when(received, occurred_at=first).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert when(received, occurred_at=second).at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
