"""A PIN unlocks the session of this shift on this tablet, and does nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.access.people.devices import Registered, record_device, revoke_device
from services.access.people.errors import PinRefused
from services.access.people.hashing import Hashing
from services.access.people.pins import FullSignInNeeded, Pins, StillLocked, Unlocked
from services.access.people.session_state import SHIFT, State
from services.access.people.sessions import begin, end, lock
from services.shared.database import Database

PIN = "480173"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def locked(ana, begun, pins: Pins, tablet: Registered, database: Database, at: datetime) -> str:
    """Ana's session on the tablet, with a PIN, locked; its token."""
    token: str = begun(ana.account, tablet.id).token
    pins.choose(token, tablet.token, PIN, at)
    with database.transaction() as connection:
        lock(connection, token, at)
    return token


def test_the_pin_opens_a_locked_session_under_another_token(
    locked: str, pins: Pins, tablet: Registered, found, at: datetime
) -> None:
    outcome = pins.unlock(locked, tablet.token, PIN, at + MINUTE)
    assert isinstance(outcome, Unlocked)
    assert found(locked, at + MINUTE, tablet.token) is None
    assert found(outcome.token, at + MINUTE, tablet.token).state is State.OPEN
    assert outcome.token not in repr(outcome)


def test_it_opens_a_session_that_has_locked_by_itself(
    ana, begun, pins: Pins, tablet: Registered, at: datetime
) -> None:
    token = begun(ana.account, tablet.id).token
    pins.choose(token, tablet.token, PIN, at)
    assert isinstance(pins.unlock(token, tablet.token, PIN, at + 6 * MINUTE), Unlocked)


def test_the_fifth_wrong_pin_ends_the_session(
    locked: str, pins: Pins, tablet: Registered, found, at: datetime
) -> None:
    outcomes = [pins.unlock(locked, tablet.token, "305918", at) for _ in range(5)]
    assert [one.tries_left for one in outcomes if isinstance(one, StillLocked)] == [4, 3, 2, 1]
    assert isinstance(outcomes[-1], FullSignInNeeded)
    assert outcomes[-1].ended
    assert found(locked, at, tablet.token) is None
    assert pins.unlock(locked, tablet.token, PIN, at) == FullSignInNeeded()


def test_the_right_pin_begins_the_count_anew(
    locked: str, pins: Pins, tablet: Registered, database, at: datetime
) -> None:
    for _ in range(4):
        pins.unlock(locked, tablet.token, "305918", at)
    opened = pins.unlock(locked, tablet.token, PIN, at)
    assert isinstance(opened, Unlocked)
    with database.transaction() as connection:
        lock(connection, opened.token, at)
    assert pins.unlock(opened.token, tablet.token, "305918", at) == StillLocked(opened.session, 4)


def test_many_wrong_pins_at_once_are_five(
    locked: str, pins: Pins, tablet: Registered, hasher, at: datetime
) -> None:
    before = hasher.computed
    with ThreadPoolExecutor(8) as together:
        list(together.map(lambda _: pins.unlock(locked, tablet.token, "305918", at), range(16)))
    assert hasher.computed - before == 5


def test_a_pin_is_of_one_device(
    ana, locked: str, pins: Pins, database: Database, begun, at: datetime
) -> None:
    with database.transaction() as connection:
        other = record_device(connection, "Round 2", "Location/north", ana.account, at)
    token = begun(ana.account, other.id).token
    with database.transaction() as connection:
        lock(connection, token, at)
    assert isinstance(pins.unlock(token, other.token, PIN, at), FullSignInNeeded)
    # Nor does a hash that somebody copied from one tablet's row to another's.
    with database.transaction() as connection:
        connection.execute(
            text("INSERT INTO access.pin SELECT account, :other, hash, set_at FROM access.pin"),
            {"other": other.id},
        )
    assert isinstance(pins.unlock(token, other.token, PIN, at), StillLocked)


def test_a_pin_begins_nothing(
    locked: str, pins: Pins, tablet: Registered, database: Database, at: datetime
) -> None:
    assert pins.unlock("made up", tablet.token, PIN, at) == FullSignInNeeded()
    assert pins.unlock(locked, "made up", PIN, at) == FullSignInNeeded()
    assert pins.unlock("\ud800", "\0", PIN, at) == FullSignInNeeded()
    assert isinstance(pins.unlock(locked, tablet.token, "\ud800", at), StillLocked)
    assert pins.unlock(locked, tablet.token, PIN, at + SHIFT) == FullSignInNeeded()


def test_with_the_session_of_the_shift_the_pin_is_over(
    locked: str, pins: Pins, tablet: Registered, found, database: Database, at: datetime
) -> None:
    with database.transaction() as connection:
        end(connection, found(locked, at, tablet.token).id)
    assert pins.unlock(locked, tablet.token, PIN, at) == FullSignInNeeded()


def test_it_is_chosen_in_an_open_session_on_a_tablet(
    ana, locked: str, begun, pins: Pins, tablet: Registered, at: datetime
) -> None:
    with pytest.raises(PinRefused):
        pins.choose(locked, tablet.token, PIN, at)
    with pytest.raises(PinRefused):
        pins.choose(begun(ana.account).token, tablet.token, PIN, at)
    with pytest.raises(PinRefused, match="6 to 12"):
        pins.choose(begun(ana.account, tablet.id).token, tablet.token, "48017", at)


def test_an_open_session_is_not_unlocked(ana, begun, pins: Pins, tablet: Registered, at: datetime) -> None:
    token = begun(ana.account, tablet.id).token
    pins.choose(token, tablet.token, PIN, at)
    assert pins.unlock(token, tablet.token, PIN, at) == FullSignInNeeded()


def test_with_the_device_its_pins_are_gone(
    locked: str, tablet: Registered, ana, database: Database, at: datetime
) -> None:
    with database.transaction() as connection:
        revoke_device(connection, tablet.id, ana.account, at)
        assert connection.execute(text("SELECT count(*) FROM access.pin")).scalar() == 0


def test_the_hash_alone_does_not_tell_the_pin(locked: str, database: Database, hashing: Hashing) -> None:
    with database.transaction() as connection:
        (kept,) = connection.execute(text("SELECT hash FROM access.pin")).scalars()
        rows = connection.execute(text("SELECT p::text FROM access.pin p")).scalars().all()
    assert kept.startswith("$argon2id$")
    assert not hashing.check(PIN, kept).same
    assert not any(PIN in row.replace(kept, "") for row in rows)


def test_a_session_without_a_pin_needs_a_full_sign_in(
    ana, tablet: Registered, pins: Pins, database: Database, at: datetime
) -> None:
    with database.transaction() as connection:
        token = begin(connection, ana.account, tablet.id, at).token
        lock(connection, token, at)
    assert isinstance(pins.unlock(token, tablet.token, PIN, at), FullSignInNeeded)
