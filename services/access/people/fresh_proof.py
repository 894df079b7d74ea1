"""Proving again who one is, within a session, before one's credentials change: whoever finds a desk open cannot."""

from datetime import datetime
from uuid import UUID

from services.access.people.accounts import account_with
from services.access.people.errors import PasskeyRefused
from services.access.people.hashing import Hashing
from services.access.people.keys import CredentialKeys
from services.access.people.outcomes import Refused, TryLater, Why
from services.access.people.passkeys.authentication import begin_authentication, prove, take_authentication
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.passkeys.relying_party import RelyingParty
from services.access.people.password_rules import could_be_one, normal
from services.access.people.passwords import kept_password
from services.access.people.sessions import Session, prove_anew
from services.access.people.throttling import Source, Throttle, TooSoon, Try
from services.shared.database import Database


class FreshProof:
    """By password, or by a passkey that has verified its holder."""

    def __init__(
        self, database: Database, hashing: Hashing, keys: CredentialKeys, party: RelyingParty | None
    ) -> None:
        """``party`` is None where a browser offers no passkeys."""
        self._database = database
        self._hashing = hashing
        self._party = party
        self._throttle = Throttle(database, keys.throttling)

    def password(
        self, source: Source, session: Session, password: str, at: datetime
    ) -> Refused | TryLater | None:
        """None if it is the password of the session's holder. Raises Busy."""
        with self._database.transaction() as connection:
            login = account_with(connection, session.account).login
            kept = kept_password(connection, session.account)
        counted = self._throttle.take(source, login, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        if not could_be_one(password) or not self._hashing.check(normal(password), kept).same:
            return Refused(Why.LOGIN_OR_PASSWORD, session.account)
        self._proved(session, counted, at)
        return None

    def begin_passkey(self, at: datetime) -> Ceremony | Refused:
        """Ask for a signature of whoever sits here."""
        if self._party is None:
            return Refused(Why.PASSKEY)
        with self._database.transaction() as connection:
            return begin_authentication(connection, self._party, None, at)

    def passkey(
        self, source: Source, session: Session, handle: str, response: str, at: datetime
    ) -> Refused | TryLater | None:
        """None if it is a passkey of the session's holder."""
        counted = self._throttle.take(source, None, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        if self._signer(handle, response, at) != session.account:
            return Refused(Why.PASSKEY, session.account)
        self._proved(session, counted, at)
        return None

    def _signer(self, handle: str, response: str, at: datetime) -> UUID | None:
        if self._party is None:
            return None
        with self._database.transaction() as connection:
            challenge = take_authentication(connection, handle, None, at)
        if challenge is None:
            return None
        try:
            with self._database.transaction() as connection:
                proved = prove(connection, self._party, None, challenge, response, at)
        except PasskeyRefused:
            return None
        return None if proved.is_copied else proved.account

    def _proved(self, session: Session, counted: Try, at: datetime) -> None:
        with self._database.transaction() as connection:
            self._throttle.give_back(connection, counted)
            prove_anew(connection, session.id, at)
