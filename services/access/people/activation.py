"""Using an account for the first time, or again after a reset: a password of one's own and a second factor.

Nothing counts until all of it is there: then the code is used up, and a session begins.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pyotp import TOTP
from sqlalchemy import Connection

from services.access.people.accounts import account_named, account_with
from services.access.people.activation_codes import is_activation_code, use_activation_code
from services.access.people.errors import ActivationRefused, PasskeysNotOffered
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.login_names import folded
from services.access.people.oath_tokens import CodeUse, add_token, new_secret, use_code
from services.access.people.one_time_codes import Generator, counter_of, counters_now
from services.access.people.outcomes import Method, Refused, SignedIn, TryLater, Why
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.passkeys.kept import Passkey
from services.access.people.passkeys.registration import (
    begin_registration,
    new_passkey,
    register,
    take_registration,
)
from services.access.people.passkeys.relying_party import NAME, RelyingParty
from services.access.people.password_rules import accepted
from services.access.people.passwords import keep_password
from services.access.people.recovery_codes import new_recovery_codes
from services.access.people.sessions import begin
from services.access.people.throttling import Source, Throttle, TooSoon
from services.access.people.tickets import (
    Ticket,
    close_ticket,
    close_tickets,
    count_try,
    find_ticket,
    open_ticket,
)
from services.shared.database import Database

FIRST_PASSKEY = "first"


@dataclass(frozen=True)
class Offer:
    """What a person needs to set up an application that shows codes. A hardware token or a key goes without it."""

    ticket: str = field(repr=False)
    secret: str = field(repr=False)
    """In base 32, to be typed."""
    uri: str = field(repr=False)
    """``otpauth://``, to be shown as a QR code."""


class Activation:
    """The steps of using an account for the first time."""

    def __init__(
        self,
        database: Database,
        hashing: Hashing,
        keys: CredentialKeys,
        party: RelyingParty | None,
        journal: Journal,
    ) -> None:
        """``party`` is None where a browser offers no passkeys."""
        self._database = database
        self._hashing = hashing
        self._keys = keys
        self._party = party
        self._journal = journal
        self._throttle = Throttle(database, keys.throttling)

    def begin(self, source: Source, login: str, code: str, at: datetime) -> Offer | Refused | TryLater:
        """Show the activation code; it still counts until all is done."""
        name = folded(login)
        counted = self._throttle.take(source, name, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        with self._database.transaction() as connection:
            account = account_named(connection, name)
            if (
                account is None
                or not account.is_active
                or not is_activation_code(connection, account.id, code, at)
            ):
                return Refused(Why.ACTIVATION_CODE, None if account is None else account.id)
            self._throttle.give_back(connection, counted)
            secret = new_secret()
            ticket = open_ticket(connection, self._keys, account.id, "activation", at, secret=secret)
        return _offer(ticket, secret, name)

    def offered(self, ticket: str, at: datetime) -> Offer:
        """The same offer again, after a password or a code that was not accepted. Raises ActivationRefused."""
        with self._database.transaction() as connection:
            found = self._found(connection, ticket, at)
        assert found.secret is not None
        return _offer(ticket, found.secret, found.login)

    def begin_passkey(self, ticket: str, at: datetime) -> Ceremony:
        """Make a passkey instead of a code. Raises ActivationRefused, PasskeysNotOffered."""
        if self._party is None:
            raise PasskeysNotOffered
        with self._database.transaction() as connection:
            found = self._found(connection, ticket, at)
            return begin_registration(connection, self._party, found.account, at)

    def with_code(self, source: Source, ticket: str, password: str, code: str, at: datetime) -> SignedIn:
        """Finish with a code of the application that was offered, or of a hardware token that was handed over.

        Raises ActivationRefused, PasswordRefused, Busy.
        """
        found, hash_ = self._prepared(ticket, password, at)
        with self._database.transaction() as connection:
            if not count_try(connection, ticket):
                raise ActivationRefused
        generator = _offered(found)
        counter = counter_of(generator, code.strip(), counters_now(generator, at, last=-1, drift=0))
        with self._database.transaction() as connection:
            self._activated(connection, found, ticket, hash_, at)
            if counter is not None:
                add_token(connection, self._keys, generator, at, account=found.account, last_counter=counter)
            elif use_code(connection, self._keys, found.account, code, at) is not CodeUse.ACCEPTED:
                raise ActivationRefused
            return self._signed_in(connection, source, found.account, at)

    def with_passkey(
        self, source: Source, ticket: str, password: str, handle: str, response: str, at: datetime
    ) -> SignedIn:
        """Finish with a passkey. Raises ActivationRefused, PasskeyRefused, PasskeysNotOffered, PasswordRefused, Busy."""
        if self._party is None:
            raise PasskeysNotOffered
        found, hash_ = self._prepared(ticket, password, at)
        passkey = self._made(self._party, found.account, handle, response, at)
        with self._database.transaction() as connection:
            self._activated(connection, found, ticket, hash_, at)
            register(connection, passkey, FIRST_PASSKEY, at)
            self._journal.changed(connection, "passkey-added", found.account, at)
            return self._signed_in(connection, source, found.account, at)

    def _prepared(self, ticket: str, password: str, at: datetime) -> tuple[Ticket, str]:
        with self._database.transaction() as connection:
            found = self._found(connection, ticket, at)
        return found, self._hashing.hash(accepted(password, found.login))

    def _found(self, connection: Connection, ticket: str, at: datetime) -> Ticket:
        found = find_ticket(connection, self._keys, ticket, "activation", at)
        if found is None or not found.may_try:
            raise ActivationRefused
        return found

    def _made(self, party: RelyingParty, account: UUID, handle: str, response: str, at: datetime) -> Passkey:
        with self._database.transaction() as connection:
            challenge = take_registration(connection, handle, account, at)
        return new_passkey(party, account, challenge, response)

    def _activated(
        self, connection: Connection, found: Ticket, ticket: str, hash_: str, at: datetime
    ) -> None:
        if not (
            account_with(connection, found.account, held=True).is_active
            and close_ticket(connection, ticket)
            and use_activation_code(connection, found.account, at)
        ):
            raise ActivationRefused
        keep_password(connection, found.account, hash_, at)

    def _signed_in(self, connection: Connection, source: Source, account: UUID, at: datetime) -> SignedIn:
        close_tickets(connection, account)
        codes = tuple(new_recovery_codes(connection, account, at))
        self._journal.changed(connection, "account-activated", account, at)
        self._journal.signed_in(connection, account, Method.ACTIVATION, source.device, at)
        return SignedIn(account, Method.ACTIVATION, begin(connection, account, source.device, at), codes)


def _offered(ticket: Ticket) -> Generator:
    assert ticket.secret is not None
    return Generator("totp", ticket.secret)


def _offer(ticket: str, secret: bytes, login: str) -> Offer:
    written = base64.b32encode(secret).decode()
    return Offer(ticket, written, TOTP(written).provisioning_uri(name=login, issuer_name=NAME))
