"""A session is a row on the server: whatever ends it has ended it at the next request."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.access.people.accounts import close_account
from services.access.people.devices import Registered, device_of, revoke_device
from services.access.people.errors import UnknownDevice
from services.access.people.session_state import SHIFT, State, Times, checked_lock, state
from services.access.people.sessions import (
    ask_rotation,
    begin,
    end,
    end_all,
    end_device,
    hide,
    list_sessions,
    lock,
    rotate,
    sign_out,
)
from services.shared.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("idle", "hidden", "locked", "expected"),
    [
        (0, False, False, State.OPEN),
        (29, False, False, State.OPEN),
        (30, False, False, State.HIDDEN),
        (299, False, False, State.HIDDEN),
        (300, False, False, State.LOCKED),
        (0, True, False, State.HIDDEN),
        (0, True, True, State.LOCKED),
        (-60, False, False, State.OPEN),
    ],
)
def test_a_session_hides_then_locks(idle: int, hidden: bool, locked: bool, expected: State) -> None:
    times = Times(NOON - idle * SECOND, NOON if hidden else None, NOON if locked else None)
    assert state(times, FIVE, NOON) is expected


@pytest.mark.parametrize(("seconds", "fine"), [(119, False), (120, True), (600, True), (601, False)])
def test_the_protocol_locks_after_two_to_ten_minutes(seconds: int, fine: bool) -> None:
    if fine:
        assert checked_lock(seconds * SECOND) == seconds * SECOND
        return
    with pytest.raises(ValueError, match="2 to 10"):
        checked_lock(seconds * SECOND)


def test_only_the_digest_of_a_token_is_kept(ana, begun, database: Database) -> None:
    token = begun(ana.account).token
    with database.transaction() as connection:
        (row,) = connection.execute(text("SELECT s::text FROM access.session s")).scalars()
    assert token not in row
    assert token.encode().hex() not in row


def test_a_session_ends_with_the_shift_however_much_it_is_used(ana, begun, found, at: datetime) -> None:
    token = begun(ana.account).token
    now = at
    while now < at + SHIFT:
        assert found(token, now).state is State.OPEN
        now += timedelta(minutes=4)
    assert found(token, at + SHIFT) is None


def test_a_session_that_was_left_is_locked_and_stays_so(ana, begun, found, at: datetime) -> None:
    token = begun(ana.account).token
    assert found(token, at + FIVE - SECOND).state is State.OPEN
    left = at + FIVE - SECOND
    assert found(token, left + FIVE).state is State.LOCKED
    assert found(token, left + FIVE + SECOND).state is State.LOCKED


def test_what_a_page_asks_by_itself_does_not_keep_a_session_open(ana, begun, found, at: datetime) -> None:
    token = begun(ana.account).token
    for seconds in range(0, 300, 10):
        found(token, at + seconds * SECOND, touches=False)
    assert found(token, at + 40 * SECOND, touches=False).state is State.HIDDEN
    assert found(token, at + FIVE, touches=False).state is State.LOCKED
    assert found(token, at + FIVE).state is State.LOCKED


def test_hiding_lasts_until_the_next_touch_and_locking_does_not_end_with_it(
    ana, begun, found, database: Database, at: datetime
) -> None:
    token = begun(ana.account).token
    with database.transaction() as connection:
        hide(connection, token, at)
    assert found(token, at + SECOND, touches=False).state is State.HIDDEN
    assert found(token, at + SECOND).state is State.OPEN
    assert found(token, at + SECOND, touches=False).state is State.OPEN
    with database.transaction() as connection:
        lock(connection, token, at)
    assert found(token, at + SECOND).state is State.LOCKED


def test_each_way_to_end_a_session_has_ended_it_at_the_next_request(
    ana, begun, found, database: Database, tablet: Registered, at: datetime
) -> None:
    for ending in ("sign out", "end", "end all", "end device", "revoke device", "close account"):
        one = begun(ana.account, tablet.id)
        assert found(one.token, at, tablet.token) is not None, ending
        with database.transaction() as connection:
            if ending == "sign out":
                sign_out(connection, one.token)
            elif ending == "end":
                assert end(connection, one.id) == ana.account
            elif ending == "end all":
                assert end_all(connection, ana.account) == 1
            elif ending == "end device":
                assert end_device(connection, tablet.id) == 1
            elif ending == "revoke device":
                assert revoke_device(connection, tablet.id, ana.account, at) == 1
                connection.execute(text("UPDATE access.device SET revoked_at = NULL"))
            else:
                close_account(connection, ana.account, ana.account, at)
        assert found(one.token, at, tablet.token) is None, ending
        with database.transaction() as connection:
            assert connection.execute(text("SELECT count(*) FROM access.session")).scalar() == 0, ending


def test_a_revoked_device_and_a_closed_account_are_out_even_if_a_session_was_left(
    ana, someone, begun, found, database: Database, tablet: Registered, at: datetime
) -> None:
    bojan = someone("bojan")
    one, other = begun(ana.account, tablet.id), begun(bojan.account)
    with database.transaction() as connection:
        connection.execute(text("UPDATE access.device SET revoked_at = now()"))
        connection.execute(
            text("UPDATE access.account SET closed_at = now() WHERE id = :id"), {"id": bojan.account}
        )
    assert found(one.token, at, tablet.token) is None
    assert found(other.token, at) is None


def test_a_session_of_a_tablet_is_worth_nothing_elsewhere(
    ana, begun, found, database: Database, tablet: Registered, at: datetime
) -> None:
    token = begun(ana.account, tablet.id).token
    assert found(token, at) is None
    assert found(token, at, "made up") is None
    assert found(token, at, tablet.token) is not None


def test_ending_one_session_leaves_the_others(ana, begun, found, database: Database, at: datetime) -> None:
    kept, ended = begun(ana.account), begun(ana.account)
    with database.transaction() as connection:
        assert end_all(connection, ana.account, but=kept.id) == 1
    assert found(kept.token, at) is not None
    assert found(ended.token, at) is None


def test_after_rotation_the_old_token_is_worth_nothing(
    ana, begun, found, database: Database, at: datetime
) -> None:
    one = begun(ana.account)
    with database.transaction() as connection:
        ask_rotation(connection, ana.account)
    assert found(one.token, at).rotation_due
    with database.transaction() as connection:
        new = rotate(connection, one.token)
        assert new is not None
        assert rotate(connection, one.token) is None
    assert found(one.token, at) is None
    assert found(new, at).id == one.id
    assert not found(new, at).rotation_due


def test_signing_in_never_takes_on_a_token_that_was_there(
    ana, signed_in, ticket, sign_in, source, at: datetime
) -> None:
    first = signed_in(ana)
    later = at + timedelta(minutes=1)
    second = sign_in.code(source, ticket("ana"), ana.code(later), later)
    assert first.begun.token != second.begun.token
    assert first.begun.id != second.begun.id


def test_whoever_signs_in_anew_on_a_tablet_leaves_no_older_session_on_it(
    ana, someone, begun, found, tablet: Registered, at: datetime
) -> None:
    bojan = someone("bojan")
    elsewhere, others, older = (
        begun(ana.account),
        begun(bojan.account, tablet.id),
        begun(ana.account, tablet.id),
    )
    newer = begun(ana.account, tablet.id)
    assert found(older.token, at, tablet.token) is None
    for kept in (elsewhere, others, newer):
        assert found(kept.token, at, tablet.token) is not None


def test_sessions_that_are_over_are_forgotten(ana, database: Database, at: datetime) -> None:
    with database.transaction() as connection:
        begin(connection, ana.account, None, at)
        begin(connection, ana.account, None, at + SHIFT)
        assert connection.execute(text("SELECT count(*) FROM access.session")).scalar() == 1
        assert [one.login for one in list_sessions(connection, at + SHIFT)] == ["ana"]


def test_a_device_is_known_by_its_token_until_it_is_revoked(
    ana, database: Database, tablet: Registered, at: datetime
) -> None:
    with database.transaction() as connection:
        known = device_of(connection, tablet.token)
        assert known is not None
        assert (known.id, known.facility) == (tablet.id, "Location/north")
        assert device_of(connection, "made up") is None
        revoke_device(connection, tablet.id, ana.account, at)
        assert device_of(connection, tablet.token) is None
        with pytest.raises(UnknownDevice):
            revoke_device(connection, tablet.id, ana.account, at)
    assert tablet.token not in repr(tablet)
