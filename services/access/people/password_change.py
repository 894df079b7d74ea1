"""Choosing another password, by whoever knows the present one."""

from datetime import datetime

from services.access.people.accounts import account_with
from services.access.people.errors import PasswordRefused
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.outcomes import Refused, TryLater, Why
from services.access.people.password_rules import accepted, could_be_one, normal
from services.access.people.passwords import keep_password, kept_password
from services.access.people.sessions import Session, end_all
from services.access.people.throttling import Source, Throttle, TooSoon
from services.access.people.tickets import close_tickets
from services.shared.database import Database
from services.shared.languages import N_

CHANGED_MEANWHILE = N_("The password was changed meanwhile. Sign in again.")


class PasswordChange:
    """Changes the password of whoever has a session."""

    def __init__(self, database: Database, hashing: Hashing, keys: CredentialKeys, journal: Journal) -> None:
        self._database = database
        self._hashing = hashing
        self._journal = journal
        self._throttle = Throttle(database, keys.throttling)

    def change(
        self, source: Source, session: Session, present: str, wanted: str, at: datetime
    ) -> Refused | TryLater | None:
        """None if it is done: every other session of the account has ended. Raises PasswordRefused, Busy."""
        account = session.account
        with self._database.transaction() as connection:
            login, kept = account_with(connection, account).login, kept_password(connection, account)
        chosen = accepted(wanted, login)
        counted = self._throttle.take(source, login, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        if not could_be_one(present) or not self._hashing.check(normal(present), kept).same:
            return Refused(Why.LOGIN_OR_PASSWORD, account)
        hash_ = self._hashing.hash(chosen)
        with self._database.transaction() as connection:
            if not account_with(connection, account, held=True).is_active:
                return Refused(Why.LOGIN_OR_PASSWORD, account)
            if kept_password(connection, account) != kept:
                raise PasswordRefused(CHANGED_MEANWHILE)
            self._throttle.give_back(connection, counted)
            keep_password(connection, account, hash_, at)
            close_tickets(connection, account)
            ended = end_all(connection, account, but=session.id)
            self._journal.changed(connection, "password-changed", account, at, sessions=ended)
        return None
