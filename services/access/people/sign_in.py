"""Signing in: password, then a second factor, then a session; or a passkey alone.

Each step is a transaction of its own, and hashing is done in none: what was counted stays counted, and nobody holds
the database while computing. Whoever is refused is told the same, and made to wait the same, whether or not there is
such an account.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.access.people.accounts import account_named, account_with
from services.access.people.errors import PasskeyRefused
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.login_names import folded
from services.access.people.oath_tokens import CodeUse, has_token, use_code
from services.access.people.outcomes import (
    Method,
    Refused,
    SecondFactorNeeded,
    SignedIn,
    TryLater,
    Why,
)
from services.access.people.passkeys.authentication import (
    begin_authentication,
    prove,
    take_authentication,
)
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.passkeys.kept import passkey_ids
from services.access.people.passkeys.relying_party import RelyingParty
from services.access.people.password_rules import could_be_one, normal
from services.access.people.passwords import improve_password, kept_password
from services.access.people.recovery_codes import use_recovery_code
from services.access.people.sessions import begin
from services.access.people.throttling import Source, Throttle, TooSoon, Try
from services.access.people.tickets import Ticket, close_ticket, count_try, find_ticket, open_ticket
from services.shared.database import Database


class Known(NamedTuple):
    """What is compared with a password."""

    account: UUID | None
    hash: str | None


class SignIn:
    """The steps of signing in."""

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

    def password(
        self, source: Source, login: str, password: str, at: datetime
    ) -> SecondFactorNeeded | Refused | TryLater:
        """The first step. Raises Busy, which costs no try."""
        name = folded(login)
        counted = self._throttle.take(source, name, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        with self._database.transaction() as connection:
            known = _known(connection, name)
        if not self._is_right(known, password, counted):
            return Refused(Why.LOGIN_OR_PASSWORD, known.account)
        with self._database.transaction() as connection:
            # The wait for a second factor is no failure, but no success either: failures from before still count.
            self._throttle.give_back(connection, counted)
            return self._second_factor(connection, known, at)

    def code(self, source: Source, ticket: str, code: str, at: datetime) -> SignedIn | Refused | TryLater:
        """The second step with a one-time code."""
        return self._second_step(source, ticket, at, Method.CODE, code)

    def recovery_code(
        self, source: Source, ticket: str, code: str, at: datetime
    ) -> SignedIn | Refused | TryLater:
        """The second step with a recovery code."""
        return self._second_step(source, ticket, at, Method.RECOVERY_CODE, code)

    def begin_security_key(self, ticket: str, at: datetime) -> Ceremony | Refused:
        """Ask for a signature of one of the person's keys as the second step."""
        with self._database.transaction() as connection:
            found = find_ticket(connection, self._keys, ticket, "second factor", at)
            if found is None or self._party is None:
                return Refused(Why.SIGN_IN_OVER)
            return begin_authentication(connection, self._party, found.account, at)

    def security_key(
        self, source: Source, ticket: str, handle: str, response: str, at: datetime
    ) -> SignedIn | Refused | TryLater:
        """The second step with a security key."""
        return self._second_step(source, ticket, at, Method.SECURITY_KEY, response, handle)

    def begin_passkey(self, at: datetime) -> Ceremony | Refused:
        """Ask for a signature of whoever has a passkey here."""
        if self._party is None:
            return Refused(Why.PASSKEY)
        with self._database.transaction() as connection:
            return begin_authentication(connection, self._party, None, at)

    def passkey(
        self, source: Source, handle: str, response: str, at: datetime
    ) -> SignedIn | Refused | TryLater:
        """The only step with a passkey that has verified its holder."""
        counted = self._throttle.take(source, None, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        proved = self._proved(None, handle, response, at)
        if isinstance(proved, Refused):
            return proved
        with self._database.transaction() as connection:
            if not account_with(connection, proved, held=True).is_active:
                return Refused(Why.PASSKEY, proved)
            self._throttle.give_back(connection, counted)
            return self._begun(connection, source, proved, Method.PASSKEY, at)

    def _is_right(self, known: Known, password: str, counted: Try) -> bool:
        try:
            same, better = self._hashing.check(
                normal(password) if could_be_one(password) else "",
                known.hash if could_be_one(password) else None,
            )
        except Exception:
            with self._database.transaction() as connection:
                self._throttle.give_back(connection, counted)
            raise
        if same and better:
            assert known.account is not None
            assert known.hash is not None
            with self._database.transaction() as connection:
                improve_password(connection, known.account, known.hash, better)
        return same

    def _second_factor(
        self, connection: Connection, known: Known, at: datetime
    ) -> SecondFactorNeeded | Refused:
        assert known.account is not None
        # Closed, or its credentials reset, while the password was compared.
        if (
            not account_with(connection, known.account, held=True).is_active
            or kept_password(connection, known.account) is None
        ):
            return Refused(Why.LOGIN_OR_PASSWORD, known.account)
        return SecondFactorNeeded(
            known.account,
            open_ticket(connection, self._keys, known.account, "second factor", at),
            codes=has_token(connection, known.account),
            security_keys=self._party is not None and bool(passkey_ids(connection, known.account)),
        )

    def _second_step(
        self, source: Source, ticket: str, at: datetime, method: Method, shown: str, handle: str = ""
    ) -> SignedIn | Refused | TryLater:
        with self._database.transaction() as connection:
            found = find_ticket(connection, self._keys, ticket, "second factor", at)
        if found is None:
            return Refused(Why.SIGN_IN_OVER)
        counted = self._throttle.take(source, found.login, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        with self._database.transaction() as connection:
            if not count_try(connection, ticket):
                return Refused(Why.TOO_MANY_CODES, found.account)
        wrong = self._wrong(found, method, shown, handle, at)
        if wrong is not None:
            return Refused(wrong, found.account)
        return self._signed_in(source, found, ticket, method, counted, at)

    def _wrong(self, ticket: Ticket, method: Method, shown: str, handle: str, at: datetime) -> Why | None:
        """Why the second factor does not count; None if it does. It is used up from here on."""
        if method is Method.SECURITY_KEY:
            proved = self._proved(ticket.account, handle, shown, at)
            return proved.why if isinstance(proved, Refused) else None
        with self._database.transaction() as connection:
            if method is Method.RECOVERY_CODE:
                used = use_recovery_code(connection, ticket.account, shown, at)
                return None if used else Why.WRONG_CODE
            outcome = use_code(connection, self._keys, ticket.account, shown, at)
        return {CodeUse.ACCEPTED: None, CodeUse.WRONG: Why.WRONG_CODE, CodeUse.REPLAYED: Why.USED_CODE}[
            outcome
        ]

    def _proved(self, account: UUID | None, handle: str, response: str, at: datetime) -> UUID | Refused:
        if self._party is None:
            return Refused(Why.PASSKEY, account)
        with self._database.transaction() as connection:
            challenge = take_authentication(connection, handle, account, at)
        if challenge is None:
            return Refused(Why.PASSKEY, account)
        try:
            with self._database.transaction() as connection:
                proved = prove(connection, self._party, account, challenge, response)
        except PasskeyRefused:
            return Refused(Why.PASSKEY, account)
        return Refused(Why.PASSKEY_COPIED, proved.account) if proved.is_copied else proved.account

    def _signed_in(
        self, source: Source, found: Ticket, ticket: str, method: Method, counted: Try, at: datetime
    ) -> SignedIn | Refused:
        with self._database.transaction() as connection:
            # Whoever closes the account waits for us, or we see it closed: no session is left behind.
            if not account_with(connection, found.account, held=True).is_active:
                return Refused(Why.SIGN_IN_OVER, found.account)
            if not close_ticket(connection, ticket):
                return Refused(Why.SIGN_IN_OVER, found.account)
            self._throttle.reset(connection, counted, source, found.login, at)
            return self._begun(connection, source, found.account, method, at)

    def _begun(
        self, connection: Connection, source: Source, account: UUID, method: Method, at: datetime
    ) -> SignedIn:
        """No session begins that is not logged."""
        self._journal.signed_in(connection, account, method, source.device, at)
        return SignedIn(account, method, begin(connection, account, source.device, at))


def _known(connection: Connection, login: str) -> Known:
    account = account_named(connection, login)
    if account is None:
        return Known(None, None)
    return Known(account.id, kept_password(connection, account.id) if account.is_active else None)
