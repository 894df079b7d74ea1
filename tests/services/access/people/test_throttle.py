"""Failures slow down, are bounded, and outlive a restart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.access.people.devices import Registered
from services.access.people.journal import Journal
from services.access.people.outcomes import Refused, SecondFactorNeeded, TryLater
from services.access.people.sign_in import SignIn
from services.access.people.throttle import (
    OF_LOGIN,
    OF_SOURCE,
    Failures,
    Limit,
    after_another,
    wait,
)
from services.access.people.throttling import Source
from services.shared.database import Database

PASSWORD = "a long walk by the river"
WRONG = "not the password at all"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 0), (6, 2), (7, 4), (8, 8), (13, 256), (14, 300), (15, 300), (10**9, 300)],
)
def test_the_wait_doubles_up_to_five_minutes(failures: int, seconds: int) -> None:
    assert wait(failures, OF_LOGIN) == timedelta(seconds=seconds)


@given(st.integers(0, 10**12), st.sampled_from([OF_LOGIN, OF_SOURCE]))
def test_no_wait_is_longer_than_its_limit(failures: int, limit: Limit) -> None:
    assert wait(failures, limit) <= limit.longest <= timedelta(minutes=5)


def test_a_day_later_failures_are_forgotten() -> None:
    many = Failures(50, NOON, NOON)
    assert after_another(many, OF_LOGIN, NOON + timedelta(days=1)).count == 51
    assert after_another(many, OF_LOGIN, NOON + timedelta(days=1, seconds=1)).count == 1


def test_the_count_outlives_a_restart(
    ana, sign_in: SignIn, source: Source, urls, hashing, keys, party, at: datetime, journal: Journal
) -> None:
    for _ in range(6):
        sign_in.password(source, "ana", WRONG, at)
    restarted = Database(urls.server)
    try:
        again = SignIn(restarted, hashing, keys, party, journal).password(source, "ana", PASSWORD, at)
    finally:
        restarted.close()
    assert again == TryLater(timedelta(seconds=2))


def test_after_the_wait_the_right_password_gets_in_and_failures_are_forgotten(
    ana, sign_in: SignIn, source: Source, signed_in, at: datetime
) -> None:
    for _ in range(6):
        sign_in.password(source, "ana", WRONG, at)
    later = at + timedelta(seconds=2)
    outcome = sign_in.password(source, "ana", PASSWORD, later)
    assert isinstance(outcome, SecondFactorNeeded)
    sign_in.code(source, outcome.ticket, ana.code(later), later)
    assert [type(sign_in.password(source, "ana", WRONG, later)) for _ in range(6)] == [Refused] * 6


def test_tries_while_waiting_do_not_lengthen_the_wait(
    ana, sign_in: SignIn, source: Source, at: datetime
) -> None:
    for _ in range(60):
        sign_in.password(source, "ana", WRONG, at)
    later = at + timedelta(seconds=2)
    assert isinstance(sign_in.password(source, "ana", PASSWORD, later), SecondFactorNeeded)


def test_many_at_once_do_not_slip_through(ana, sign_in: SignIn, source: Source, at: datetime) -> None:
    with ThreadPoolExecutor(12) as together:
        outcomes = list(together.map(lambda _: sign_in.password(source, "ana", WRONG, at), range(24)))
    assert sum(isinstance(one, Refused) for one in outcomes) == 6


def test_one_address_that_tries_many_names_is_slowed_down(
    sign_in: SignIn, source: Source, at: datetime
) -> None:
    outcomes = [sign_in.password(source, f"person{number}", WRONG, at) for number in range(32)]
    assert [type(one) for one in outcomes] == [Refused] * 31 + [TryLater]
    assert isinstance(sign_in.password(Source("203.0.113.5"), "person1", WRONG, at), Refused)


def test_somebody_with_an_account_does_not_clear_the_way_for_trying_others(
    ana, sign_in: SignIn, source: Source, signed_in, at: datetime
) -> None:
    for number in range(29):
        sign_in.password(source, f"person{number}", WRONG, at)
    signed_in(ana)
    rest = [sign_in.password(source, f"other{number}", WRONG, at) for number in range(3)]
    assert [type(one) for one in rest] == [Refused, Refused, TryLater]


def test_nobody_elsewhere_keeps_a_nurse_out_of_her_own_tablet(
    ana, sign_in: SignIn, source: Source, tablet: Registered, at: datetime
) -> None:
    for _ in range(10):
        sign_in.password(source, "ana", WRONG, at)
    assert isinstance(sign_in.password(source, "ana", PASSWORD, at), TryLater)
    from_tablet = Source(source.address, tablet.id)
    assert isinstance(sign_in.password(from_tablet, "ana", PASSWORD, at), SecondFactorNeeded)


def test_what_is_kept_names_nobody(
    ana,
    sign_in: SignIn,
    source: Source,
    database: Database,
    keys,
    party,
    hashing,
    at: datetime,
    journal: Journal,
) -> None:
    sign_in.password(source, "ana", WRONG, at)
    sign_in.password(source, "nobody", WRONG, at)
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT length(key), failures FROM access.throttle ORDER BY 2")).all()
    assert [tuple(row) for row in rows] == [(32, 1), (32, 1), (32, 2)]
    # Under another key it is another row: the name cannot be tried out without it.
    other = SignIn(database, hashing, replace(keys, throttling=bytes(32)), party, journal)
    other.password(source, "ana", WRONG, at)
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM access.throttle")).scalar() == 5
