"""A reset ends in a code with which one can become the account: so it takes two, and the right two."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.access.people.accounts import close_account
from services.access.people.errors import NotAllowed, ResetRefused, UnknownAccount, UnknownReset
from services.access.people.holdings import Holding, Person
from services.access.people.outcomes import Refused, Why
from services.access.people.passkeys.kept import Passkey, keep_passkey, passkey_ids
from services.access.people.recovery_codes import codes_left
from services.access.people.reset_rules import check_asks, check_confirms, is_guarded
from services.access.people.resets import Asked, Reset, ask_reset, confirm_reset
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.access.roles import ROLES
from services.shared.database import Database

NORTH, SOUTH = "Location/north", "Location/south"


def _person(*held: tuple[str, str | None]) -> Person:
    return Person(uuid4(), frozenset(Holding(*one) for one in held))


PEOPLE = {
    "administrator": _person(("administrator", None)),
    "other administrator": _person(("administrator", NORTH)),
    "lead of north": _person(("medical_lead", NORTH)),
    "lead of south": _person(("medical_lead", SOUTH)),
    "auditor": _person(("auditor", None)),
    "nurse of north": _person(("nurse", NORTH)),
    "nobody": _person(),
}

# Whose credentials | who may ask | who may then confirm
TABLE = """
    nurse           | administrator, other administrator, lead of north                                    | lead of north
    doctor          | administrator, other administrator, lead of north                                    | lead of north
    pharmacist      | administrator, other administrator, lead of north                                    | lead of north
    hiv_counsellor  | administrator, other administrator, lead of north                                    | lead of north
    medical_lead    | administrator, other administrator, lead of north                                    | lead of north, lead of south, auditor
    auditor         | administrator, other administrator                                                   | lead of north, lead of south, auditor
    inspector       | administrator, other administrator                                                   | lead of north, lead of south, auditor
    administrator   | administrator, other administrator, lead of north, lead of south, auditor             | administrator, other administrator, lead of north, lead of south, auditor
    custody_officer | administrator, other administrator                                                   | alone
    evaluator       | administrator, other administrator                                                   | alone
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def _allowed(check, *people: Person) -> bool:
    try:
        check(*people)
    except ResetRefused:
        return False
    return True


@pytest.mark.parametrize(("role", "asking", "confirming"), ROWS)
def test_who_asks_and_who_confirms(role: str, asking: str, confirming: str) -> None:
    subject = _person((role, NORTH))
    asked = {name for name, person in PEOPLE.items() if _allowed(check_asks, person, subject)}
    assert asked == set(asking.split(", "))
    assert is_guarded(subject) == (confirming != "alone")
    if confirming == "alone":
        return
    asker = _person(("administrator", None))
    confirmed = {name for name, person in PEOPLE.items() if _allowed(check_confirms, person, asker, subject)}
    assert confirmed == set(confirming.split(", "))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_asks_or_confirms_for_themselves_and_nobody_does_both(role: str) -> None:
    # Without the administrator's role, which alone would have them refused.
    everything = frozenset(
        Holding(code, NORTH) for code in {"medical_lead", "auditor", role} - {"administrator"}
    )
    subject, asker, third = (Person(uuid4(), everything) for _ in range(3))
    assert not _allowed(check_asks, subject, subject)
    assert _allowed(check_confirms, third, asker, subject)
    assert not _allowed(check_confirms, subject, asker, subject)
    assert not _allowed(check_confirms, asker, asker, subject)


def test_a_role_that_is_only_promised_guards_already() -> None:
    assert is_guarded(Person(uuid4(), frozenset(), frozenset({Holding("nurse", NORTH)})))


def test_a_medical_lead_who_is_also_administrator_confirms_no_reset_of_those_who_treat() -> None:
    both = _person(("administrator", None), ("medical_lead", NORTH))
    assert not _allowed(check_confirms, both, _person(("administrator", None)), _person(("nurse", NORTH)))


@pytest.fixture
def nurse(someone):
    return someone("nurse", nurse=NORTH)


def _ask(database: Database, by: UUID, account: UUID, at: datetime) -> Asked | Reset:
    with database.transaction() as connection:
        return ask_reset(connection, by, account, at)


def _confirm(database: Database, by: UUID, id_: UUID, at: datetime) -> Reset:
    with database.transaction() as connection:
        return confirm_reset(connection, by, id_, at)


def test_an_administrator_alone_does_not_get_into_an_account_that_treats(
    nurse, someone, signed_in, database: Database, at: datetime
) -> None:
    chief = someone("chief", administrator=None)
    asked = _ask(database, chief.account, nurse.account, at)
    assert isinstance(asked, Asked)
    with pytest.raises(ResetRefused):
        _confirm(database, chief.account, asked.id, at)
    other = someone("other", administrator=None)
    with pytest.raises(ResetRefused):
        _confirm(database, other.account, asked.id, at)
    assert signed_in(nurse)


def test_the_medical_lead_confirms_and_everything_is_forgotten(
    nurse,
    someone,
    signed_in,
    ticket,
    found,
    sign_in: SignIn,
    source: Source,
    database: Database,
    at: datetime,
) -> None:
    chief, lead = someone("chief", administrator=None), someone("lead", medical_lead=NORTH)
    session, waiting = signed_in(nurse).begun, ticket("nurse")
    with database.transaction() as connection:
        keep_passkey(connection, Passkey(b"id", nurse.account, b"key", 0), "key", at)
    asked = _ask(database, chief.account, nurse.account, at)
    assert isinstance(asked, Asked)
    assert found(session.token, at) is not None
    done = _confirm(database, lead.account, asked.id, at)
    assert done.account == nurse.account
    assert done.activation_code not in repr(done)
    assert found(session.token, at) is None
    later = at + timedelta(seconds=30)
    assert sign_in.code(source, waiting, nurse.code(later), later) == Refused(Why.SIGN_IN_OVER)
    refused = sign_in.password(source, "nurse", "a long walk by the river", at)
    assert refused == Refused(Why.LOGIN_OR_PASSWORD, nurse.account)
    with database.transaction() as connection:
        assert passkey_ids(connection, nurse.account) == []
        assert codes_left(connection, nurse.account) == 0
        for table in ("oath_token", "pin"):
            count = connection.execute(
                text(f"SELECT count(*) FROM access.{table} WHERE account = :account"),
                {"account": nurse.account},
            )
            assert count.scalar() == 0
    with pytest.raises(UnknownReset):
        _confirm(database, lead.account, asked.id, at)


def test_a_request_is_confirmed_within_a_day_and_by_then_still_wanted_by_one_who_may(
    nurse, someone, database: Database, at: datetime
) -> None:
    chief, lead = someone("chief", administrator=None), someone("lead", medical_lead=NORTH)
    asked = _ask(database, chief.account, nurse.account, at)
    assert isinstance(asked, Asked)
    with pytest.raises(UnknownReset):
        _confirm(database, lead.account, asked.id, at + timedelta(days=1))
    with database.transaction() as connection:
        close_account(connection, chief.account, lead.account, at)
    with pytest.raises(ResetRefused):
        _confirm(database, lead.account, asked.id, at)


def test_an_account_that_sees_nothing_is_reset_by_an_administrator(
    someone, database: Database, at: datetime
) -> None:
    chief, officer = someone("chief", administrator=None), someone("officer", custody_officer=NORTH)
    assert isinstance(_ask(database, chief.account, officer.account, at), Reset)
    with pytest.raises(NotAllowed):
        _ask(database, officer.account, chief.account, at)
    with database.transaction() as connection:
        close_account(connection, officer.account, chief.account, at)
    with pytest.raises(UnknownAccount):
        _ask(database, chief.account, officer.account, at)
