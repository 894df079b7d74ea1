"""A movement in, within or out of custody: what is told of it, what the records say before it, and what is written.

A movement is pure: it gets the person's stay and absence as they stand, and gives resources. What is there already is
written as a new version of itself; nothing is taken away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from clinical.custody.consequences import NOTHING, Consequences
from clinical.custody.errors import (
    AheadOnly,
    AwayAlready,
    BeforeItBegan,
    DeadAlready,
    HeldHereAlready,
    InTheFuture,
    NotHeldHere,
    PlaceMissing,
)

Json = Mapping[str, Any]


class Where(StrEnum):
    """Where somebody has to be, by the records of this facility, for a movement to be one."""

    NOT_HELD = "not-held"
    PRESENT = "present"
    HELD = "held"
    """Present, or away for a while."""
    AWAY = "away"
    ANYWHERE = "anywhere"


class Asks(StrEnum):
    """What has to be told besides the time."""

    ENTRY = "entry"
    """Where from somebody came."""
    ROOM = "room"
    """Into which wing or cell."""
    DESTINATION = "destination"
    """To which facility."""


@dataclass(frozen=True)
class Before:
    """What the records say of a person at a facility."""

    patient: Json = field(repr=False)
    facility: str
    """The id of the Organization where the movement is recorded."""
    stay: Json | None = None
    """The open stay there."""
    absence: Json | None = None
    """The open, or else the next planned, absence from it."""

    @property
    def subject(self) -> Json:
        """The reference to the person."""
        return {"reference": f"Patient/{self.patient['id']}"}

    @property
    def is_away(self) -> bool:
        """Whether an absence is open."""
        return self.absence is not None and self.absence["status"] == "in-progress"


@dataclass(frozen=True)
class Told:
    """What is told of a movement."""

    at: datetime
    now: datetime
    entry: str = "liberty"
    room: str = ""
    """The id of a Location: a wing or cell."""
    destination: str = ""
    """The id of an Organization; empty where nobody knows."""
    by_custody: bool = False
    """Whether custody told it. A nurse may record an arrival before."""
    until: datetime | None = None
    """Of something planned: when it is expected to be over."""


Act = Callable[[Before, Told], list[Json]]
"""The resources to write: those with an id as new versions. Raises CustodyError."""


@dataclass(frozen=True)
class Movement:
    """One kind of movement."""

    code: str
    where: Where
    act: Act
    consequences: Consequences = NOTHING
    asks: frozenset[Asks] = frozenset()
    is_planned: bool = False
    """Whether it is ahead and changes nothing yet."""


def moved(movement: Movement, before: Before, told: Told) -> list[Json]:
    """What is written of a movement. Raises CustodyError."""
    _refuse(movement, before, told)
    return movement.act(before, told)


def _refuse(movement: Movement, before: Before, told: Told) -> None:
    if is_dead(before.patient):
        raise DeadAlready
    if movement.is_planned and told.at < told.now:
        raise AheadOnly
    if not movement.is_planned and told.at > told.now:
        raise InTheFuture
    _refuse_place(movement, before)
    _refuse_missing(movement, told)
    if before.stay is not None and told.at < began(before.stay):
        raise BeforeItBegan
    if before.is_away and before.absence is not None and told.at < began(before.absence):
        raise BeforeItBegan


def _refuse_place(movement: Movement, before: Before) -> None:
    if movement.where is Where.NOT_HELD and before.stay is not None:
        raise HeldHereAlready
    if movement.where in (Where.PRESENT, Where.HELD, Where.AWAY) and before.stay is None:
        raise NotHeldHere
    if movement.where is Where.PRESENT and before.is_away:
        raise AwayAlready


def _refuse_missing(movement: Movement, told: Told) -> None:
    if Asks.ROOM in movement.asks and not told.room:
        raise PlaceMissing


def is_dead(patient: Json) -> bool:
    """Whether a Patient says that the person died."""
    return "deceasedDateTime" in patient or bool(patient.get("deceasedBoolean"))


def began(encounter: Json) -> datetime:
    """When a stay or absence began; of one that says only a day or less nothing is earlier."""
    written = str(encounter.get("period", {}).get("start", ""))
    found = datetime.fromisoformat(written) if "T" in written else None
    return found if found is not None else datetime.min.replace(tzinfo=UTC)


def began_after(written: str | None, at: datetime) -> bool:
    """Whether an instant, as FHIR writes it, is after another; of what is not said it may be."""
    return written is None or datetime.fromisoformat(written) > at
