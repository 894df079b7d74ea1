"""People with real credentials in the test's database, and a hasher that costs little and counts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from services.access.audit.log.record import Keys
from services.access.people.accounts import add_account
from services.access.people.activation import Activation
from services.access.people.devices import Registered, record_device
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys, keys_from
from services.access.people.oath_tokens import add_token
from services.access.people.one_time_codes import Generator, code_at, step
from services.access.people.outcomes import SecondFactorNeeded, SignedIn
from services.access.people.passkeys.relying_party import RelyingParty, relying_party
from services.access.people.passwords import keep_password
from services.access.people.pins import Pins
from services.access.people.recovery_codes import new_recovery_codes
from services.access.people.sessions import Begun, Session, begin, find
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.shared.database import Database

NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
PASSWORD = "a long walk by the river"
LOCK_AFTER = timedelta(minutes=5)


class CountingHasher(Argon2Hasher):
    """argon2id with little memory, which counts what it is asked to compute."""

    def __init__(self, passes: int = 1) -> None:
        super().__init__(time_cost=passes, memory_cost=8, parallelism=1)
        self.computed = 0

    def hash(self, *args: Any, **kwargs: Any) -> str:
        self.computed += 1
        return super().hash(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        self.computed += 1
        return super().verify(*args, **kwargs)


@dataclass
class Someone:
    """A person with a password and a token, as a test needs them."""

    account: UUID
    login: str
    generator: Generator

    def code(self, at: datetime, skew: int = 0) -> str:
        return code_at(self.generator, step(self.generator, at) + skew)


@pytest.fixture
def at() -> datetime:
    return NOON


@pytest.fixture
def source() -> Source:
    return Source("192.0.2.7")


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def hashing(hasher: CountingHasher) -> Hashing:
    return Hashing(hasher)


@pytest.fixture
def keys() -> CredentialKeys:
    return keys_from(secrets.token_bytes(32))


@pytest.fixture
def party() -> RelyingParty:
    return relying_party("https://clinic.example")


@pytest.fixture
def journal() -> Journal:
    return Journal(Keys(bytes(32), bytes(32)))


@pytest.fixture
def sign_in(
    database: Database, hashing: Hashing, keys: CredentialKeys, party: RelyingParty, journal: Journal
) -> SignIn:
    return SignIn(database, hashing, keys, party, journal)


@pytest.fixture
def activation(
    database: Database, hashing: Hashing, keys: CredentialKeys, party: RelyingParty, journal: Journal
) -> Activation:
    return Activation(database, hashing, keys, party, journal)


@pytest.fixture
def pins(database: Database, hashing: Hashing, keys: CredentialKeys, journal: Journal) -> Pins:
    return Pins(database, hashing, keys, LOCK_AFTER, journal)


@pytest.fixture
def someone(database: Database, hashing: Hashing, keys: CredentialKeys) -> Callable[..., Someone]:
    """Make a person who can sign in with the password of these tests and a token."""

    def make(login: str = "ana", **roles: str | None) -> Someone:
        generator = Generator("totp", secrets.token_bytes(20))
        with database.transaction() as connection:
            account = add_account(connection, login, f"{login} of the tests", None, NOON).id
            keep_password(connection, account, hashing.hash(PASSWORD), NOON)
            add_token(connection, keys, generator, NOON, account=account)
            for role, facility in roles.items():
                wanted = Wanted(role, facility, NOON, NOON + timedelta(days=30))
                record_grant(connection, account, wanted, None, NOON, needs=False)
        return Someone(account, login, generator)

    return make


@pytest.fixture
def ana(someone: Callable[..., Someone]) -> Someone:
    return someone("ana")


@pytest.fixture
def recovery_codes(database: Database, ana: Someone) -> list[str]:
    with database.transaction() as connection:
        return new_recovery_codes(connection, ana.account, NOON)


@pytest.fixture
def tablet(database: Database, someone: Callable[..., Someone]) -> Registered:
    """A registered tablet of the facility in the north."""
    by = someone("keeper").account
    with database.transaction() as connection:
        return record_device(connection, "Round 1", "Location/north", by, NOON)


@pytest.fixture
def ticket(sign_in: SignIn, source: Source, at: datetime) -> Callable[[str], str]:
    """Pass the password step; its ticket."""

    def get(login: str) -> str:
        outcome = sign_in.password(source, login, PASSWORD, at)
        assert isinstance(outcome, SecondFactorNeeded), outcome
        return outcome.ticket

    return get


@pytest.fixture
def signed_in(
    sign_in: SignIn, source: Source, at: datetime, ticket: Callable[[str], str]
) -> Callable[..., SignedIn]:
    """Sign a person in with a code."""

    def get(person: Someone) -> SignedIn:
        outcome = sign_in.code(source, ticket(person.login), person.code(at), at)
        assert isinstance(outcome, SignedIn), outcome
        return outcome

    return get


@pytest.fixture
def begun(database: Database, at: datetime) -> Callable[..., Begun]:
    """Begin a session without signing in."""

    def get(account: UUID, device: UUID | None = None) -> Begun:
        with database.transaction() as connection:
            return begin(connection, account, device, at)

    return get


@pytest.fixture
def found(database: Database) -> Callable[..., Session | None]:
    """What a request with this token finds."""

    def get(
        token: str, at: datetime, device_token: str | None = None, *, touches: bool = True
    ) -> Session | None:
        with database.cursor() as cursor:
            return find(cursor, token, device_token, at, lock_after=LOCK_AFTER, touches=touches)

    return get
