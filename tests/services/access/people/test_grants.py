"""Who grants what to whom: every role, and the ways round it that are closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from services.access.people import grant_rules
from services.access.people.accounts import close_account
from services.access.people.errors import GrantRefused, UnknownAccount, UnknownGrant
from services.access.people.grant_rules import Wanted, check_confirms, check_revokes, needs_confirmation
from services.access.people.grants import (
    NOT_PRESENT,
    Grant,
    confirm_grant,
    grant,
    list_grants,
    person_with,
    revoke_grant,
)
from services.access.people.holdings import Holding, Person, is_clinical
from services.access.people.keys import CredentialKeys
from services.access.people.presence import is_present, presence_code
from services.access.roles import ROLES
from services.shared.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
NORTH, SOUTH = "Location/north", "Location/south"


def _person(*held: tuple[str, str | None], promised: tuple[tuple[str, str | None], ...] = ()) -> Person:
    holdings = (frozenset(Holding(*one) for one in some) for some in (held, promised))
    return Person(uuid4(), *holdings)


def _wanted(role: str, facility: str | None = NORTH) -> Wanted:
    return Wanted(role, facility, NOON, NOON + YEAR)


NOBODY = _person()

AT_ONCE, WAITS, NO = "at once", "waits", "no"

# Granted at the north; by an administrator of the installation, its medical lead, and everyone else.
TABLE = """
    role                    | administrator | medical_lead | others
    nurse                   | no            | at once      | no
    doctor                  | no            | at once      | no
    pharmacist              | no            | at once      | no
    hiv_counsellor          | no            | at once      | no
    medical_lead            | waits         | at once      | no
    custody_officer         | at once       | no           | no
    ministry_analyst        | at once       | no           | no
    confidential_recipient  | at once       | no           | no
    evaluator               | at once       | no           | no
    auditor                 | waits         | no           | no
    inspector               | waits         | no           | no
    administrator           | at once       | no           | no
    treatment_centre_system | no            | no           | no
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def _answer(granter: Person, subject: Person, wanted: Wanted) -> str:
    try:
        return WAITS if needs_confirmation(granter, subject, wanted) else AT_ONCE
    except GrantRefused:
        return NO


def test_the_table_has_every_role() -> None:
    assert {row[0] for row in ROWS} == set(ROLES)


@pytest.mark.parametrize(("role", "by_administrator", "by_lead", "by_others"), ROWS)
def test_who_grants(role: str, by_administrator: str, by_lead: str, by_others: str) -> None:
    assert _answer(_person(("administrator", None)), NOBODY, _wanted(role)) == by_administrator
    assert _answer(_person(("administrator", NORTH)), NOBODY, _wanted(role)) == by_administrator
    assert _answer(_person(("medical_lead", NORTH)), NOBODY, _wanted(role)) == by_lead
    for other in set(ROLES) - {"administrator", "medical_lead"}:
        assert _answer(_person((other, NORTH), (other, None)), NOBODY, _wanted(role)) == by_others


@pytest.mark.parametrize("role", ROLES)
def test_nobody_grants_where_they_do_not_hold_the_granting_role(role: str) -> None:
    for granting in ("administrator", "medical_lead"):
        assert _answer(_person((granting, SOUTH)), NOBODY, _wanted(role)) == NO
        assert _answer(_person((granting, SOUTH)), NOBODY, _wanted(role, None)) == NO
        assert (
            _answer(
                Person(uuid4(), frozenset(), frozenset({Holding(granting, NORTH)})), NOBODY, _wanted(role)
            )
            == NO
        )


@pytest.mark.parametrize("role", ROLES)
def test_nobody_grants_to_themselves(role: str) -> None:
    for granting in ("administrator", "medical_lead"):
        person = _person((granting, NORTH))
        with pytest.raises(GrantRefused) as refused:
            needs_confirmation(person, person, _wanted(role))
        assert str(refused.value) in (grant_rules.TO_ONESELF, grant_rules.UNKNOWN_ROLE)


def test_a_guard_does_not_treat() -> None:
    lead, chief = _person(("medical_lead", NORTH)), _person(("administrator", None))
    for role in ("nurse", "doctor", "pharmacist", "hiv_counsellor", "medical_lead"):
        for guard in (_person(("custody_officer", SOUTH)), _person(promised=(("custody_officer", SOUTH),))):
            with pytest.raises(GrantRefused, match="two people"):
                needs_confirmation(lead, guard, _wanted(role))
        with pytest.raises(GrantRefused, match="two people"):
            needs_confirmation(chief, _person((role, SOUTH)), _wanted("custody_officer"))
    assert _answer(chief, _person(("auditor", None)), _wanted("custody_officer")) == AT_ONCE


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(GrantRefused, match="no such role"):
        needs_confirmation(_person(("administrator", None)), NOBODY, _wanted("superuser"))


@pytest.mark.parametrize("role", [code for code in ROLES if is_clinical(code)])
def test_a_clinical_role_has_a_facility_and_an_end(role: str) -> None:
    lead = _person(("medical_lead", None))
    wanted = _wanted(role)
    assert _answer(lead, NOBODY, wanted) == AT_ONCE
    assert _answer(lead, NOBODY, replace(wanted, facility=None)) == NO
    assert _answer(lead, NOBODY, replace(wanted, ends_at=None)) == NO
    assert _answer(lead, NOBODY, replace(wanted, ends_at=NOON + timedelta(days=366))) == AT_ONCE
    assert _answer(lead, NOBODY, replace(wanted, ends_at=NOON + timedelta(days=367))) == NO


@pytest.mark.parametrize("role", ["nurse", "medical_lead", "auditor", "inspector"])
def test_an_administrator_is_never_also_one_of_those_who_treat_or_watch(role: str) -> None:
    granter = _person(("administrator", None), ("medical_lead", NORTH))
    for subject in (_person(("administrator", NORTH)), _person(promised=(("administrator", None),))):
        assert _answer(granter, subject, _wanted(role)) == NO
    for subject in (_person((role, SOUTH)), _person(promised=((role, SOUTH),))):
        assert _answer(granter, subject, _wanted("administrator")) == NO


def test_who_confirms_is_a_third_person_and_no_administrator() -> None:
    granter, subject = _person(("administrator", None)), NOBODY
    for fine in (_person(("auditor", None)), _person(("auditor", NORTH)), _person(("medical_lead", SOUTH))):
        check_confirms(fine, granter, subject)
    refused = [
        granter,
        subject,
        _person(("administrator", None)),
        _person(("auditor", None), ("administrator", SOUTH)),
        _person(("nurse", NORTH)),
        Person(granter.id, frozenset({Holding("auditor", None)})),
        Person(subject.id, frozenset({Holding("medical_lead", NORTH)})),
    ]
    for confirmer in refused:
        with pytest.raises(GrantRefused):
            check_confirms(confirmer, granter, subject)


def test_who_revokes() -> None:
    subject = _person(("nurse", NORTH))
    for fine in (
        subject,
        _person(("administrator", None)),
        _person(("administrator", NORTH)),
        _person(("medical_lead", NORTH)),
    ):
        check_revokes(fine, subject, _wanted("nurse"))
    for other in (
        NOBODY,
        _person(("medical_lead", SOUTH)),
        _person(("administrator", SOUTH)),
        _person(("nurse", NORTH)),
    ):
        with pytest.raises(GrantRefused):
            check_revokes(other, subject, _wanted("nurse"))


@given(
    st.frozensets(
        st.sampled_from([Holding(role, place) for role in ROLES for place in (None, NORTH, SOUTH)])
    ),
    st.sampled_from(sorted(ROLES)),
    st.sampled_from([None, NORTH, SOUTH]),
)
def test_whoever_is_no_medical_lead_there_makes_nobody_clinical_alone(
    held: frozenset[Holding], role: str, facility: str | None
) -> None:
    granter = Person(uuid4(), held)
    alone = _answer(granter, NOBODY, _wanted(role, facility)) == AT_ONCE
    if alone and (is_clinical(role) or role in ("auditor", "inspector")):
        assert granter.holds_at("medical_lead", facility)


@pytest.fixture
def here(keys: CredentialKeys) -> Callable[[UUID, datetime], str]:
    return lambda account, at: presence_code(keys, account, at)


def _grants(database: Database, keys: CredentialKeys, at: datetime, here: Callable[[UUID, datetime], str]):
    def give(by: UUID, account: UUID, role: str, facility: str | None = NORTH, **changed: datetime) -> Grant:
        wanted = replace(Wanted(role, facility, at, at + YEAR), **changed)
        with database.transaction() as connection:
            return grant(connection, keys, by, account, wanted, at, presence=here(account, at))

    return give


@pytest.fixture
def give(database: Database, keys: CredentialKeys, at: datetime, here):
    return _grants(database, keys, at, here)


def _holds(database: Database, account: UUID, role: str, at: datetime, facility: str = NORTH) -> bool:
    with database.transaction() as connection:
        return person_with(connection, account, at).holds_at(role, facility)


def test_a_role_is_held_from_then_until_then(ana, someone, give, database: Database, at: datetime) -> None:
    lead = someone("lead", medical_lead=NORTH)
    start, end = at + timedelta(days=1), at + timedelta(days=11)
    give(lead.account, ana.account, "nurse", starts_at=start, ends_at=end)
    second = timedelta(seconds=1)
    held = [
        _holds(database, ana.account, "nurse", when)
        for when in (at, start - second, start, end - second, end)
    ]
    assert held == [False, False, True, True, False]
    assert not _holds(database, ana.account, "nurse", start, SOUTH)


def test_a_grant_does_not_begin_in_the_past_or_end_before_it_begins(ana, someone, give, at: datetime) -> None:
    lead = someone("lead", medical_lead=NORTH)
    for wrong in ({"starts_at": at - timedelta(seconds=1)}, {"ends_at": at}):
        with pytest.raises(GrantRefused, match="past"):
            give(lead.account, ana.account, "nurse", **wrong)


def test_revoked_is_over_at_once(ana, someone, give, begun, found, database: Database, at: datetime) -> None:
    lead, nobody = someone("lead", medical_lead=NORTH), someone("nobody")
    given = give(lead.account, ana.account, "nurse")
    token = begun(ana.account).token
    with database.transaction() as connection:
        with pytest.raises(GrantRefused):
            revoke_grant(connection, nobody.account, given.id, at)
        revoke_grant(connection, lead.account, given.id, at)
        with pytest.raises(UnknownGrant):
            revoke_grant(connection, lead.account, given.id, at)
    assert not _holds(database, ana.account, "nurse", at)
    assert found(token, at).rotation_due


def test_an_account_that_is_closed_holds_nothing(
    ana, someone, give, database: Database, at: datetime
) -> None:
    lead = someone("lead", medical_lead=NORTH)
    give(lead.account, ana.account, "nurse")
    with database.transaction() as connection:
        close_account(connection, ana.account, lead.account, at)
    assert not _holds(database, ana.account, "nurse", at)
    with pytest.raises(UnknownAccount):
        give(lead.account, ana.account, "doctor")
    with database.transaction() as connection:
        close_account(connection, lead.account, lead.account, at)
    with pytest.raises(GrantRefused):
        give(lead.account, someone("bojan").account, "nurse")


def test_every_session_gets_another_token_when_a_role_comes(
    ana, someone, give, begun, found, at: datetime
) -> None:
    lead = someone("lead", medical_lead=NORTH)
    token = begun(ana.account).token
    assert not found(token, at).rotation_due
    give(lead.account, ana.account, "nurse")
    assert found(token, at).rotation_due


def test_the_first_medical_lead_waits_for_the_auditor(
    ana, someone, give, here, keys, database: Database, at: datetime
) -> None:
    chief = someone("chief", administrator=None)
    auditor, other_chief = someone("auditor", auditor=None), someone("other", administrator=None)
    given = give(chief.account, ana.account, "medical_lead")
    assert given.waits(at)
    assert not _holds(database, ana.account, "medical_lead", at)
    for refused in (chief, other_chief, ana):
        with pytest.raises(GrantRefused), database.transaction() as connection:
            confirm_grant(connection, keys, refused.account, given.id, at, presence=here(ana.account, at))
    with pytest.raises(GrantRefused) as without, database.transaction() as connection:
        confirm_grant(connection, keys, auditor.account, given.id, at, presence="00000000")
    assert str(without.value) == NOT_PRESENT
    with database.transaction() as connection:
        confirm_grant(connection, keys, auditor.account, given.id, at, presence=here(ana.account, at))
    assert _holds(database, ana.account, "medical_lead", at)
    with pytest.raises(UnknownGrant), database.transaction() as connection:
        confirm_grant(connection, keys, auditor.account, given.id, at, presence=here(ana.account, at))


def test_a_grant_that_nobody_confirms_lapses(
    ana, someone, give, here, keys, database: Database, at: datetime
) -> None:
    chief, auditor = someone("chief", administrator=None), someone("auditor", auditor=None)
    given = give(chief.account, ana.account, "medical_lead")
    late = at + timedelta(days=7)
    with pytest.raises(UnknownGrant), database.transaction() as connection:
        confirm_grant(connection, keys, auditor.account, given.id, late, presence=here(ana.account, late))


def test_what_was_asked_by_somebody_who_may_no_more_is_not_confirmed(
    ana, someone, give, here, keys, database: Database, at: datetime
) -> None:
    chief, auditor = someone("chief", administrator=None), someone("auditor", auditor=None)
    given = give(chief.account, ana.account, "medical_lead")
    with database.transaction() as connection:
        close_account(connection, chief.account, auditor.account, at)
        with pytest.raises(GrantRefused):
            confirm_grant(connection, keys, auditor.account, given.id, at, presence=here(ana.account, at))


def test_an_administrator_does_not_get_a_record_by_way_of_accounts_of_their_own_making(
    someone, give, here, keys, database: Database, at: datetime
) -> None:
    """Puppets: each is an account whose credentials the administrator has."""
    chief = someone("chief", administrator=None)
    puppets = [someone(f"puppet{number}") for number in range(3)]
    give(chief.account, puppets[0].account, "administrator", None)
    give(puppets[0].account, puppets[1].account, "auditor", None)
    waiting = give(chief.account, puppets[2].account, "medical_lead")
    for confirmer in (chief, *puppets):
        with pytest.raises(GrantRefused), database.transaction() as connection:
            confirm_grant(
                connection, keys, confirmer.account, waiting.id, at, presence=here(puppets[2].account, at)
            )
    for by in (chief, puppets[0]):
        for role in (code for code in ROLES if is_clinical(code) and code != "medical_lead"):
            with pytest.raises(GrantRefused):
                give(by.account, puppets[2].account, role)
    assert not any(
        person.holds(role)
        for person in _people(database, puppets, at)
        for role in ROLES
        if is_clinical(role) or role == "auditor"
    )


def _people(database: Database, of, at: datetime) -> list[Person]:
    with database.transaction() as connection:
        return [person_with(connection, one.account, at) for one in of]


def test_a_medical_lead_grants_to_whom_they_see_and_not_to_a_name(
    ana, someone, keys, here, database: Database, at: datetime
) -> None:
    lead, bojan = someone("lead", medical_lead=NORTH), someone("bojan")
    wanted = Wanted("nurse", NORTH, at, at + YEAR)
    for wrong in ("", "12345678", here(bojan.account, at), here(ana.account, at - timedelta(minutes=25))):
        with pytest.raises(GrantRefused), database.transaction() as connection:
            grant(connection, keys, lead.account, ana.account, wanted, at, presence=wrong)


def test_a_presence_code_counts_for_ten_minutes_at_least_and_twenty_at_most(keys: CredentialKeys) -> None:
    account = uuid4()
    code = presence_code(keys, account, NOON)
    assert is_present(keys, account, f" {code[:4]} {code[4:]} ", NOON)
    assert is_present(keys, account, code, NOON + timedelta(minutes=19, seconds=59))
    assert not is_present(keys, account, code, NOON + timedelta(minutes=20))
    assert not is_present(keys, uuid4(), code, NOON)
    assert not is_present(replace(keys, presence=bytes(32)), account, code, NOON)


def test_of_two_grants_at_once_that_do_not_go_together_one_is_refused(
    ana, someone, keys, here, database: Database, at: datetime
) -> None:
    lead, chief = someone("lead", medical_lead=NORTH), someone("chief", administrator=None)

    def give(connection: Connection, by: UUID, role: str) -> None:
        wanted = Wanted(role, NORTH, at, at + YEAR)
        grant(connection, keys, by, ana.account, wanted, at, presence=here(ana.account, at))

    def give_other() -> None:
        with database.transaction() as connection:
            give(connection, chief.account, "administrator")

    with ThreadPoolExecutor(1) as together, database.transaction() as connection:
        give(connection, lead.account, "nurse")
        other = together.submit(give_other)
        # The other one waits for ours, and then sees it.
        with pytest.raises(TimeoutError):
            other.result(timeout=0.5)
        connection.commit()
        with pytest.raises(GrantRefused, match="two people"):
            other.result(timeout=10)


def test_the_server_cannot_rewrite_what_was_granted(ana, someone, give, urls, at: datetime) -> None:
    lead = someone("lead", medical_lead=NORTH)
    give(lead.account, ana.account, "nurse")
    server = create_engine(urls.server)
    for statement in (
        "UPDATE access.role_grant SET role = 'doctor'",
        "UPDATE access.role_grant SET granted_by = account",
        "DELETE FROM access.role_grant",
        "DELETE FROM access.account",
        "UPDATE access.account SET login = 'other'",
        "UPDATE access.credential_reset SET asked_by = account",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), server.begin() as connection:
            connection.execute(text(statement))
    server.dispose()


def test_every_grant_there_ever_was_is_listed(ana, someone, give, database: Database, at: datetime) -> None:
    lead = someone("lead", medical_lead=NORTH)
    given = give(lead.account, ana.account, "nurse")
    with database.transaction() as connection:
        revoke_grant(connection, lead.account, given.id, at)
        listed = [one for one in list_grants(connection) if one.account == ana.account]
    assert [(one.role, one.revoked_by) for one in listed] == [("nurse", lead.account)]
