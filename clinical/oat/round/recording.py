"""By what an event of the round is recorded, and what became of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection

from clinical.oat.happened import Happened
from clinical.oat.round.dose_event import DoseEvent
from clinical.oat.round.kept import Kept
from clinical.oat.round.look_event import LookEvent
from clinical.oat.round.spoken_event import SpokenEvent
from clinical.oat.shapes import Json
from clinical.protocols import Protocol
from fhir_store.gate import check
from fhir_store.json_text import parse
from fhir_store.store import Author, Store
from fhir_store.write import Saved, Write, raw_cursor, save


@dataclass(frozen=True)
class Recorded:
    """What became of an event.

    Attributes:
        kept: as it is kept.
        again: whether it was here before, so that nothing was written.
        saved: what was written into the record.
        other: what the other one recorded, of a conflict.
        event: what was understood of it; None: it was not.
    """

    kept: Kept
    again: bool = False
    saved: tuple[Saved, ...] = ()
    other: Happened | None = None
    event: DoseEvent | SpokenEvent | LookEvent | None = None


@dataclass(frozen=True)
class Recording:
    """By what it is recorded.

    Attributes:
        author: who writes it into the record; ``approve`` of it may refuse, and only then is the event quarantined.
        law: the protocol of the country.
    """

    connection: Connection
    store: Store
    author: Author
    law: Protocol

    @property
    def cursor(self) -> psycopg.Cursor[Any]:
        """The driver's own."""
        return raw_cursor(self.connection)

    @property
    def zone(self) -> ZoneInfo:
        """The facility's."""
        return self.store.zone


def saved_in(recording: Recording, resources: Sequence[tuple[Json, str | None]]) -> Iterator[Saved]:
    """Write resources into the record, each under the id that it comes with, or a new one. Raises what ``author.approve`` raises."""
    writes = [Write(parse(json.dumps(one, ensure_ascii=False).encode()), id=id_) for one, id_ in resources]
    for write in writes:
        check(write.body.value)
    yield from save(recording.connection, recording.store, writes, recording.author)
