"""A clock that was ahead and is set right opens nothing wider: what began in its time does not last until that time has come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from services.access.people.accounts import add_account
from services.access.people.activation_codes import (
    is_activation_code,
    new_activation_code,
    use_activation_code,
)
from services.access.people.keys import CredentialKeys
from services.access.people.lasting import ends_between, is_to_come
from services.access.people.oidc.id_token import Stated
from services.access.people.oidc.unfinished import begin_elsewhere, keep_stated, shown, take_answer
from services.access.people.outcomes import Refused, SignedIn, Why
from services.access.people.passkeys.ceremonies import keep_challenge, take_challenge
from services.access.people.resets import WAITING, ask_reset
from services.access.people.session_state import State
from services.access.people.sign_in import SignIn
from services.access.people.throttle import FORGOTTEN_AFTER, OF_LOGIN, Failures, after_another, still_blocked
from services.access.people.throttling import Source
from services.access.people.tickets import find_ticket, open_ticket
from services.shared.database import Database

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


class Begun(NamedTuple):
    """Something that counts for a while, begun now."""

    counts: Callable[[Connection, datetime], bool]


Begin = Callable[[Connection, UUID, datetime], Begun]


def _ticket(keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        ticket = open_ticket(connection, keys, account, "second factor", at)
        return Begun(lambda c, now: find_ticket(c, keys, ticket, "second factor", now) is not None)

    return begin


def _challenge(_keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        handle = keep_challenge(connection, "alone", None, b"challenge", at)
        return Begun(lambda c, now: take_challenge(c, handle, "alone", None, now) is not None)

    return begin


def _code_on_paper(_keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        code = new_activation_code(connection, account, at)
        return Begun(lambda c, now: is_activation_code(c, account, code, now))

    return begin


def _activation(_keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        new_activation_code(connection, account, at)
        return Begun(lambda c, now: use_activation_code(c, account, now))

    return begin


def _question_elsewhere(_keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        handle = begin_elsewhere(connection, None, "/", at)
        return Begun(lambda c, now: take_answer(c, handle, now) is not None)

    return begin


def _answer_elsewhere(_keys: CredentialKeys) -> Begin:
    def begin(connection: Connection, account: UUID, at: datetime) -> Begun:
        handle = begin_elsewhere(connection, None, "/", at)
        keep_stated(connection, handle, "https://provider.example", Stated("s", two_factors=True))
        return Begun(lambda c, now: shown(c, handle, now) is not None)

    return begin


@pytest.mark.parametrize(
    "kind", [_ticket, _challenge, _code_on_paper, _activation, _question_elsewhere, _answer_elsewhere]
)
def test_what_began_in_a_time_to_come_does_not_count(
    database: Database, keys: CredentialKeys, at: datetime, kind: Callable[[CredentialKeys], Begin]
) -> None:
    with database.transaction() as connection:
        account = add_account(connection, "ana", "ana of the tests", None, at).id
    for back, counts in (
        (-SECOND, True),
        (timedelta(0), True),
        (MINUTE, True),
        (MINUTE + SECOND, False),
        (DAY, False),
    ):
        with database.transaction() as connection:
            begun = kind(keys)(connection, account, at)
            assert begun.counts(connection, at - back) is counts, back


def test_a_reset_that_was_asked_for_in_a_time_to_come_is_not_confirmed(
    someone, database: Database, at: datetime
) -> None:
    chief = someone("chief", administrator=None)
    nurse = someone("nurse", nurse="Organization/north-prison")
    with database.transaction() as connection:
        asked = ask_reset(connection, chief.account, nurse.account, at)
        for back, waits in ((MINUTE, True), (MINUTE + SECOND, False)):
            values = {"id": asked.id, **ends_between(at - back, DAY)}
            assert (connection.execute(WAITING, values).one_or_none() is not None) is waits


def test_a_session_of_a_time_to_come_does_not_count(ana, begun, found, at: datetime) -> None:
    token = begun(ana.account).token
    assert found(token, at - MINUTE).state is State.OPEN
    assert found(token, at - MINUTE - SECOND) is None
    assert found(token, at - DAY) is None


def test_a_session_that_was_touched_in_a_time_to_come_is_locked(ana, begun, found, at: datetime) -> None:
    """Nobody knows how long its tablet lay there, and it would stay open until that time has come."""
    token = begun(ana.account).token
    later = at + 4 * MINUTE
    assert found(token, later).state is State.OPEN
    assert found(token, later - MINUTE, touches=False).state is State.OPEN
    assert found(token, later - MINUTE - SECOND, touches=False).state is State.LOCKED
    assert found(token, later).state is State.LOCKED


def test_a_code_that_was_used_stays_used_whatever_the_clock_says(
    ana, sign_in: SignIn, source: Source, ticket: Callable[[str], str], database: Database, at: datetime
) -> None:
    code = ana.code(at)
    assert isinstance(sign_in.code(source, ticket("ana"), code, at), SignedIn)
    for now in (at, at - timedelta(seconds=30), at + timedelta(seconds=30)):
        assert sign_in.code(source, ticket("ana"), code, now) == Refused(Why.USED_CODE, ana.account)
    # Nor does one from before it count that nobody has used.
    earlier = at - timedelta(seconds=30)
    assert sign_in.code(source, ticket("ana"), ana.code(earlier), earlier) == Refused(
        Why.USED_CODE, ana.account
    )
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM access.session")).scalar() == 1


def test_a_wait_of_a_clock_that_was_ahead_keeps_nobody_out_and_lets_one_try_pass(at: datetime) -> None:
    longest = OF_LOGIN.longest
    for ahead, waits in (
        (longest - SECOND, longest - SECOND),
        (longest, longest),
        (longest + SECOND, timedelta(0)),
    ):
        assert still_blocked(Failures(20, at + ahead, at + ahead), OF_LOGIN, at) == waits
    after = after_another(Failures(20, at + DAY, at + DAY), OF_LOGIN, at)
    assert after == Failures(21, at + longest, at)
    assert still_blocked(after, OF_LOGIN, at) == longest


def test_failures_count_on_where_the_clock_was_set_back(at: datetime) -> None:
    ahead = at + FORGOTTEN_AFTER
    assert after_another(Failures(20, None, ahead), OF_LOGIN, at).count == 21
    assert after_another(after_another(Failures(20, None, at), OF_LOGIN, ahead), OF_LOGIN, at).count == 22


def test_a_minute_is_what_clocks_may_differ_by(at: datetime) -> None:
    assert [is_to_come(at + ahead, at) for ahead in (-DAY, MINUTE, MINUTE + SECOND)] == [False, False, True]
