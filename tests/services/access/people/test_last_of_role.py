"""Nobody takes away the last administrator or the last auditor."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.access.people.accounts import add_account
from services.access.people.administration import shut_account
from services.access.people.errors import LastOfRole
from services.access.people.grant_rules import Wanted
from services.access.people.grants import Grant, list_grants, record_grant, revoke_grant
from services.shared.database import Database

Someone = Callable[..., Any]
NEEDED = ("administrator", "auditor")
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")


def grant_of(database: Database, account: UUID, role: str) -> Grant:
    with database.transaction() as connection:
        return next(one for one in list_grants(connection) if (one.account, one.role) == (account, role))


def revoked(database: Database, by: UUID, account: UUID, role: str, at: datetime) -> bool:
    grant = grant_of(database, account, role)
    try:
        with database.transaction() as connection:
            revoke_grant(connection, by, grant.id, at)
    except LastOfRole:
        return False
    return True


def shut(database: Database, by: UUID, account: UUID, at: datetime) -> bool:
    try:
        with database.transaction() as connection:
            shut_account(connection, by, account, at)
    except LastOfRole:
        return False
    return True


@pytest.mark.parametrize("role", NEEDED)
def test_the_last_one_stays_until_there_is_another(
    someone: Someone, database: Database, at: datetime, role: str
) -> None:
    chief, last = someone("chief", administrator=None), someone("last", **{role: None})
    if role == "administrator":
        assert revoked(database, last.account, chief.account, role, at)
    assert not revoked(database, last.account, last.account, role, at)
    by = last.account if role == "administrator" else chief.account
    assert not shut(database, by, last.account, at)
    another = someone("another", **{role: None})
    assert revoked(database, last.account, last.account, role, at)
    assert not shut(database, another.account if role == "administrator" else by, another.account, at)


@pytest.mark.parametrize("role", NEEDED)
def test_somebody_who_could_not_do_it_does_not_stand_in(
    someone: Someone, database: Database, at: datetime, role: str
) -> None:
    last = someone("last", **{role: None})
    someone("elsewhere", **{role: "Location/north"})
    gone = someone("gone", **{role: None})
    later = at + timedelta(days=30)
    with database.transaction() as connection:
        never_here = add_account(connection, "never.here", "Never here", None, at).id
        for account, wanted, needs in (
            (never_here, Wanted(role, None, at, None), False),
            (someone("waits").account, Wanted(role, None, at, None), True),
            (someone("begins.later").account, Wanted(role, None, later, None), False),
            (someone("is.over").account, Wanted(role, None, at - timedelta(days=9), at), False),
        ):
            record_grant(connection, account, wanted, None, at, needs=needs)
    assert revoked(database, gone.account, gone.account, role, at)
    assert not revoked(database, last.account, last.account, role, at)


def test_what_is_no_loss_is_taken_away(someone: Someone, database: Database, at: datetime) -> None:
    chief = someone("chief", administrator=None)
    waits, nurse = someone("waits").account, someone("nurse", nurse="Location/north").account
    with database.transaction() as connection:
        record_grant(connection, waits, Wanted("auditor", None, at, None), chief.account, at, needs=True)
    assert revoked(database, chief.account, waits, "auditor", at)
    assert revoked(database, chief.account, nurse, "nurse", at)
    assert shut(database, chief.account, nurse, at)
    with database.transaction() as connection:
        record_grant(
            connection,
            chief.account,
            Wanted("administrator", "Location/north", at, None),
            None,
            at,
            needs=False,
        )
    south = someone("south", administrator="Location/south").account
    assert revoked(database, chief.account, south, "administrator", at)


def test_of_two_who_give_the_role_back_at_once_one_keeps_it(
    someone: Someone, database: Database, at: datetime
) -> None:
    first, second = (someone(login, administrator=None).account for login in ("first", "second"))
    grant = grant_of(database, first, "administrator")
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            revoke_grant(connection, first, grant.id, at)
            other = pool.submit(revoked, database, second, second, "administrator", at)
            while not other.done() and connection.execute(WAITING).scalar_one() == 0:
                pass
        assert not other.result()


@pytest.mark.parametrize("role", NEEDED)
def test_what_to_do_is_said(someone: Someone, database: Database, at: datetime, role: str) -> None:
    last = someone("last", **{role: None}).account
    grant = grant_of(database, last, role)
    with database.transaction() as connection, pytest.raises(LastOfRole, match="Let another person be made"):
        revoke_grant(connection, last, grant.id, at)
