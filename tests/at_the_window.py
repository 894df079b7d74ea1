"""A tablet at the window of a small prison: it makes events and sends them, as often as a test likes."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from oat import DAY, SIX, ZONE
from round_prison import PRISON, PROTOCOL, Json

from clinical.oat.happened import Happened
from clinical.oat.happened_resource import happened_of
from clinical.oat.round import kept, parts
from clinical.oat.round.kept import Received
from clinical.oat.round.record import accept, record_event
from clinical.oat.round.recording import Recorded, Recording
from clinical.protocols import Protocol
from fhir_store.json_text import parse
from fhir_store.read import read_many
from fhir_store.store import Author, Store
from fhir_store.write import raw_cursor
from services.shared.database import Database

NURSE, SECOND, ANOTHER = (UUID(int=number) for number in (11, 12, 13))
TABLET, OTHER_TABLET = UUID(int=21), UUID(int=22)
MINUTE = timedelta(minutes=1)


def an_event(person: str = "p1", **changes: Any) -> Json:
    """Sixty mg, given at six to who was awake, by two."""
    base: Json = {
        "id": str(uuid4()),
        "seq": 1,
        "person": person,
        "slot": {"order": f"{person}-order", "day": DAY.isoformat(), "part": 1},
        "order_version": "1",
        "kind": "given",
        "mg": "60",
        "identity_by": ["photo", "number"],
        "awake": True,
        "observed": True,
        "recorded_by": str(NURSE),
        "witness": str(SECOND),
        "occurred_at": SIX.isoformat(),
        "list_from": (SIX - 10 * MINUTE).isoformat(),
        "device": str(TABLET),
        "app_version": "1",
    }
    return {**base, **changes}


@dataclass
class Window:
    """Sends events to a prison's record; each is a transaction of its own."""

    database: Database
    store: Store
    law: Protocol = PROTOCOL
    facility: str = PRISON
    at: datetime = SIX + MINUTE
    author: Author = field(default_factory=lambda: Author("account/nurse", source="clinic", facility=PRISON))

    def send(
        self, event: Json, *, at: datetime | None = None, by: UUID = NURSE, revoked: bool = False
    ) -> Recorded:
        """Send an event; what became of it."""
        body = json.dumps(event)
        received = Received(kept_id(event), body, at or self.at, self.facility, by, revoked)
        return self.database.run(
            lambda c: record_event(Recording(c, self.store, self.author, self.law), received, event)
        )

    def accept(self, event: Json, *, by: UUID = ANOTHER) -> Recorded | None:
        """A clinician has looked at what was quarantined."""
        received = Received(kept_id(event), json.dumps(event), self.at, self.facility, by)
        return self.database.run(
            lambda c: accept(Recording(c, self.store, self.author, self.law), received, event)
        )

    def happened(self, id_: str) -> Happened | None:
        """What the record says of a dose."""
        resource = self.resource("MedicationAdministration", id_) or self.resource("Observation", id_)
        return None if resource is None else happened_of(resource, ZONE)

    def resource(self, type_: str, id_: str) -> Json | None:
        with self.database.transaction() as connection:
            found = read_many(raw_cursor(connection), self.store.keyring, [(type_, id_)])
        return dict(parse(found[type_, id_].text.encode()).value) if found else None

    def of(self, type_: str) -> list[Json]:
        """Every resource of a type."""
        with self.database.transaction() as connection:
            cursor = raw_cursor(connection)
            asked = [
                (type_, id_) for (id_,) in cursor.execute(
                    "SELECT id FROM fhir_store.current_resource WHERE type = %s AND NOT deleted ORDER BY key", (type_,)
                ).fetchall()
            ]  # fmt: skip
            found = read_many(cursor, self.store.keyring, asked)
        return [dict(parse(found[one].text.encode()).value) for one in asked]

    def body(self, event: Json) -> str | None:
        """The event as it is kept."""
        with self.database.transaction() as connection:
            return kept.body_of(raw_cursor(connection), self.store.keyring, kept_id(event))

    def to_work_off(self) -> list[str]:
        """The numbers of what somebody has to look at."""
        with self.database.transaction() as connection:
            return [str(one.id) for one in kept.to_work_off(raw_cursor(connection), self.facility, 100)]

    def hold(self, wing: str, device: UUID, *, session: str = "morning") -> None:
        """A tablet holds a wing."""
        with self.database.transaction() as connection:
            cursor = raw_cursor(connection)
            found = parts.round_of(cursor, self.facility, DAY, session, SIX, NURSE)
            parts.take(cursor, found.id, parts.Part(wing, device, NURSE, SIX, "free"))


def kept_id(event: Json) -> UUID:
    return UUID(event["id"])
