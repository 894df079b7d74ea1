"""What tablets sent, as it is kept: added and never changed, whatever became of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from clinical.oat.happened import Kind
from clinical.oat.round.flags import Flag, Outcome
from fhir_store import locks
from fhir_store.keyring import Keyring
from fhir_store.seal import Place
from fhir_store.sealing import keys_of

COLUMNS = (
    "id", "facility", "patient_id", "device", "author", "sent_by", "received_at", "occurred_at", "kind", "outcome",
    "flags", "about", "other", "resource_type", "resource_id",
)  # fmt: skip
_SELECTED = ", ".join(f"e.{column}" for column in COLUMNS)
EARLIER = f"SELECT e.request, {_SELECTED} FROM clinical.round_event e WHERE e.id = %s"  # noqa: S608 - our own columns
ABOUT = f"""
SELECT {_SELECTED} FROM clinical.round_event e
WHERE e.about = %s AND e.outcome <> 'quarantined' ORDER BY e.received_at, e.id
"""  # noqa: S608 - our own columns
TO_WORK_OFF = f"""
SELECT {_SELECTED} FROM clinical.round_event e
WHERE e.facility = %s AND e.outcome <> 'stored'
    AND NOT EXISTS (SELECT FROM clinical.round_event_settled s WHERE s.event = e.id)
ORDER BY e.outcome <> 'conflict', e.received_at, e.id LIMIT %s
"""  # noqa: S608 - our own columns
BODY = """
SELECT e.seal_key, (SELECT k.wrapped FROM fhir_store.data_key k WHERE k.number = e.seal_key), e.body
FROM clinical.round_event e WHERE e.id = %s
"""
CHECKS = """
SELECT e.about::text, e.id::text FROM clinical.round_event e
WHERE e.about = ANY(%s) AND e.kind = %s AND e.outcome <> 'quarantined'
    AND NOT EXISTS (SELECT FROM clinical.round_event u WHERE u.about = e.id AND u.kind = %s)
ORDER BY e.received_at, e.id
"""
KEEP = """
INSERT INTO clinical.round_event (id, facility, patient_id, device, seq, author, sent_by, received_at, occurred_at,
    request, seal_key, body, kind, outcome, flags, about, other, resource_type, resource_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
SETTLE = text("""
INSERT INTO clinical.round_event_settled (event, at, account, result, resource_type, resource_id)
VALUES (:event, :at, :account, :result, :type, :id) ON CONFLICT (event) DO NOTHING RETURNING event
""")

UNKNOWN = "-"
"""In place of the id of a Patient, where none could be read; no id of FHIR."""


class OtherContent(Exception):
    """The same number came with another content: one of the two is not what was recorded first."""


@dataclass(frozen=True)
class Received:
    """An event as it arrived.

    Attributes:
        id: its number.
        body: as it was sent.
        at: when.
        facility: the id of the Organization of the round.
        sent_by: the account that sent it.
        revoked: whether the tablet that recorded it was shut out.
    """

    id: UUID
    body: str = field(repr=False)
    at: datetime
    facility: str
    sent_by: UUID
    revoked: bool = False


class Kept(NamedTuple):
    """An event as it is kept."""

    id: UUID
    facility: str
    patient: str
    device: UUID | None
    author: UUID
    sent_by: UUID
    received_at: datetime
    occurred_at: datetime
    kind: str
    outcome: Outcome
    flags: tuple[Flag, ...]
    about: UUID | None
    other: str | None
    """The id of what the other one recorded, of a conflict."""
    resource_type: str | None
    resource_id: str | None

    @property
    def resource(self) -> str | None:
        """Literal reference to the record that was made of it; None: none was."""
        return f"{self.resource_type}/{self.resource_id}" if self.resource_id else None


@dataclass(frozen=True)
class Said:
    """What of an event goes into columns, as far as it could be read. ``known``: whether there is such a Patient."""

    patient: str
    known: bool
    kind: str
    occurred_at: datetime
    author: UUID
    seq: int = 0
    about: UUID | None = None
    device: UUID | None = None


def take_turn(cursor: psycopg.Cursor[Any], event: UUID, person: str) -> None:
    """Wait until nobody else records this event, or anything of this person, until the transaction ends."""
    locks.take(cursor, [locks.lock_of("round event", str(event)), locks.lock_of("round person", person)])


def earlier(cursor: psycopg.Cursor[Any], keyring: Keyring, received: Received) -> Kept | None:
    """What became of it when it arrived before; None: it is here for the first time. Raises OtherContent."""
    row = cursor.execute(EARLIER, (received.id,)).fetchone()
    if row is None:
        return None
    if bytes(row[0]) != _fingerprint(keyring, received.body):
        raise OtherContent
    return _kept(row[1:])


def about(cursor: psycopg.Cursor[Any], event: UUID) -> list[Kept]:
    """The events about another one, in the order in which they arrived."""
    return [_kept(row) for row in cursor.execute(ABOUT, (event,)).fetchall()]


def with_id(cursor: psycopg.Cursor[Any], event: UUID) -> Kept | None:
    """An event, if it is here."""
    row = cursor.execute(EARLIER, (event,)).fetchone()
    return None if row is None else _kept(row[1:])


def is_taken_back(cursor: psycopg.Cursor[Any], event: UUID) -> bool:
    """Whether another event says that this one was entered in error."""
    return any(one.kind == Kind.ENTERED_IN_ERROR for one in about(cursor, event))


def checks_of(cursor: psycopg.Cursor[Any], doses: Iterable[UUID]) -> dict[str, str]:
    """By doses whose mouth check failed afterwards the event that says so and was not taken back."""
    asked = list(doses)
    if not asked:
        return {}
    values = (asked, Kind.MOUTH_CHECK_FAILED, Kind.ENTERED_IN_ERROR)
    return dict(cursor.execute(CHECKS, values).fetchall())


def to_work_off(cursor: psycopg.Cursor[Any], facility: str, most: int) -> list[Kept]:
    """What somebody has to look at, conflicts first, then what has waited longest."""
    return [_kept(row) for row in cursor.execute(TO_WORK_OFF, (facility, most)).fetchall()]


def keep(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    received: Received,
    said: Said,
    flags: Iterable[Flag],
    outcome: Outcome,
    *,
    other: str | None = None,
    resource: tuple[str, str] | None = None,
) -> Kept:
    """Keep an event. It is sealed with the key of the person it is about, or the store's own where nobody is known."""
    key = keys_of(cursor, keyring, [said.patient])[said.patient] if said.known else keyring.own
    named = sorted(flags)
    type_, id_ = resource or (None, None)
    values = (
        received.id, received.facility, said.patient, said.device, said.seq, said.author, received.sent_by,
        received.at, said.occurred_at, _fingerprint(keyring, received.body), key.number,
        key.seal(_place(received.id), received.body), said.kind, outcome, [str(flag) for flag in named], said.about, other,
        type_, id_,
    )  # fmt: skip
    cursor.execute(KEEP, values)
    return Kept(
        received.id, received.facility, said.patient, said.device, said.author, received.sent_by, received.at,
        said.occurred_at, said.kind, outcome, tuple(named), said.about, other, type_, id_,
    )  # fmt: skip


def body_of(cursor: psycopg.Cursor[Any], keyring: Keyring, event: UUID) -> str | None:
    """An event as it was sent; None if it is not here, or was erased with the person."""
    row = cursor.execute(BODY, (event,)).fetchone()
    if row is None:
        return None
    number, wrapped, sealed = row
    return keyring.text_at(_place(event), number, bytes(wrapped) if wrapped else None, bytes(sealed))


def settle(
    connection: Connection,
    event: UUID,
    account: UUID,
    at: datetime,
    result: str,
    resource: tuple[str, str] | None = None,
) -> bool:
    """Somebody has worked it off; False: somebody else had already."""
    type_, id_ = resource or (None, None)
    values = {"event": event, "at": at, "account": account, "result": result, "type": type_, "id": id_}
    return connection.execute(SETTLE, values).one_or_none() is not None


def _kept(row: Sequence[Any]) -> Kept:
    said = dict(zip(COLUMNS, row, strict=True))
    return Kept(
        id=said["id"],
        facility=said["facility"],
        patient=said["patient_id"],
        device=said["device"],
        author=said["author"],
        sent_by=said["sent_by"],
        received_at=said["received_at"],
        occurred_at=said["occurred_at"],
        kind=said["kind"],
        outcome=Outcome(said["outcome"]),
        flags=tuple(Flag(one) for one in said["flags"]),
        about=said["about"],
        other=said["other"],
        resource_type=said["resource_type"],
        resource_id=said["resource_id"],
    )


def _fingerprint(keyring: Keyring, body: str) -> bytes:
    """The same for the same content, however it was written: it may come by another tablet, or from another program."""
    return keyring.fingerprint(json.dumps(json.loads(body), sort_keys=True))


def _place(event: UUID) -> Place:
    return Place(f"round_event|{event}|body")
