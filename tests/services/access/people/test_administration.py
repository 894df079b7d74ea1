"""Who makes and closes accounts, ends sessions and registers devices."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.access.people.accounts import Account, account_with, add_account, list_accounts
from services.access.people.administration import (
    create_account,
    end_sessions,
    hand_out_token,
    register_device,
    shut_account,
    shut_device,
    take_delivery,
)
from services.access.people.bootstrap import Newcomer, begin_installation
from services.access.people.errors import (
    AlreadyInUse,
    FacilityRefused,
    LoginRefused,
    LoginTaken,
    NameRefused,
    NotAllowed,
    UnknownAccount,
)
from services.access.people.grants import person_with
from services.access.people.keys import credential_keys, keys_from
from services.access.people.oath_tokens import CodeUse, use_code
from services.access.roles import ROLES
from services.shared.database import Database

NORTH, SOUTH = "Location/north", "Location/south"


def _may(database: Database, act, *arguments) -> bool:
    try:
        with database.transaction() as connection:
            act(connection, *arguments)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("role", ROLES)
def test_an_administrator_makes_accounts_and_nobody_else(
    someone, database: Database, at: datetime, role: str
) -> None:
    by = someone("actor", **{role: NORTH})
    assert _may(database, create_account, by.account, "mira", "Mira", at) == (role == "administrator")


def test_a_new_account_may_do_nothing(someone, database: Database, at: datetime) -> None:
    chief = someone("chief", administrator=None)
    with database.transaction() as connection:
        created = create_account(connection, chief.account, "Mira", "Mira", at)
        assert person_with(connection, created.account.id, at).roles_ahead == frozenset()
        assert created.account.created_by == chief.account
        assert created.activation_code not in repr(created)
        with pytest.raises(LoginTaken):
            create_account(connection, chief.account, "MIRA", "Another", at)
        with pytest.raises(LoginRefused):
            create_account(connection, chief.account, "a", "Ana", at)
        for unreadable in ("  ", "Ana\0", "x" * 121):
            with pytest.raises(NameRefused):
                create_account(connection, chief.account, "ana", unreadable, at)
        shut_account(connection, chief.account, created.account.id, at)
        with pytest.raises(LoginTaken):
            create_account(connection, chief.account, "mira", "Another", at)
        with pytest.raises(UnknownAccount):
            shut_account(connection, chief.account, created.account.id, at)


@pytest.mark.parametrize(
    ("role", "facility", "fine"),
    [
        ("administrator", None, True),
        ("medical_lead", NORTH, True),
        ("medical_lead", SOUTH, False),
        ("nurse", NORTH, False),
        ("auditor", None, False),
    ],
)
def test_who_closes_the_account_of_a_nurse_and_ends_her_sessions(
    someone, begun, found, database: Database, at: datetime, role: str, facility: str | None, fine: bool
) -> None:
    nurse, by = someone("nurse", nurse=NORTH), someone("actor", **{role: facility})
    token = begun(nurse.account).token
    assert _may(database, end_sessions, by.account, nurse.account, at) == fine
    assert (found(token, at) is None) == fine
    assert _may(database, shut_account, by.account, nurse.account, at) == fine
    with database.transaction() as connection:
        assert account_with(connection, nurse.account).is_active != fine


@pytest.mark.parametrize(
    ("role", "facility", "fine"),
    [
        ("administrator", None, True),
        ("administrator", NORTH, True),
        ("administrator", SOUTH, False),
        ("medical_lead", NORTH, True),
        ("medical_lead", SOUTH, False),
        ("nurse", NORTH, False),
    ],
)
def test_who_registers_a_tablet_and_revokes_it(
    someone, tablet, database: Database, at: datetime, role: str, facility: str | None, fine: bool
) -> None:
    by = someone("actor", **{role: facility})
    assert _may(database, register_device, by.account, "Round 2", NORTH, at) == fine
    assert _may(database, shut_device, by.account, tablet.id, at) == fine


def test_a_slip_of_the_pen_is_no_facility(someone, database: Database, at: datetime) -> None:
    chief = someone("chief", administrator=None)
    for wrong in ("north", "Patient/1", "Location/", "Location/a b", "Location/north/_history/1"):
        with pytest.raises(FacilityRefused), database.transaction() as connection:
            register_device(connection, chief.account, "Round 1", wrong, at)


def test_only_an_administrator_takes_tokens_in(someone, database: Database, keys, at: datetime) -> None:
    lead = someone("lead", medical_lead=NORTH)
    assert not _may(database, take_delivery, keys, lead.account, [], at)
    with pytest.raises(UnknownAccount), database.transaction() as connection:
        hand_out_token(connection, lead.account, "F1", uuid4(), at)


def test_two_who_begin_at_once_begin_one_installation(database: Database, at: datetime) -> None:
    def begin(number: int) -> bool:
        try:
            with database.transaction() as connection:
                names = (Newcomer(f"{role}{number}", role) for role in ("chief", "watch"))
                begin_installation(connection, next(names), next(names), at)
        except AlreadyInUse:
            return False
        return True

    with ThreadPoolExecutor(3) as together:
        assert sorted(together.map(begin, range(3))) == [False, False, True]
    with database.transaction() as connection:
        assert len(list_accounts(connection)) == 2


def test_the_first_two_are_two(database: Database, at: datetime) -> None:
    with pytest.raises(LoginTaken), database.transaction() as connection:
        begin_installation(connection, Newcomer("chief", "Chief"), Newcomer("Chief", "Chief"), at)
    with database.transaction() as connection:
        assert list_accounts(connection) == []


def test_the_keys_are_kept_and_each_is_another_one(tmp_path) -> None:
    keys = credential_keys(tmp_path)
    assert keys == credential_keys(tmp_path)
    assert oct((tmp_path / "credentials.key").stat().st_mode)[-3:] == "600"
    assert len({keys.sealing, keys.throttling, keys.pins, keys.presence}) == 4
    assert keys.sealing.hex() not in repr(keys)
    assert str(keys.sealing) not in repr(keys)


def test_a_token_of_an_account_is_nobody_elses(ana, someone, keys, database: Database, at: datetime) -> None:
    bojan: UUID = someone("bojan").account
    with database.transaction() as connection:
        assert use_code(connection, keys, bojan, ana.code(at), at) is CodeUse.WRONG
        assert use_code(connection, keys, ana.account, ana.code(at), at) is CodeUse.ACCEPTED


def test_accounts_are_listed_by_login(database: Database, at: datetime) -> None:
    with database.transaction() as connection:
        for login in ("zora", "ana"):
            account: Account = add_account(connection, login, login.title(), None, at)
            assert account_with(connection, account.id) == account
        assert [one.login for one in list_accounts(connection)] == ["ana", "zora"]
        assert connection.execute(text("SELECT count(*) FROM access.role_grant")).scalar() == 0


def test_another_secret_gives_other_keys() -> None:
    one, other = keys_from(bytes(32)), keys_from(b"\1" * 32)
    assert not {one.sealing, one.throttling, one.pins, one.presence} & {
        other.sealing,
        other.throttling,
        other.pins,
        other.presence,
    }
