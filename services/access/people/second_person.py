"""A colleague who signs beside whoever is signed in: by their own PIN on this tablet, or by their password.

No session of theirs begins. Whoever is refused is told the same whether or not there is such an account, and a wrong try
is counted before anything is compared.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.access.people.accounts import account_named
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.login_names import folded
from services.access.people.outcomes import Refused, TryLater, Why
from services.access.people.password_rules import could_be_one, normal
from services.access.people.passwords import kept_password
from services.access.people.pins import kept_pin, keyed_pin
from services.access.people.throttle import OF_SECOND
from services.access.people.throttling import Source, Throttle, TooSoon, Try
from services.shared.database import Database

WHAT = "second person"
METHOD = "second signature"


class Proved(NamedTuple):
    """Somebody has proved who they are."""

    account: UUID


class Known(NamedTuple):
    """What is compared, and with what of it."""

    account: UUID | None
    shown: str
    kept: str | None


class SecondPerson:
    """Proving who one is, beside somebody else."""

    def __init__(self, database: Database, hashing: Hashing, keys: CredentialKeys, journal: Journal) -> None:
        self._database = database
        self._hashing = hashing
        self._keys = keys
        self._journal = journal
        self._throttle = Throttle(database, keys.throttling)

    def prove(self, source: Source, login: str, secret: str, at: datetime) -> Proved | Refused | TryLater:
        """Who it is. What they may sign is for the decision to say. Raises Busy, which costs no try."""
        who = f"{folded(login)}|{source.device or source.address}"
        counted = self._throttle.take_of(WHAT, who, OF_SECOND, at)
        if isinstance(counted, TooSoon):
            self._journal.throttled(self._database, METHOD, at, tried=login)
            return TryLater(counted.wait)
        known = self._known(login, source.device, secret)
        if not self._is_right(known, counted) or known.account is None:
            refused = Refused(Why.SECOND_PERSON, known.account)
            self._journal.refused(self._database, METHOD, refused, at, tried=login)
            return refused
        with self._database.transaction() as connection:
            self._throttle.forget_of(connection, WHAT, who)
        return Proved(known.account)

    def _known(self, login: str, device: UUID | None, secret: str) -> Known:
        """The PIN of this tablet if the account has one there, else the password."""
        with self._database.transaction() as connection:
            account = account_named(connection, folded(login))
            if account is None or not account.is_active:
                return Known(None, "", None)
            pin = kept_pin(connection, account.id, device) if device is not None else None
            if pin is not None and device is not None:
                return Known(account.id, keyed_pin(self._keys, account.id, device, secret), pin)
            could_be = could_be_one(secret)
            kept = kept_password(connection, account.id) if could_be else None
            return Known(account.id, normal(secret) if could_be else "", kept)

    def _is_right(self, known: Known, counted: Try) -> bool:
        try:
            return self._hashing.check(known.shown, known.kept).same
        except Exception:
            with self._database.transaction() as connection:
                self._throttle.give_back(connection, counted)
            raise
