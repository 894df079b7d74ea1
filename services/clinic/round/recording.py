"""An event that arrived: recorded in one transaction with its audit, or kept apart if whoever sent it may not record it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.oat.round import kept
from clinical.oat.round.dose_event import NoEvent, id_in
from clinical.oat.round.flags import Outcome
from clinical.oat.round.kept import OtherContent, Received
from clinical.oat.round.record import keep_apart, record_event
from clinical.oat.round.recording import Recorded, Recording
from clinical.oat.round.spoken_event import KIND
from fhir_store.errors import StoreError
from fhir_store.store import Author
from services.access.audit import kinds
from services.access.audit.kinds import AuditEvent, Subjects
from services.access.decision.approval import approval
from services.clinic.reading import people
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.as_json import done_json, flags_json, rows_json, told_apart
from services.clinic.round.hearing import require_heard
from services.clinic.round.shown import RoundShown, row_shown, session_now
from services.clinic.writing import NOT_TO_YOU, SOURCE
from services.shared.errors import Forbidden, Unprocessable
from services.shared.languages import N_

Json = Mapping[str, Any]

NO_EVENT = N_("This is no event of the round: it has no number of its own. Keep it, and tell your support.")
OTHER_CONTENT = N_(
    "An event of this number was recorded with another content. Keep both, and tell your support."
)

SHUT_OUT = text("""
SELECT CAST(:device AS uuid) IS NOT NULL AND NOT EXISTS (
    SELECT FROM access.device WHERE id = CAST(:device AS uuid) AND revoked_at IS NULL
)
""")
QUARANTINE = "quarantine"
"""As what the audit log names an event of which no record was made."""


def record(on: OnRound, body: str) -> Recorded:
    """Record an event. Raises Unprocessable, and what says that nothing could be kept."""
    said, id_ = _said(body)
    received = _received(on, body, said, id_)

    def once(connection: Connection) -> Recorded:
        recorded = record_event(_by(on, connection, said), _if_shut_out(connection, received, said), said)
        on.asking.log_with(connection, *_events(on, recorded))
        return recorded

    try:
        return on.asking.database.run(once)
    except OtherContent:
        raise Unprocessable(OTHER_CONTENT) from None
    except (Forbidden, StoreError):
        return _apart(on, received, said)


def recorded_before(on: OnRound, person: str, event: str) -> Recorded | None:
    """What became of an event of somebody, if it is here: a button was pressed twice."""
    try:
        id_ = UUID(event)
    except ValueError:
        return None
    with on.asking.snapshot() as (_, cursor):
        found = kept.with_id(cursor, id_)
    is_it = found is not None and (found.facility, found.patient) == (on.facility, person)
    return Recorded(found, again=True) if found is not None and is_it else None


def recording(on: OnRound, connection: Connection) -> Recording:
    """By what it is recorded: in the sender's name, as far as their role writes it."""
    asking = on.asking
    approve = approval(asking.actor(connection), frozenset({on.facility}), asking.day, NOT_TO_YOU)
    author = Author(f"account/{asking.who.account.id}", source=SOURCE, facility=on.facility, approve=approve)
    return Recording(connection, asking.request.app.state.exchange.store, author, law_of(asking))


def _by(on: OnRound, connection: Connection, said: Json) -> Recording:
    """Raises Forbidden: not everybody writes down what a prescriber says."""
    if said.get("kind") == KIND:
        require_heard(on, connection, said)
        found = recording(on, connection)
        return replace(found, author=replace(found.author, approve=None))
    return recording(on, connection)


def answer(on: OnRound, recorded: Recorded, *, with_row: bool) -> tuple[int, dict[str, Any]]:
    """The status and the body of the answer; of what is sent unread only what became of it."""
    found = recorded.kept
    body: dict[str, Any] = {"event": str(found.id), "outcome": found.outcome, "again": recorded.again}
    if with_row:
        shown = row_shown(on, found.patient, session_now(on.asking)) if recorded.event else None
        body |= {"flags": flags_json(found.flags), **_of_person(on, recorded, shown)}
    return _status(recorded), body


def _of_person(on: OnRound, recorded: Recorded, shown: RoundShown | None) -> dict[str, Any]:
    if shown is None:
        return {"other": None, "rows": []}
    if recorded.other is not None:
        # The answer is an error's, and those tell nothing of a person that the tablet did not send.
        return {"other": done_json(shown, recorded.other), "rows": []}
    return {"other": None, "rows": told_apart(rows_json(shown, on.asking.who.session.device))}


def _status(recorded: Recorded) -> int:
    if recorded.kept.outcome is Outcome.CONFLICT:
        return HTTPStatus.CONFLICT
    return HTTPStatus.OK if recorded.again else HTTPStatus.CREATED


def _said(body: str) -> tuple[Json, UUID]:
    try:
        said = json.loads(body)
        if not isinstance(said, dict):
            raise NoEvent
        return said, id_in(said)
    except (ValueError, RecursionError, NoEvent):
        raise Unprocessable(NO_EVENT) from None


def _received(on: OnRound, body: str, said: Json, id_: UUID) -> Received:
    return Received(id_, body, on.asking.at, on.facility, on.asking.who.account.id)


def _if_shut_out(connection: Connection, received: Received, said: Json) -> Received:
    device = said.get("device")
    try:
        asked = None if device is None else str(UUID(str(device)))
    except ValueError:
        return received  # it is not understood, which says more
    revoked = bool(connection.execute(SHUT_OUT, {"device": asked}).scalar_one())
    return Received(received.id, received.body, received.at, received.facility, received.sent_by, revoked)


def _apart(on: OnRound, received: Received, said: Json) -> Recorded:
    """Keep what the sender may not record. Raises what says that nothing could be kept."""

    def once(connection: Connection) -> Recorded:
        recorded = keep_apart(recording(on, connection), received, said)
        on.asking.log_with(connection, *_events(on, recorded))
        return recorded

    return on.asking.database.run(once)


def _events(on: OnRound, recorded: Recorded) -> list[AuditEvent]:
    """What is logged beside it."""
    at = on.asking.circumstances(on.asking.purpose.value)
    about = people([recorded.kept.patient]) if recorded.event else []
    if recorded.again:
        return []
    if not recorded.saved:
        return [kinds.write(at, "create", QUARANTINE, Subjects(about))]
    return [
        kinds.write(at, one.interaction, one.type, Subjects(about, [f"{one.type}/{one.id}"]))
        for one in recorded.saved
    ]
