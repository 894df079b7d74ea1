"""Password, second factor, session; and nobody learns from it who has an account."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.access.people.accounts import close_account
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, TryLater, Why
from services.access.people.passwords import kept_password
from services.access.people.sessions import Session
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.shared.database import Database

PASSWORD = "a long walk by the river"
STEP = timedelta(seconds=30)


def test_a_password_and_a_code_begin_a_session(ana, signed_in, found, at: datetime) -> None:
    outcome = signed_in(ana)
    assert (outcome.account, outcome.method) == (ana.account, Method.CODE)
    session: Session = found(outcome.begun.token, at)
    assert session.account == ana.account


def test_the_login_name_is_one_however_it_is_typed(
    someone, sign_in: SignIn, source: Source, at: datetime
) -> None:
    someone("Ana.Petrovi\u0107")
    decomposed = "  ANA.PETROVIC\u0301 "
    assert isinstance(sign_in.password(source, decomposed, PASSWORD, at), SecondFactorNeeded)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ana", "not the password at all"),
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("ana", "x" * 129),
        ("", ""),
        ("\0", "\0"),
        ("ana\ud800", "\udc00" * 12),
        ("\ufdfa" * 10_000, "\ufdfa" * 10_000),
    ],
)
def test_who_has_an_account_shows_neither_in_the_answer_nor_in_the_work(
    someone,
    sign_in: SignIn,
    source: Source,
    database: Database,
    hasher,
    at: datetime,
    login: str,
    password: str,
) -> None:
    someone("ana")
    closed = someone("closed").account
    with database.transaction() as connection:
        close_account(connection, closed, closed, at)
    before = hasher.computed
    outcome = sign_in.password(source, login, password, at)
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.LOGIN_OR_PASSWORD
    assert hasher.computed - before == 1


@pytest.mark.parametrize("login", ["ana", "nobody"])
def test_a_name_without_account_is_slowed_down_as_one_with(
    ana, sign_in: SignIn, source: Source, hasher, at: datetime, login: str
) -> None:
    outcomes = [sign_in.password(source, login, "not the password at all", at) for _ in range(6)]
    assert all(isinstance(one, Refused) for one in outcomes)
    before = hasher.computed
    assert sign_in.password(source, login, PASSWORD, at) == TryLater(timedelta(seconds=2))
    assert hasher.computed == before


@pytest.mark.parametrize(("skew", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step_and_not_by_two(
    ana, sign_in: SignIn, source: Source, ticket, at: datetime, skew: int, accepted: bool
) -> None:
    outcome = sign_in.code(source, ticket("ana"), ana.code(at, skew), at)
    assert isinstance(outcome, SignedIn) == accepted
    if not accepted:
        assert outcome == Refused(Why.WRONG_CODE, ana.account)


def test_a_code_is_used_once(ana, sign_in: SignIn, source: Source, signed_in, ticket, at: datetime) -> None:
    signed_in(ana)
    assert sign_in.code(source, ticket("ana"), ana.code(at), at) == Refused(Why.USED_CODE, ana.account)
    # Nor is the one before it, which the window still holds.
    assert sign_in.code(source, ticket("ana"), ana.code(at, -1), at) == Refused(Why.USED_CODE, ana.account)
    assert isinstance(sign_in.code(source, ticket("ana"), ana.code(at, 1), at + STEP), SignedIn)


def test_of_two_who_use_one_code_at_once_one_gets_in(
    ana, sign_in: SignIn, source: Source, ticket: Callable[[str], str], at: datetime
) -> None:
    for round_ in range(5):
        now = at + round_ * STEP
        tickets = [ticket("ana") for _ in range(4)]
        with ThreadPoolExecutor(4) as together:
            outcomes = list(
                together.map(lambda one, now=now: sign_in.code(source, one, ana.code(now), now), tickets)
            )
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1, outcomes
        assert {one.why for one in outcomes if isinstance(one, Refused)} == {Why.USED_CODE}


def test_a_ticket_is_used_once_and_for_ten_minutes(
    ana, sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    used = ticket("ana")
    assert isinstance(sign_in.code(source, used, ana.code(at), at), SignedIn)
    assert sign_in.code(source, used, ana.code(at, 1), at) == Refused(Why.SIGN_IN_OVER)
    old = ticket("ana")
    late = at + timedelta(minutes=10)
    assert sign_in.code(source, old, ana.code(late), late) == Refused(Why.SIGN_IN_OVER)
    assert sign_in.code(source, "made up", ana.code(at), at) == Refused(Why.SIGN_IN_OVER)


def test_without_a_ticket_a_code_is_worth_nothing(ana, sign_in: SignIn, source: Source, at: datetime) -> None:
    assert sign_in.code(source, "", ana.code(at), at) == Refused(Why.SIGN_IN_OVER)


def test_one_sign_in_takes_five_codes(ana, sign_in: SignIn, ticket, at: datetime) -> None:
    one = ticket("ana")
    # From other places each time, so that it is not the wait that stops them.
    wrong = [sign_in.code(_elsewhere(i), one, "000000", at + i * timedelta(minutes=1)) for i in range(6)]
    assert [outcome.why for outcome in wrong if isinstance(outcome, Refused)] == [
        *[Why.WRONG_CODE] * 5,
        Why.TOO_MANY_CODES,
    ]


def test_knowing_the_password_does_not_buy_more_codes(
    ana, sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    for _ in range(6):
        assert isinstance(sign_in.code(source, ticket("ana"), "000000", at), Refused)
    assert isinstance(sign_in.password(source, "ana", PASSWORD, at), TryLater)


def test_a_recovery_code_is_used_once(
    ana, recovery_codes: list[str], sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    assert len(set(recovery_codes)) == 10
    shown = recovery_codes[3]
    typed = shown.upper().replace("-", " ").replace("0", "O").replace("1", "l")
    outcome = sign_in.recovery_code(source, ticket("ana"), typed, at)
    assert isinstance(outcome, SignedIn)
    assert outcome.method is Method.RECOVERY_CODE
    again = sign_in.recovery_code(source, ticket("ana"), shown, at)
    assert again == Refused(Why.WRONG_CODE, ana.account)
    assert isinstance(sign_in.recovery_code(source, ticket("ana"), recovery_codes[4], at), SignedIn)


def test_a_recovery_code_is_of_one_account(
    ana, someone, recovery_codes: list[str], sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    bojan = someone("bojan")
    outcome = sign_in.recovery_code(source, ticket("bojan"), recovery_codes[0], at)
    assert outcome == Refused(Why.WRONG_CODE, bojan.account)


def test_an_account_that_is_closed_in_the_middle_gets_no_session(
    ana, sign_in: SignIn, source: Source, ticket, database: Database, at: datetime
) -> None:
    one = ticket("ana")
    with database.transaction() as connection:
        close_account(connection, ana.account, ana.account, at)
    assert sign_in.code(source, one, ana.code(at), at) == Refused(Why.SIGN_IN_OVER)


def test_the_ticket_of_a_closed_account_counts_no_more_even_if_it_was_left(
    ana, sign_in: SignIn, source: Source, ticket, database: Database, at: datetime
) -> None:
    one = ticket("ana")
    with database.transaction() as connection:
        connection.execute(text("UPDATE access.account SET closed_at = now()"))
    assert sign_in.code(source, one, ana.code(at), at) == Refused(Why.SIGN_IN_OVER)


def test_a_hash_of_older_parameters_is_made_again(
    ana,
    sign_in: SignIn,
    keys,
    party,
    source: Source,
    database: Database,
    at: datetime,
    hasher,
    journal: Journal,
) -> None:
    stronger = SignIn(database, Hashing(type(hasher)(passes=2)), keys, party, journal)
    with database.transaction() as connection:
        before = kept_password(connection, ana.account)
    assert isinstance(stronger.password(source, "ana", PASSWORD, at), SecondFactorNeeded)
    with database.transaction() as connection:
        after = kept_password(connection, ana.account)
    assert before is not None
    assert after is not None
    assert "t=1," in before
    assert "t=2," in after
    assert isinstance(sign_in.password(source, "ana", PASSWORD, at), SecondFactorNeeded)


def test_outcomes_do_not_write_their_secrets(
    ana, sign_in: SignIn, source: Source, signed_in, at: datetime
) -> None:
    needed = sign_in.password(source, "ana", PASSWORD, at)
    assert isinstance(needed, SecondFactorNeeded)
    assert needed.ticket not in repr(needed)
    outcome = signed_in(ana)
    assert outcome.begun.token not in repr(outcome)
    assert outcome.begun.token not in str(outcome.begun)


def test_nothing_in_the_database_signs_anybody_in(
    ana,
    recovery_codes: list[str],
    sign_in: SignIn,
    source: Source,
    signed_in,
    ticket,
    database: Database,
    at: datetime,
) -> None:
    waiting, token = ticket("ana"), signed_in(ana).begun.token
    secrets = [PASSWORD, waiting, token, *recovery_codes, *(code.replace("-", "") for code in recovery_codes)]
    dumped = _dump(database)
    assert str(ana.account) in dumped
    assert not [secret for secret in secrets if secret in dumped]
    assert ana.generator.secret.hex() not in dumped
    assert source.address not in dumped


def _elsewhere(number: int) -> Source:
    return Source(f"198.51.100.{number}")


def _dump(database: Database) -> str:
    with database.transaction() as connection:
        names = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'access'")
        ).scalars()
        rows = [connection.execute(text(f"SELECT t::text FROM access.{name} t")).scalars() for name in names]
        return "\n".join(row for some in rows for row in some)
