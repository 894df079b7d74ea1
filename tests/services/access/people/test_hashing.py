"""Hashing takes memory, so few compute at once, few wait, and none waits long."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event, Lock
from typing import Any

import pytest
from sqlalchemy import text

from services.access.people.errors import Busy
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.outcomes import SecondFactorNeeded
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.shared.database import Database


def _slow(hasher: Any) -> tuple[Any, Event, list[int]]:
    """The hasher, made to compute until it is let go; and how many computed at once."""
    go, lock, at_once, most = Event(), Lock(), [0], [0]
    verify = hasher.verify

    def slowly(*args: Any, **kwargs: Any) -> bool:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        go.wait(10)
        with lock:
            at_once[0] -= 1
        return bool(verify(*args, **kwargs))

    hasher.verify = slowly
    return hasher, go, most


def test_two_compute_at_once_and_the_others_wait_their_turn(hasher) -> None:
    slow, go, most = _slow(hasher)
    hashing = Hashing(slow, at_once=2, waiting=6)
    with ThreadPoolExecutor(8) as together:
        asked = [together.submit(hashing.check, "secret", None) for _ in range(8)]
        time.sleep(0.2)
        go.set()
        assert [one.result().same for one in asked] == [False] * 8
    assert most == [2]


def test_who_would_have_to_wait_in_a_long_queue_is_told_at_once(hasher) -> None:
    slow, go, _ = _slow(hasher)
    hashing = Hashing(slow, at_once=1, waiting=1)
    with ThreadPoolExecutor(2) as together:
        asked = [together.submit(hashing.check, "secret", None) for _ in range(2)]
        time.sleep(0.2)
        with pytest.raises(Busy, match="try again"):
            hashing.check("secret", None)
        go.set()
        assert [one.result().same for one in asked] == [False] * 2
    hashing.check("secret", None)


def test_nobody_waits_long(hasher) -> None:
    slow, go, _ = _slow(hasher)
    hashing = Hashing(slow, at_once=1, waiting=5, wait_s=0.1)
    with ThreadPoolExecutor(1) as together:
        first = together.submit(hashing.check, "secret", None)
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(Busy):
            hashing.check("secret", None)
        assert time.monotonic() - began < 2
        go.set()
        first.result()


def test_a_busy_server_costs_no_try(
    ana, database: Database, hasher, keys, party, source: Source, at: datetime, journal: Journal
) -> None:
    slow, go, _ = _slow(type(hasher)())
    sign_in = SignIn(database, Hashing(slow, at_once=1, waiting=0), keys, party, journal)
    with ThreadPoolExecutor(1) as together:
        first = together.submit(sign_in.password, source, "ana", "a long walk by the river", at)
        time.sleep(0.2)
        for _ in range(10):
            with pytest.raises(Busy):
                sign_in.password(source, "ana", "a long walk by the river", at)
        go.set()
        assert isinstance(first.result(), SecondFactorNeeded)
    with database.transaction() as connection:
        assert connection.execute(text("SELECT sum(failures) FROM access.throttle")).scalar() == 0


def test_what_is_kept_is_argon2id_of_the_second_recommendation() -> None:
    kept = Hashing().hash("secret")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_without_something_to_compare_with_nothing_is_right(hashing: Hashing) -> None:
    assert hashing.check("secret", None) == (False, None)
    assert hashing.check("secret", hashing.hash("secret")) == (True, None)
    assert hashing.check("other", hashing.hash("secret")) == (False, None)
