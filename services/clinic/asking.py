"""One request of somebody who treats: who, when, where, and what they do with whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from fastapi import Request
from sqlalchemy import Connection

from fhir_store.keyring import Keyring
from fhir_store.search import Context
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import AuditEvent, Circumstances
from services.access.audit.log.audit_log import AuditLog
from services.access.decision import Actor, Purpose, actor_of_person, person_sees
from services.access.decision.people import organization
from services.access.emergency import Opening, open_of
from services.access.pages.signed_in import Present
from services.access.people.holdings import Holding, is_clinical
from services.access.people.purposes import purposes_given
from services.access.roles import ROLES
from services.shared.database import Database


@dataclass(frozen=True)
class Asking:
    """Who asks, and when. Everything that a page reads is read by it."""

    request: Request
    who: Present
    at: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the facilities."""
        return ZoneInfo(self.request.app.state.settings.facility_zone)

    @property
    def keyring(self) -> Keyring:
        """What opens the records."""
        found: Keyring = self.request.app.state.exchange.store.keyring
        return found

    @property
    def day(self) -> date:
        """Their civil day."""
        return self.at.astimezone(self.zone).date()

    @cached_property
    def inspects(self) -> bool:
        """Whether they treat nobody, and read charts under a mandate with an end."""
        held = self.who.person.holds_now
        treats = any(is_clinical(one.role) for one in held)
        return not treats and any(self.who.person.mandate_until(one) is not None for one in held)

    @property
    def purpose(self) -> Purpose:
        """What they are here for, unless it is an emergency."""
        return Purpose.OVERSIGHT if self.inspects else Purpose.TREATMENT

    @property
    def database(self) -> Database:
        """Where everything is."""
        found: Database = self.request.app.state.database
        return found

    @property
    def audit(self) -> AuditLog:
        """Where everything that is shown is logged before."""
        found: AuditLog = self.request.app.state.audit
        return found

    @cached_property
    def acting(self) -> Holding:
        """The role in which they ask, as it is logged: one that may dose before others."""
        held = [one for one in self.who.person.holds_now if one.role in ROLES]
        return min(
            held,
            key=lambda one: (
                not is_clinical(one.role),
                not organization(one.facility),
                not ROLES[one.role].may_dose,
                one.role,
                one.facility or "",
            ),
            default=Holding("", None),
        )

    def actor(self, connection: Connection, opened: Opening | None = None) -> Actor:
        """As the decision knows them, with what they opened in an emergency, if it is about that record."""
        given = purposes_given(connection, self.who.session.id)
        glass = None if opened is None else opened.glass
        return actor_of_person(self.who.person, self.at, self.purpose, given, glass)

    def context(self, actor: Actor) -> Context:
        """What a search of theirs needs to know: what they do not see takes no part in it."""
        return Context(
            self.zone,
            self.keyring,
            visible=person_sees(actor, self.day),
            visible_of=lambda types: person_sees(actor, self.day, types),
        )

    def opened(self, connection: Connection, patient: str) -> Opening | None:
        """By what the patient's record stands open to them now."""
        return open_of(connection, self.who.account.id, patient, self.at)

    @contextmanager
    def snapshot(self) -> Iterator[tuple[Connection, psycopg.Cursor[Any]]]:
        """One moment of the database, to read in."""
        with self.database.snapshot() as connection, raw_cursor(connection) as cursor:
            yield connection, cursor

    def circumstances(self, purpose: str | None = None) -> Circumstances:
        """Who asks, when and from where, as it is logged."""
        state, client = self.request.state, self.request.client
        return Circumstances(
            kinds.Actor("account", str(self.who.account.id), self.acting.role or None),
            self.at,
            purpose,
            organization(self.acting.facility),
            getattr(state, "request_id", None),
            client.host if client else None,
        )

    def log(self, *events: AuditEvent) -> None:
        """Return once it is durable what is shown or refused: only then may it be answered. Raises AuditUnavailable."""
        with self.database.cursor() as cursor:
            self.audit.record_read(cursor, events)

    def log_with(self, connection: Connection, *events: AuditEvent) -> None:
        """Log in the transaction of what is written."""
        with raw_cursor(connection) as cursor:
            self.audit.record_write(cursor, events)
