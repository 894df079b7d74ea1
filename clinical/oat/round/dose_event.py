"""What a tablet says happened at the window, as it is sent: one event, made once, sent as often as it takes.

It is a claim of whoever stood there and is kept whatever it says. ``docs/round.md`` has the members.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from clinical.oat.happened import Entry, Finding, Kind, Reason
from clinical.oat.order_resource import MOST_PARTS
from clinical.oat.release import WhyHere
from clinical.oat.round.members import (
    Json,
    NotUnderstood,
    amount_in,
    fhir_id_in,
    instant_in,
    needed,
    object_in,
    text_in,
    uuid_in,
    whole_in,
    word_in,
    words_in,
    yes_or_no_in,
)

MOST_MG = Decimal(10_000)
MOST_ML = Decimal(10_000)
"""Beyond these it is a slip of the pen."""

ABOUT_ANOTHER = frozenset({Kind.ENTERED_IN_ERROR, Kind.VOMITED})
"""What is about another event and is nothing without it."""


class NoEvent(Exception):
    """It is no event at all: it has no number, so that nothing could be found again by it."""


class IdentityBy(StrEnum):
    """How somebody was told from others at the window."""

    PHOTO = "photo"
    NAME_BIRTH = "name-birth"
    NUMBER = "number"
    QR = "qr"


class Mistake(StrEnum):
    """What went wrong, as whoever gave it says themselves."""

    WRONG_PERSON = "wrong-person"
    WRONG_AMOUNT = "wrong-amount"
    WRONG_STRENGTH = "wrong-strength"
    WRONG_MEDICINE = "wrong-medicine"
    DOUBLE = "double"


@dataclass(frozen=True)
class SlotName:
    """A slot as the list named it."""

    order: str
    day: date
    part: int


@dataclass(frozen=True)
class Contact:
    """The two clocks at the last contact with the server, by which a wrong one is told."""

    server_at: datetime
    device_at: datetime


@dataclass(frozen=True)
class Spoken:
    """A row that another tablet holds was taken over offline: with whom that was spoken, and when."""

    with_: str
    at: datetime


@dataclass(frozen=True)
class DoseEvent:
    """One event.

    Attributes:
        id: its number, the same each time it is sent; also that of the record that is made of it.
        seq: counts the events of a device.
        person: the id of the Patient.
        slot: as the list named it; None: the dose belongs to none.
        order_version: of the order on the list.
        of: the event that it is about: what is undone, was vomited, failed the mouth check or is given again.
        product: the code of the medicine, where no order says it.
        container: what was issued for the round and it was drawn from, by its number in the register; ``cup`` if it was poured before.
        mistake: what went wrong, as whoever gave it says.
        identity_by: by what the person was told from others.
        why_here: why somebody stands here of whom the stay says that they are away: by it the nurse released those stops.
        awake: whether the nurse saw somebody awake and not intoxicated; None: nothing was to be given.
        witness_offline: whether only the tablet knows that the witness is who they say: there was no network to prove it to the server.
        given_by: the account of who gave it; ``recorded_by`` of who wrote it down.
        occurred_at: by the clock of the device, with its offset.
        list_from: when the list was fetched; None: there was none.
        list_expired: whether the list was too old to decide by.
    """

    id: UUID
    seq: int
    person: str
    kind: Kind
    occurred_at: datetime
    given_by: UUID
    recorded_by: UUID
    slot: SlotName | None = None
    order_version: str | None = None
    of: UUID | None = None
    mg: Decimal | None = None
    ml: Decimal | None = None
    concentration: Decimal | None = None
    product: str | None = None
    container: UUID | None = None
    cup: UUID | None = None
    mistake: Mistake | None = None
    reason: Reason | None = None
    finding: Finding | None = None
    why_here: WhyHere | None = None
    identity_by: frozenset[IdentityBy] = frozenset()
    awake: bool | None = None
    observed: bool | None = None
    witness: UUID | None = None
    witness_offline: bool = False
    single_handed: bool = False
    spoken: Spoken | None = None
    clock: Contact | None = None
    entry: Entry = Entry.LIVE
    list_from: datetime | None = None
    list_expired: bool = False
    device: UUID | None = None
    app_version: str = ""

    @property
    def witness_is_claimed(self) -> bool:
        """Whether there is a witness whom nobody but the tablet proved."""
        return self.witness is not None and self.witness_offline


def id_in(said: Json) -> UUID:
    """The number of an event, whatever else it says. Raises NoEvent."""
    try:
        return UUID(str(said["id"]))
    except (KeyError, ValueError):
        raise NoEvent from None


def event_of(said: Json) -> DoseEvent:
    """The event in what was sent. Raises NoEvent, NotUnderstood."""
    id_, kind = id_in(said), word_in(Kind, said, "kind")
    if kind is None:
        raise NotUnderstood("kind")
    of = uuid_in(said, "of")
    if kind in ABOUT_ANOTHER and of is None:
        raise NotUnderstood("of")
    recorded_by = needed(uuid_in(said, "recorded_by"), "recorded_by")
    return DoseEvent(
        id=id_,
        seq=whole_in(said, "seq", least=0) or 0,
        person=fhir_id_in(said, "person"),
        kind=kind,
        occurred_at=needed(instant_in(said, "occurred_at"), "occurred_at"),
        given_by=uuid_in(said, "given_by") or recorded_by,
        recorded_by=recorded_by,
        slot=_slot(said),
        order_version=text_in(said, "order_version"),
        of=of,
        mg=amount_in(said, "mg", MOST_MG),
        ml=amount_in(said, "mL", MOST_ML),
        concentration=amount_in(said, "concentration", MOST_MG),
        product=text_in(said, "product"),
        container=uuid_in(said, "container"),
        cup=uuid_in(said, "cup"),
        mistake=word_in(Mistake, said, "mistake"),
        reason=word_in(Reason, said, "reason"),
        finding=word_in(Finding, said, "finding"),
        why_here=word_in(WhyHere, said, "why_here"),
        identity_by=frozenset(words_in(IdentityBy, said, "identity_by")),
        awake=yes_or_no_in(said, "awake"),
        observed=yes_or_no_in(said, "observed"),
        witness=uuid_in(said, "witness"),
        witness_offline=yes_or_no_in(said, "witness_offline") is True,
        single_handed=yes_or_no_in(said, "single_handed") is True,
        spoken=_spoken(said),
        clock=contact_in(said),
        entry=word_in(Entry, said, "entry") or Entry.LIVE,
        list_from=instant_in(said, "list_from"),
        list_expired=yes_or_no_in(said, "list_expired") is True,
        device=uuid_in(said, "device"),
        app_version=text_in(said, "app_version") or "",
    )


def _slot(said: Json) -> SlotName | None:
    slot = object_in(said, "slot")
    if slot is None:
        return None
    try:
        return SlotName(fhir_id_in(slot, "order"), *day_and_part_in(slot))
    except NotUnderstood:
        raise NotUnderstood("slot") from None


def day_and_part_in(slot: Json) -> tuple[date, int]:
    """The civil day, and the number of the dose on it. Raises NotUnderstood."""
    try:
        day = date.fromisoformat(str(slot.get("day")))
    except ValueError:
        raise NotUnderstood("day") from None
    return day, needed(whole_in(slot, "part", least=1, most=MOST_PARTS), "part")


def _spoken(said: Json) -> Spoken | None:
    spoken = object_in(said, "spoken_confirmation")
    if spoken is None:
        return None
    member = "spoken_confirmation"
    return Spoken(needed(text_in(spoken, "with"), member), needed(instant_in(spoken, "at"), member))


def contact_in(said: Json) -> Contact | None:
    """The two clocks. Raises NotUnderstood."""
    clock = object_in(said, "clock")
    if clock is None:
        return None
    return Contact(
        needed(instant_in(clock, "server_at"), "clock"), needed(instant_in(clock, "device_at"), "clock")
    )
