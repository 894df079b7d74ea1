"""What people do with their accounts, into the audit log: on the connection, and in the transaction, in which they do it.

So no session begins and no credential or role changes that is not logged. Who only tried, and was refused, is logged
in a transaction of its own before the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import Connection

from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.event import Json
from services.access.audit.kinds import (
    MINOR_FAILURE,
    SERIOUS_FAILURE,
    Actor,
    AuditEvent,
    Circumstances,
    Subjects,
)
from services.access.audit.log.errors import AuditUnavailable
from services.access.audit.log.record import Keys, record
from services.access.audit.log.strangers import Strangers
from services.access.people.devices import known_device
from services.access.people.grants import person_with
from services.access.people.holdings import Person
from services.access.people.outcomes import Method, Refused, Why
from services.shared.database import Database

log = structlog.get_logger()

THROTTLED = "too many tries"
WRONG_PIN, ENDED = "wrong PIN", "too many wrong PINs: the session has ended"

NOBODY = Actor("nobody", "")


def account(id_: UUID | str) -> str:
    """An account as the log names it."""
    return f"account/{id_}"


def device(id_: UUID | str) -> str:
    """A tablet as the log names it."""
    return f"device/{id_}"


def client(name: str) -> str:
    """A system as the log names it."""
    return f"client/{name}"


def session(id_: UUID | str) -> str:
    """A session as the log names it."""
    return f"session/{id_}"


def facility_id(reference: str) -> str:
    """The id of a facility, by which the log names it, from its reference."""
    return reference.rpartition("/")[2]


@dataclass(frozen=True)
class Journal:
    """Where one request or command logs. ``may_log_stranger``: whether one more who is unknown is logged."""

    keys: Keys = field(repr=False)
    request: str | None = None
    address: str | None = None
    may_log_stranger: Callable[[], bool] = field(default_factory=lambda: Strangers().may_be_logged)

    def signed_in(
        self, connection: Connection, account_: UUID, method: Method, tablet: UUID | None, at: datetime
    ) -> None:
        """A session begins."""
        self.record(connection, kinds.sign_in(self._of(connection, account_, at, tablet), method.value))

    def unlocked(self, connection: Connection, account_: UUID, tablet: UUID | None, at: datetime) -> None:
        """A session is open again."""
        self.record(connection, kinds.unlock(self._of(connection, account_, at, tablet)))

    def stays_locked(
        self, connection: Connection, account_: UUID, tablet: UUID | None, at: datetime, *, ended: bool
    ) -> None:
        """A PIN was wrong."""
        of = self._of(connection, account_, at, tablet)
        outcome, why = (SERIOUS_FAILURE, ENDED) if ended else (MINOR_FAILURE, WRONG_PIN)
        self.record(connection, kinds.unlock(of, outcome=outcome, why=why))

    def ended(
        self, connection: Connection, by: UUID, how: str, at: datetime, *of: str, sessions: int = 1
    ) -> None:
        """So many sessions were ended, of those named or the person's own."""
        event = kinds.sign_out(self._of(connection, by, at), how, Subjects(targets=of), sessions=sessions)
        self.record(connection, event)

    def changed(
        self, connection: Connection, change: str, by: UUID | Actor, at: datetime, *of: str, **said: Json
    ) -> None:
        """Who may get in, or what they may do. ``said`` holds codes and ids, never what was typed."""
        where = self.by(by, at) if isinstance(by, Actor) else self._of(connection, by, at)
        self.record(connection, kinds.access_change(where, change, Subjects(targets=of), **said))

    def refused(
        self, database: Database, method: str, outcome: Refused, at: datetime, *, tried: str | None = None
    ) -> None:
        """Somebody was not let in. Those whose account is not known are logged up to a bound."""
        serious = outcome.why in (Why.PASSKEY_COPIED, Why.TOO_MANY_CODES)
        self._tried(database, method, outcome.why.value, outcome.account, at, tried, serious=serious)

    def throttled(self, database: Database, method: str, at: datetime, *, tried: str | None = None) -> None:
        """Somebody came too often, and nothing was looked at."""
        self._tried(database, method, THROTTLED, None, at, tried, serious=True)

    def stranger(
        self, database: Database, method: str, why: str, at: datetime, *, tried: str | None = None
    ) -> None:
        """Somebody was not let in who showed nothing of who they are; up to a bound. ``tried`` as ``kinds.sign_in``."""
        self._tried(database, method, why, None, at, tried, serious=False)

    def by(self, actor: Actor, at: datetime, facility: str | None = None) -> Circumstances:
        """The circumstances of what somebody does in this request."""
        return Circumstances(actor, at, facility=facility, request=self.request, address=self.address)

    def of(self, person: Person, at: datetime, purpose: str | None = None) -> Circumstances:
        """The same of somebody who is signed in."""
        return Circumstances(
            Actor("account", str(person.id)),
            at,
            purpose=purpose,
            facility=_only_facility(person),
            request=self.request,
            address=self.address,
        )

    def record(self, connection: Connection, *events: AuditEvent) -> None:
        """Log in the transaction of the connection. Raises AuditUnavailable, and nothing is done then."""
        try:
            record(raw_cursor(connection), events, self.keys.subject)
        except psycopg.Error as lost:
            log.warning("the audit log could not be written", exc_info=lost)
            raise AuditUnavailable from None

    def _of(
        self, connection: Connection, account_: UUID, at: datetime, tablet: UUID | None = None
    ) -> Circumstances:
        place = None if tablet is None else known_device(connection, tablet)
        facility = (
            _only_facility(person_with(connection, account_, at)) if place is None else facility_id(place)
        )
        return self.by(Actor("account", str(account_)), at, facility)

    def _tried(
        self,
        database: Database,
        method: str,
        why: str,
        account_: UUID | None,
        at: datetime,
        tried: str | None,
        *,
        serious: bool,
    ) -> None:
        if account_ is None and not self.may_log_stranger():
            return
        with database.transaction() as connection:
            facility = None if account_ is None else _only_facility(person_with(connection, account_, at))
            event = kinds.sign_in(
                self.by(NOBODY, at, facility),
                str(method),
                outcome=SERIOUS_FAILURE if serious else MINOR_FAILURE,
                why=why,
                tried=tried,
                key=self.keys.search,
                about=Subjects(targets=_named(account_)),
            )
            self.record(connection, event)


def _named(account_: UUID | None) -> Sequence[str]:
    return () if account_ is None else (account(account_),)


def _only_facility(person: Person) -> str | None:
    """Where the person works, if that is one place."""
    places = {holding.facility for holding in person.holds_now}
    only = next(iter(places)) if len(places) == 1 else None
    return None if only is None else facility_id(only)
