"""The first sign-in: a password that nobody else has ever known, and a second factor."""

import base64
from datetime import datetime, timedelta

import pytest
from soft_authenticator import SoftAuthenticator
from sqlalchemy import text

from services.access.people.accounts import Account, add_account, close_account
from services.access.people.activation import Activation, Offer
from services.access.people.activation_codes import new_activation_code
from services.access.people.errors import (
    ActivationRefused,
    PasskeyRefused,
    PasskeysNotOffered,
    PasswordRefused,
)
from services.access.people.journal import Journal
from services.access.people.oath_tokens import add_token, assign_token
from services.access.people.one_time_codes import Generator, code_at, step
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, TryLater, Why
from services.access.people.password_change import PasswordChange
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.shared.database import Database

PASSWORD = "three grey herons fly"


@pytest.fixture
def newcomer(database: Database, at: datetime) -> Account:
    with database.transaction() as connection:
        return add_account(connection, "mira", "Mira", None, at)


@pytest.fixture
def code(database: Database, newcomer: Account, at: datetime) -> str:
    with database.transaction() as connection:
        return new_activation_code(connection, newcomer.id, at)


@pytest.fixture
def offer(activation: Activation, source: Source, code: str, at: datetime) -> Offer:
    offered = activation.begin(source, "mira", code, at)
    assert isinstance(offered, Offer)
    return offered


def _shown(offer: Offer, at: datetime) -> str:
    generator = Generator("totp", base64.b32decode(offer.secret))
    return code_at(generator, step(generator, at))


def test_a_code_a_password_and_a_token_make_an_account_usable(
    offer: Offer,
    activation: Activation,
    newcomer: Account,
    sign_in: SignIn,
    source: Source,
    found,
    at: datetime,
) -> None:
    done = activation.with_code(source, offer.ticket, PASSWORD, _shown(offer, at), at)
    assert (done.account, done.method, len(done.recovery_codes)) == (newcomer.id, Method.ACTIVATION, 10)
    assert found(done.begun.token, at).account == newcomer.id
    assert done.recovery_codes[0] not in repr(done)
    needed = sign_in.password(source, "mira", PASSWORD, at)
    assert isinstance(needed, SecondFactorNeeded)
    used = sign_in.code(source, needed.ticket, _shown(offer, at), at)
    assert used == Refused(Why.USED_CODE, newcomer.id)
    later = at + timedelta(seconds=30)
    assert isinstance(sign_in.code(source, needed.ticket, _shown(offer, later), later), SignedIn)
    assert offer.uri.startswith("otpauth://totp/Throughcare:mira?")


def test_the_code_is_used_once(
    offer: Offer, activation: Activation, source: Source, code: str, at: datetime
) -> None:
    other = activation.begin(source, "mira", code, at)
    assert isinstance(other, Offer)
    activation.with_code(source, offer.ticket, PASSWORD, _shown(offer, at), at)
    assert isinstance(activation.begin(source, "mira", code, at), Refused)
    with pytest.raises(ActivationRefused):
        activation.with_code(source, other.ticket, PASSWORD, _shown(other, at), at)


def test_until_all_is_there_nothing_counts(
    offer: Offer, activation: Activation, source: Source, sign_in: SignIn, database: Database, at: datetime
) -> None:
    with pytest.raises(ActivationRefused):
        activation.with_code(source, offer.ticket, PASSWORD, "000000", at)
    with pytest.raises(PasswordRefused):
        activation.with_code(source, offer.ticket, "short", _shown(offer, at), at)
    assert isinstance(sign_in.password(source, "mira", PASSWORD, at), Refused)
    with database.transaction() as connection:
        for table in ("password", "oath_token", "session", "recovery_code"):
            assert connection.execute(text(f"SELECT count(*) FROM access.{table}")).scalar() == 0
    assert activation.with_code(source, offer.ticket, PASSWORD, _shown(offer, at), at)


def test_five_wrong_codes_end_the_attempt(
    offer: Offer, activation: Activation, source: Source, at: datetime
) -> None:
    for _ in range(5):
        with pytest.raises(ActivationRefused):
            activation.with_code(source, offer.ticket, PASSWORD, "000000", at)
    with pytest.raises(ActivationRefused):
        activation.with_code(source, offer.ticket, PASSWORD, _shown(offer, at), at)


def test_a_passkey_instead_of_codes(
    offer: Offer, activation: Activation, source: Source, sign_in: SignIn, at: datetime
) -> None:
    ceremony = activation.begin_passkey(offer.ticket, at)
    key = SoftAuthenticator()
    made = key.make(ceremony.options)
    done = activation.with_passkey(source, offer.ticket, PASSWORD, ceremony.handle, made, at)
    assert len(done.recovery_codes) == 10
    asked = sign_in.begin_passkey(at)
    assert not isinstance(asked, Refused)
    assert isinstance(sign_in.passkey(source, asked.handle, key.sign(asked.options), at), SignedIn)


def test_a_passkey_of_another_ceremony_activates_nothing(
    offer: Offer, activation: Activation, source: Source, at: datetime
) -> None:
    first, second = (activation.begin_passkey(offer.ticket, at) for _ in range(2))
    made = SoftAuthenticator().make(first.options)
    with pytest.raises(PasskeyRefused):
        activation.with_passkey(source, offer.ticket, PASSWORD, second.handle, made, at)


def test_without_passkeys_none_is_offered(
    offer: Offer, database: Database, hashing, keys, source: Source, at: datetime, journal: Journal
) -> None:
    without = Activation(database, hashing, keys, None, journal)
    with pytest.raises(PasskeysNotOffered):
        without.begin_passkey(offer.ticket, at)
    with pytest.raises(PasskeysNotOffered):
        without.with_passkey(source, offer.ticket, PASSWORD, "handle", "{}", at)


def test_a_hardware_token_that_was_handed_over(
    offer: Offer,
    activation: Activation,
    newcomer: Account,
    source: Source,
    database: Database,
    keys,
    at: datetime,
) -> None:
    generator = Generator("hotp", b"12345678901234567890")
    with database.transaction() as connection:
        add_token(connection, keys, generator, at, serial="F1")
        assign_token(connection, "F1", newcomer.id)
    assert activation.with_code(source, offer.ticket, PASSWORD, code_at(generator, 0), at)
    with database.transaction() as connection:
        # The one that was offered for a phone was not taken up.
        assert connection.execute(text("SELECT count(*) FROM access.oath_token")).scalar() == 1


@pytest.mark.parametrize("login", ["mira", "nobody"])
def test_whoever_has_no_code_learns_nothing_and_is_slowed_down(
    newcomer: Account, code: str, activation: Activation, source: Source, at: datetime, login: str
) -> None:
    outcomes = [activation.begin(source, login, "wrong", at) for _ in range(6)]
    assert {outcome.why for outcome in outcomes if isinstance(outcome, Refused)} == {Why.ACTIVATION_CODE}
    assert activation.begin(source, login, code, at) == TryLater(timedelta(seconds=2))


def test_a_code_is_of_one_account_and_for_three_days(
    code: str, activation: Activation, source: Source, database: Database, newcomer: Account, at: datetime
) -> None:
    with database.transaction() as connection:
        other = add_account(connection, "bojan", "Bojan", None, at)
        new_activation_code(connection, other.id, at)
    assert isinstance(activation.begin(source, "bojan", code, at), Refused)
    late = at + timedelta(days=3)
    assert isinstance(activation.begin(source, "mira", code, late - timedelta(seconds=1)), Offer)
    assert isinstance(activation.begin(source, "mira", code, late), Refused)
    with database.transaction() as connection:
        close_account(connection, newcomer.id, newcomer.id, at)
    assert isinstance(activation.begin(source, "mira", code, at), Refused)


def test_a_new_code_replaces_the_old_one(
    code: str, activation: Activation, source: Source, database: Database, newcomer: Account, at: datetime
) -> None:
    with database.transaction() as connection:
        new_activation_code(connection, newcomer.id, at)
    assert isinstance(activation.begin(source, "mira", code, at), Refused)


def test_neither_code_nor_offer_is_kept_in_clear(code: str, offer: Offer, database: Database) -> None:
    with database.transaction() as connection:
        kept = "".join(
            row
            for table in ("activation", "unfinished_sign_in")
            for row in connection.execute(text(f"SELECT t::text FROM access.{table} t")).scalars()
        )
    for secret in (
        code,
        code.replace("-", ""),
        offer.ticket,
        offer.secret,
        base64.b32decode(offer.secret).hex(),
    ):
        assert secret not in kept
    assert offer.secret not in repr(offer)


def test_another_password_ends_every_other_session(
    ana,
    signed_in,
    ticket,
    begun,
    found,
    database: Database,
    hashing,
    keys,
    sign_in: SignIn,
    source: Source,
    at: datetime,
    journal: Journal,
) -> None:
    own, other, waiting = signed_in(ana).begun, begun(ana.account), ticket("ana")
    change = PasswordChange(database, hashing, keys, journal)
    session = found(own.token, at)
    wrong = change.change(source, session, "not the password", PASSWORD, at)
    assert wrong == Refused(Why.LOGIN_OR_PASSWORD, ana.account)
    with pytest.raises(PasswordRefused):
        change.change(source, session, "a long walk by the river", "short", at)
    assert change.change(source, session, "a long walk by the river", PASSWORD, at) is None
    assert found(own.token, at) is not None
    assert found(other.token, at) is None
    later = at + timedelta(seconds=30)
    assert sign_in.code(source, waiting, ana.code(later), later) == Refused(Why.SIGN_IN_OVER)
    assert isinstance(sign_in.password(source, "ana", "a long walk by the river", at), Refused)
    assert isinstance(sign_in.password(source, "ana", PASSWORD, at), SecondFactorNeeded)
