"""Security keys and passkeys: one challenge, one address, one counter."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soft_authenticator import SoftAuthenticator
from sqlalchemy import text
from webauthn import generate_registration_options, options_to_json

from services.access.people.accounts import close_account
from services.access.people.errors import PasskeyRefused, PasskeysNotOffered
from services.access.people.journal import Journal
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, Why
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.passkeys.kept import went_on
from services.access.people.passkeys.registration import (
    begin_registration,
    new_passkey,
    register,
    take_registration,
)
from services.access.people.passkeys.relying_party import RelyingParty, relying_party
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.shared.database import Database

FIVE_MINUTES = timedelta(minutes=5)
REFUSED = Why.PASSKEY


@pytest.mark.parametrize(
    ("address", "id_", "origin"),
    [
        ("https://clinic.example", "clinic.example", "https://clinic.example"),
        ("https://Clinic.Example:443/care", "clinic.example", "https://clinic.example"),
        ("https://clinic.example:8443", "clinic.example", "https://clinic.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_a_passkey_is_for_the_installations_address(address: str, id_: str, origin: str) -> None:
    assert relying_party(address) == RelyingParty(id_, origin)


@pytest.mark.parametrize(
    "address",
    ["http://clinic.example", "http://127.0.0.1:8000", "https://192.0.2.7", "https://[2001:db8::1]", ""],
)
def test_where_browsers_offer_no_passkey_neither_do_we(address: str) -> None:
    with pytest.raises(PasskeysNotOffered, match="https"):
        relying_party(address)


@pytest.fixture
def enrol(database: Database, party: RelyingParty, at: datetime):
    """Register an authenticator for an account."""

    def do(account: UUID, authenticator: SoftAuthenticator | None = None) -> SoftAuthenticator:
        made = authenticator or SoftAuthenticator()
        with database.transaction() as connection:
            ceremony = begin_registration(connection, party, account, at)
            challenge = take_registration(connection, ceremony.handle, account, at)
            register(
                connection, new_passkey(party, account, challenge, made.make(ceremony.options)), "key", at
            )
        return made

    return do


@pytest.fixture
def asked(sign_in: SignIn, at: datetime) -> Ceremony:
    """The browser asks for whoever has a passkey."""
    outcome = sign_in.begin_passkey(at)
    assert isinstance(outcome, Ceremony)
    return outcome


def test_a_passkey_alone_signs_in(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, found, at
) -> None:
    key = enrol(ana.account)
    outcome = sign_in.passkey(source, asked.handle, key.sign(asked.options), at)
    assert isinstance(outcome, SignedIn)
    assert (outcome.account, outcome.method) == (ana.account, Method.PASSKEY)
    assert found(outcome.begun.token, at).account == ana.account
    assert json.loads(asked.options)["userVerification"] == "required"


def test_a_passkey_that_has_not_verified_its_holder_is_not_enough_alone(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    key = enrol(ana.account, SoftAuthenticator(verifies=False))
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


def test_after_the_password_a_security_key_is_enough(
    ana, enrol, sign_in: SignIn, source: Source, at: datetime
) -> None:
    key = enrol(ana.account, SoftAuthenticator(verifies=False))
    needed = sign_in.password(source, "ana", "a long walk by the river", at)
    assert isinstance(needed, SecondFactorNeeded)
    assert needed.security_keys
    ceremony = sign_in.begin_security_key(needed.ticket, at)
    assert isinstance(ceremony, Ceremony)
    signed = key.sign(ceremony.options, with_handle=False)
    outcome = sign_in.security_key(source, needed.ticket, ceremony.handle, signed, at)
    assert isinstance(outcome, SignedIn)
    assert outcome.method is Method.SECURITY_KEY


def test_a_security_key_of_somebody_else_is_refused(
    ana, someone, enrol, sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    key = enrol(someone("bojan").account)
    one = ticket("ana")
    ceremony = sign_in.begin_security_key(one, at)
    assert isinstance(ceremony, Ceremony)
    outcome = sign_in.security_key(source, one, ceremony.handle, key.sign(ceremony.options), at)
    assert outcome == Refused(REFUSED, ana.account)


def test_a_challenge_is_used_once(ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at) -> None:
    key = enrol(ana.account)
    signed = key.sign(asked.options)
    assert isinstance(sign_in.passkey(source, asked.handle, signed, at), SignedIn)
    assert sign_in.passkey(source, asked.handle, signed, at) == Refused(REFUSED)
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


def test_a_challenge_is_used_up_also_by_what_does_not_hold(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    key = enrol(ana.account)
    assert sign_in.passkey(source, asked.handle, "{}", at) == Refused(REFUSED)
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


def test_one_answer_sent_many_times_at_once_signs_in_once(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    signed = enrol(ana.account).sign(asked.options)
    with ThreadPoolExecutor(6) as together:
        outcomes = list(together.map(lambda _: sign_in.passkey(source, asked.handle, signed, at), range(6)))
    assert sum(isinstance(one, SignedIn) for one in outcomes) == 1


def test_a_challenge_lasts_five_minutes(ana, enrol, sign_in: SignIn, source: Source, at: datetime) -> None:
    key = enrol(ana.account, SoftAuthenticator(counts=False))
    for late, accepted in ((FIVE_MINUTES - timedelta(seconds=1), True), (FIVE_MINUTES, False)):
        ceremony = sign_in.begin_passkey(at)
        assert isinstance(ceremony, Ceremony)
        outcome = sign_in.passkey(source, ceremony.handle, key.sign(ceremony.options), at + late)
        assert isinstance(outcome, SignedIn) == accepted


def test_an_answer_belongs_to_the_browser_that_asked(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at: datetime
) -> None:
    other = sign_in.begin_passkey(at)
    assert isinstance(other, Ceremony)
    signed = enrol(ana.account).sign(asked.options)
    assert sign_in.passkey(source, other.handle, signed, at) == Refused(REFUSED)


def test_a_challenge_for_a_second_factor_is_none_for_a_passkey_alone(
    ana, enrol, sign_in: SignIn, source: Source, ticket, at: datetime
) -> None:
    key = enrol(ana.account)
    ceremony = sign_in.begin_security_key(ticket("ana"), at)
    assert isinstance(ceremony, Ceremony)
    assert sign_in.passkey(source, ceremony.handle, key.sign(ceremony.options), at) == Refused(REFUSED)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://clinic.example.evil.test"},
        {"origin": "http://clinic.example"},
        {"origin": "https://clinic.example:8443"},
        {"framed": True},
    ],
)
def test_what_was_signed_for_another_page_is_refused(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at, change: dict
) -> None:
    key = replace(enrol(ana.account), **change)
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


def test_what_was_signed_for_another_host_is_refused(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    options = json.dumps({**json.loads(asked.options), "rpId": "evil.test"})
    assert sign_in.passkey(source, asked.handle, enrol(ana.account).sign(options), at) == Refused(REFUSED)


def test_a_signature_of_another_key_is_refused(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    key = enrol(ana.account)
    forged = SoftAuthenticator(id=key.id, count=5, user_handle=key.user_handle)
    assert sign_in.passkey(source, asked.handle, forged.sign(asked.options), at) == Refused(REFUSED)


def test_a_passkey_that_claims_to_be_of_another_account_is_refused(
    ana, someone, enrol, sign_in: SignIn, source: Source, asked: Ceremony, at
) -> None:
    key = replace(enrol(ana.account), user_handle=someone("bojan").account.bytes)
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


@pytest.mark.parametrize("back", [0, 1])
def test_a_counter_that_does_not_go_on_shows_a_copy(
    ana, enrol, sign_in: SignIn, source: Source, at: datetime, back: int
) -> None:
    key = enrol(ana.account)
    copy = replace(key)
    first, second = (sign_in.begin_passkey(at) for _ in range(2))
    assert isinstance(first, Ceremony)
    assert isinstance(second, Ceremony)
    assert isinstance(sign_in.passkey(source, first.handle, key.sign(first.options), at), SignedIn)
    copy.count -= back
    outcome = sign_in.passkey(source, second.handle, copy.sign(second.options), at)
    assert outcome == Refused(Why.PASSKEY_COPIED, ana.account)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(0, 0, True), (0, 1, True), (1, 2, True), (1, 1, False), (2, 1, False), (1, 0, False)],
)
def test_counters(before: int, after: int, expected: bool) -> None:
    assert went_on(before, after) is expected


def test_a_passkey_that_does_not_count_signs_in_again_and_again(
    ana, enrol, sign_in: SignIn, source: Source, at: datetime
) -> None:
    key = enrol(ana.account, SoftAuthenticator(counts=False))
    for _ in range(3):
        ceremony = sign_in.begin_passkey(at)
        assert isinstance(ceremony, Ceremony)
        assert isinstance(sign_in.passkey(source, ceremony.handle, key.sign(ceremony.options), at), SignedIn)


def test_the_passkey_of_a_closed_account_is_refused(
    ana, enrol, sign_in: SignIn, source: Source, asked: Ceremony, database: Database, at
) -> None:
    key = enrol(ana.account)
    with database.transaction() as connection:
        close_account(connection, ana.account, ana.account, at)
    assert sign_in.passkey(source, asked.handle, key.sign(asked.options), at) == Refused(REFUSED)


def test_a_registration_is_of_one_account_one_use_and_one_address(
    ana, someone, database: Database, party: RelyingParty, at: datetime
) -> None:
    bojan, key = someone("bojan").account, SoftAuthenticator()
    with database.transaction() as connection:
        ceremony = begin_registration(connection, party, ana.account, at)
        made = key.make(ceremony.options)
        challenge = take_registration(connection, ceremony.handle, ana.account, at)
        with pytest.raises(PasskeyRefused):
            take_registration(connection, ceremony.handle, ana.account, at)
        other = begin_registration(connection, party, ana.account, at)
        with pytest.raises(PasskeyRefused):
            take_registration(connection, other.handle, bojan, at)
    with pytest.raises(PasskeyRefused):
        new_passkey(RelyingParty("clinic.example", "https://evil.test"), ana.account, challenge, made)
    with pytest.raises(PasskeyRefused):
        new_passkey(RelyingParty("evil.test", party.origin), ana.account, challenge, made)
    with pytest.raises(PasskeyRefused):
        new_passkey(party, ana.account, bytes(32), made)
    with pytest.raises(PasskeyRefused):
        new_passkey(party, ana.account, challenge, "not JSON")
    assert new_passkey(party, ana.account, challenge, made).id == key.id


def test_an_authenticator_is_registered_once(ana, someone, enrol) -> None:
    key = enrol(ana.account)
    with pytest.raises(PasskeyRefused):
        enrol(someone("bojan").account, key)


def test_known_keys_are_named_to_the_browser(ana, enrol, database: Database, party: RelyingParty, at) -> None:
    enrol(ana.account)
    with database.transaction() as connection:
        options = json.loads(begin_registration(connection, party, ana.account, at).options)
    assert len(options["excludeCredentials"]) == 1
    assert options["rp"]["id"] == "clinic.example"


def test_where_none_is_offered_none_is_taken(
    ana, database: Database, hashing, keys, source: Source, at: datetime, journal: Journal
) -> None:
    without = SignIn(database, hashing, keys, None, journal)
    assert without.begin_passkey(at) == Refused(REFUSED)
    assert without.passkey(source, "handle", "{}", at) == Refused(REFUSED)
    needed = without.password(source, "ana", "a long walk by the river", at)
    assert isinstance(needed, SecondFactorNeeded)
    assert not needed.security_keys


def test_the_handle_is_kept_as_a_digest(asked: Ceremony, database: Database) -> None:
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT c::text FROM access.ceremony c")).scalars().all()
    assert asked.handle not in "".join(rows)
    assert asked.handle not in repr(asked)


@given(st.data())
def test_no_answer_whatever_is_sent_is_more_than_refused(data: st.DataObject) -> None:
    party, account, challenge = relying_party("https://clinic.example"), UUID(int=1), bytes(32)
    options = generate_registration_options(
        rp_id=party.id, rp_name="x", user_name="ana", user_id=account.bytes, challenge=challenge
    )
    answer = json.loads(SoftAuthenticator().make(options_to_json(options)))
    name = data.draw(st.sampled_from(sorted(answer["response"])))
    good = answer["response"][name]
    cut = data.draw(st.integers(0, len(good) - 1))
    change = data.draw(
        st.sampled_from([good[:cut], good[:cut] + "A" + good[cut + 1 :], "A", "\u0107", None, 1, []])
    )
    answer["response"][name] = change
    with suppress(PasskeyRefused):
        new_passkey(party, account, challenge, json.dumps(answer))
