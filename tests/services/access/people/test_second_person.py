"""Who signs second proves who they are, and no session of theirs begins."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from audit_events import said
from people_pages import PASSWORD

from services.access.people.accounts import close_account
from services.access.people.devices import Registered
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.outcomes import Refused, TryLater, Why
from services.access.people.pins import Pins
from services.access.people.second_person import Proved, SecondPerson
from services.access.people.sessions import list_sessions
from services.access.people.throttling import Source
from services.shared.database import Database

PIN, WRONG = "480173", "305918"


@pytest.fixture
def second(database: Database, hashing: Hashing, keys: CredentialKeys, journal: Journal) -> SecondPerson:
    return SecondPerson(database, hashing, keys, journal)


@pytest.fixture
def at_tablet(tablet: Registered) -> Source:
    return Source("192.0.2.7", tablet.id)


@pytest.fixture
def with_pin(ana: Any, begun: Any, pins: Pins, tablet: Registered, at: datetime) -> Any:
    """Ana, who has chosen a PIN on the tablet."""
    pins.choose(begun(ana.account, tablet.id).token, tablet.token, PIN, at)
    return ana


def test_on_the_tablet_the_pin_proves_it_and_the_password_does_not(
    second: SecondPerson, at_tablet: Source, with_pin: Any, at: datetime
) -> None:
    assert second.prove(at_tablet, with_pin.login, PIN, at) == Proved(with_pin.account)
    for secret in (WRONG, PASSWORD, ""):
        assert second.prove(at_tablet, with_pin.login, secret, at) == Refused(
            Why.SECOND_PERSON, with_pin.account
        )


def test_elsewhere_the_password_proves_it_and_the_pin_does_not(
    second: SecondPerson, source: Source, with_pin: Any, at: datetime
) -> None:
    assert second.prove(source, with_pin.login.upper(), PASSWORD, at) == Proved(with_pin.account)
    for secret in (PIN, ""):
        assert isinstance(second.prove(source, with_pin.login, secret, at), Refused)


def test_so_does_the_password_on_a_tablet_where_no_pin_was_chosen(
    second: SecondPerson, at_tablet: Source, ana: Any, at: datetime
) -> None:
    assert second.prove(at_tablet, ana.login, PASSWORD, at) == Proved(ana.account)


def test_nobody_who_is_not_there_or_whose_account_is_closed(
    second: SecondPerson, source: Source, ana: Any, database: Database, at: datetime
) -> None:
    assert second.prove(source, "nobody", PASSWORD, at) == Refused(Why.SECOND_PERSON, None)
    with database.transaction() as connection:
        close_account(connection, ana.account, ana.account, at)
    assert isinstance(second.prove(source, ana.login, PASSWORD, at), Refused)


def test_it_takes_as_long_whether_or_not_there_is_such_an_account(
    second: SecondPerson, source: Source, ana: Any, hasher: Any, at: datetime
) -> None:
    before = hasher.computed
    second.prove(source, "nobody", "wrong password", at)
    unknown = hasher.computed - before
    second.prove(source, ana.login, "wrong password", at)
    assert hasher.computed - before == 2 * unknown


def test_the_fifth_wrong_try_makes_the_next_wait_and_a_right_one_begins_anew(
    second: SecondPerson, at_tablet: Source, with_pin: Any, at: datetime
) -> None:
    for _ in range(4):
        second.prove(at_tablet, with_pin.login, WRONG, at)
    assert second.prove(at_tablet, with_pin.login, PIN, at) == Proved(with_pin.account)
    for _ in range(5):
        second.prove(at_tablet, with_pin.login, WRONG, at)
    assert second.prove(at_tablet, with_pin.login, PIN, at) == TryLater(timedelta(seconds=30))
    assert isinstance(second.prove(at_tablet, with_pin.login, PIN, at + timedelta(seconds=29)), TryLater)
    assert isinstance(second.prove(at_tablet, with_pin.login, PIN, at + timedelta(seconds=30)), Proved)


def test_wrong_tries_elsewhere_do_not_keep_somebody_from_signing_here(
    second: SecondPerson, source: Source, at_tablet: Source, with_pin: Any, at: datetime
) -> None:
    for _ in range(6):
        second.prove(source, with_pin.login, "wrong password", at)
    assert isinstance(second.prove(at_tablet, with_pin.login, PIN, at), Proved)


def test_no_session_begins_and_who_was_refused_is_logged(
    second: SecondPerson, source: Source, ana: Any, database: Database, at: datetime
) -> None:
    second.prove(source, ana.login, PASSWORD, at)
    second.prove(source, ana.login, "wrong password", at)
    with database.transaction() as connection:
        assert list_sessions(connection, at) == []
    (tried,) = said(database, "sign-in")
    assert (tried["method"], tried["why"]) == ("second signature", Why.SECOND_PERSON.value)
    assert tried["subjects"] == [f"account/{ana.account}"]
