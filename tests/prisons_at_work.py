"""Prisons of the demonstration country at work: their nurses and prescribers, who do everything by the commands behind the
pages and the tablet, each at its own time; and what centres send by FHIR."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI, Request
from people_pages import Clock, someone, with_cheap_desk
from resources import text_of
from sqlalchemy import Connection

from clinical.custody.commands import MOVEMENTS
from clinical.custody.dosing_site import hand_over_task
from clinical.custody.dosing_sites import dosing_sites
from clinical.custody.movement import Told
from clinical.oat.order import OatOrder
from clinical.oat.release import Release, Releaser, detected_issue_of
from clinical.oat.round.row import Row, State
from fhir_store.bulk import save_many
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor
from services.access.pages.signed_in import Present
from services.access.people.accounts import account_with
from services.access.people.grants import person_with
from services.access.people.session_state import State as SessionState
from services.access.people.sessions import Session, begin
from services.clinic.asking import Asking
from services.clinic.moving import move
from services.clinic.orders import acts
from services.clinic.orders.here import Here, deciding, write
from services.clinic.orders.signing import ToSign, issues_for, writes_of
from services.clinic.round.actors import OnRound
from services.clinic.round.recording import record
from services.clinic.round.shown import card_shown, session_now
from services.clinic.writing import new, save_at
from services.shared.database import Database

Json = dict[str, Any]
NURSE, PRESCRIBER = "nurse", "doctor"
REASON = "as the demonstration country has it"


@dataclass
class Prisons:
    """Where people are held, and who works there."""

    application: FastAPI
    since: datetime
    facilities: tuple[str, ...]
    sent: list[Json] = field(default_factory=list)
    """By FHIR, and not read yet."""
    calls: int = 0
    """Commands that were carried out."""

    def __post_init__(self) -> None:
        desk = with_cheap_desk(self.application, Clock(self.since))
        self.staff = {
            (role, facility): someone(
                desk, f"{role}-{facility}", **{role: f"Organization/{facility}"}
            ).account
            for role in (NURSE, PRESCRIBER)
            for facility in self.facilities
        }
        self.second = str(someone(desk, "second").account)
        self.present = cache(self._present)

    @cached_property
    def database(self) -> Database:
        found: Database = self.application.state.database
        return found

    def _present(self, role: str, facility: str) -> Present:
        id_: UUID = self.staff[role, facility]
        with self.database.transaction() as connection:
            begun = begin(connection, id_, None, self.since)
            session = Session(
                begun.id, id_, None, SessionState.OPEN, self.since, begun.expires_at, rotation_due=False
            )
            return Present(account_with(connection, id_), session, person_with(connection, id_, self.since))

    def asking(self, role: str, facility: str, at: datetime) -> Asking:
        """Somebody who works there, at an instant."""
        self.arrive()
        self.calls += 1
        request = Request({"type": "http", "app": self.application, "headers": [], "client": None})
        return Asking(request, self.present(role, facility), at)

    # --- by FHIR

    def send(self, *resources: Json) -> None:
        """A centre sends what it did."""
        for one in resources:
            if any(other["id"] == one["id"] for other in self.sent):
                self.arrive()
            self.sent.append(one)

    def arrive(self) -> None:
        """What was sent is stored, before anybody looks."""
        writes = [Write(text_of(one), id=one["id"]) for one in self.sent]
        store = self.application.state.exchange.store
        if writes:
            self.database.run(lambda connection: save_many(connection, store, writes, Author("centre")))
        self.sent.clear()

    # --- stays

    def moved(self, person: str, facility: str, code: str, at: datetime, **told: str) -> None:
        """A movement with all that follows from it."""
        asking = self.asking(NURSE, facility, at)
        self.database.run(
            lambda connection: move(
                asking,
                connection,
                person,
                facility,
                MOVEMENTS[code],
                Told(at, at, **told),  # type: ignore[arg-type]
            )
        )

    def takes_over(self, person: str, facility: str, at: datetime) -> None:
        """The doses are given here from now on."""
        asking = self.asking(NURSE, facility, at)

        def taken(connection: Connection) -> None:
            before = dosing_sites(raw_cursor(connection), [person])[person]
            task = hand_over_task(person, facility, at, before=before, verified=True)
            save_at(asking, connection, person, facility, [new(task)])

        self.database.run(taken)

    # --- orders and holds

    def signs(self, order: OatOrder, facility: str, at: datetime) -> None:
        """A prescriber signs an order in spite of what the checks find."""

        def sign(connection: Connection, here: Here) -> None:
            to_sign = ToSign(order, reason=REASON, second=self.second)
            write(here, connection, list(writes_of(here, to_sign, issues_for(here, order))))

        self._decides(order.patient, facility, at, sign)

    def does(
        self, person: str, facility: str, act: acts.Act, at: datetime, *, what: str = "", reason: str = ""
    ) -> str:
        """A prescriber ends an order, sets a hold or lifts it; the id of the hold."""
        token = str(uuid4())

        def decide(connection: Connection, here: Here) -> None:
            write(here, connection, acts.writes_of(here, acts.subject_in(here, act, what), reason, token))

        self._decides(person, facility, at, decide)
        return token

    def _decides(self, person: str, facility: str, at: datetime, decide: Any) -> None:
        asking = self.asking(PRESCRIBER, facility, at)
        self.database.run(lambda connection: decide(connection, deciding(asking, connection, person)))

    # --- the round

    def row(self, person: str, facility: str, at: datetime) -> Row:
        """The card of somebody who stands at the window: the first dose of the day that is still to come, else the last."""
        on = self._on_round(NURSE, facility, at)
        rows = card_shown(on, person, session_now(on.asking)).rows
        return next((one for one in rows if one.state is not State.DONE), rows[-1])

    def releases(self, row: Row, facility: str, at: datetime) -> None:
        """A prescriber lets a dose go ahead."""
        asking = self.asking(PRESCRIBER, facility, at)
        by = str(asking.who.account.id)
        part = row.slot.part if row.slot else 1
        found = [
            Release(one.code, Releaser.PRESCRIBER, at, row.day, part, by, None, row.patient)
            for one in row.stops
            if one.released_by is Releaser.PRESCRIBER
        ]
        issues = [new(detected_issue_of(one)) for one in found]
        self.database.run(lambda connection: save_at(asking, connection, row.patient, facility, issues))

    def records(self, event: Json, facility: str, at: datetime) -> str:
        """What a tablet sends; what became of it."""
        on = self._on_round(NURSE, facility, at)
        by = str(on.asking.who.account.id)
        sent = {"id": str(uuid4()), "seq": self.calls, "recorded_by": by, "occurred_at": at.isoformat()}
        return record(on, json.dumps({**sent, **event})).kept.outcome

    def _on_round(self, role: str, facility: str, at: datetime) -> OnRound:
        return OnRound(self.asking(role, facility, at), facility, True, role == PRESCRIBER)


def in_order(moments: Iterable[tuple[datetime, int, Any]]) -> list[Any]:
    """What happens, by when it does; of one instant as it is ranked."""
    return [act for _, _, act in sorted(moments, key=lambda one: (one[0].timestamp(), one[1]))]
