"""What a tablet says happened at the window, as it is sent: one event, made once, sent as often as it takes.

It is a claim of whoever stood there and is kept whatever it says. ``docs/round.md`` has the members.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from clinical.oat.happened import Entry, Finding, Kind, Reason
from clinical.oat.order_resource import MOST_PARTS
from clinical.oat.release import WhyHere
from fhir_store.write import ID

Json = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

LONGEST = 200
"""Of a text, in characters: all are ids, numbers and codes."""

MOST_WHOLE = 2**63 - 1
MOST_MG = Decimal(10_000)
MOST_ML = Decimal(10_000)
"""Beyond these it is a slip of the pen."""

ABOUT_ANOTHER = frozenset({Kind.ENTERED_IN_ERROR, Kind.VOMITED})
"""What is about another event and is nothing without it."""


class NoEvent(Exception):
    """It is no event at all: it has no number, so that nothing could be found again by it."""


class NotUnderstood(Exception):
    """It is an event, and a member of it says nothing that is known here. It is kept and worked off by somebody."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


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
    single_handed: bool = False
    spoken: Spoken | None = None
    clock: Contact | None = None
    entry: Entry = Entry.LIVE
    list_from: datetime | None = None
    list_expired: bool = False
    device: UUID | None = None
    app_version: str = ""


def id_in(said: Json) -> UUID:
    """The number of an event, whatever else it says. Raises NoEvent."""
    try:
        return UUID(str(said["id"]))
    except (KeyError, ValueError):
        raise NoEvent from None


def event_of(said: Json) -> DoseEvent:
    """The event in what was sent. Raises NoEvent, NotUnderstood."""
    id_, kind = id_in(said), _word(Kind, said, "kind")
    if kind is None:
        raise NotUnderstood("kind")
    of = _uuid(said, "of")
    if kind in ABOUT_ANOTHER and of is None:
        raise NotUnderstood("of")
    recorded_by = _needed(_uuid(said, "recorded_by"), "recorded_by")
    return DoseEvent(
        id=id_,
        seq=_whole(said, "seq", least=0) or 0,
        person=_fhir_id(said, "person"),
        kind=kind,
        occurred_at=_needed(_instant(said, "occurred_at"), "occurred_at"),
        given_by=_uuid(said, "given_by") or recorded_by,
        recorded_by=recorded_by,
        slot=_slot(said),
        order_version=_text(said, "order_version"),
        of=of,
        mg=_amount(said, "mg", MOST_MG),
        ml=_amount(said, "mL", MOST_ML),
        concentration=_amount(said, "concentration", MOST_MG),
        product=_text(said, "product"),
        container=_uuid(said, "container"),
        cup=_uuid(said, "cup"),
        mistake=_word(Mistake, said, "mistake"),
        reason=_word(Reason, said, "reason"),
        finding=_word(Finding, said, "finding"),
        why_here=_word(WhyHere, said, "why_here"),
        identity_by=frozenset(_words(IdentityBy, said, "identity_by")),
        awake=_yes_or_no(said, "awake"),
        observed=_yes_or_no(said, "observed"),
        witness=_uuid(said, "witness"),
        single_handed=_yes_or_no(said, "single_handed") is True,
        spoken=_spoken(said),
        clock=_contact(said),
        entry=_word(Entry, said, "entry") or Entry.LIVE,
        list_from=_instant(said, "list_from"),
        list_expired=_yes_or_no(said, "list_expired") is True,
        device=_uuid(said, "device"),
        app_version=_text(said, "app_version") or "",
    )


def _slot(said: Json) -> SlotName | None:
    slot = _object(said, "slot")
    if slot is None:
        return None
    try:
        return SlotName(
            _fhir_id(slot, "order"),
            date.fromisoformat(str(slot.get("day"))),
            _needed(_whole(slot, "part", least=1, most=MOST_PARTS), "slot"),
        )
    except (ValueError, NotUnderstood):
        raise NotUnderstood("slot") from None


def _spoken(said: Json) -> Spoken | None:
    spoken = _object(said, "spoken_confirmation")
    if spoken is None:
        return None
    member = "spoken_confirmation"
    return Spoken(_needed(_text(spoken, "with"), member), _needed(_instant(spoken, "at"), member))


def _contact(said: Json) -> Contact | None:
    clock = _object(said, "clock")
    if clock is None:
        return None
    return Contact(
        _needed(_instant(clock, "server_at"), "clock"), _needed(_instant(clock, "device_at"), "clock")
    )


def _needed(value: Any, member: str) -> Any:
    if value is None:
        raise NotUnderstood(member)
    return value


def _object(said: Json, member: str) -> Json | None:
    value = said.get(member)
    if value is not None and not isinstance(value, Mapping):
        raise NotUnderstood(member)
    return value


def _text(said: Json, member: str) -> str | None:
    value = said.get(member)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or "\0" in value:
        raise NotUnderstood(member)
    return value


def _fhir_id(said: Json, member: str) -> str:
    """http://hl7.org/fhir/R4/datatypes.html#id"""
    text = _text(said, member)
    if text is None or not ID.fullmatch(text):
        raise NotUnderstood(member)
    return text


def _uuid(said: Json, member: str) -> UUID | None:
    value = said.get(member)
    try:
        return None if value is None else UUID(str(value))
    except ValueError:
        raise NotUnderstood(member) from None


def _whole(said: Json, member: str, *, least: int, most: int = MOST_WHOLE) -> int | None:
    value = said.get(member)
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise NotUnderstood(member)
    return value


def _yes_or_no(said: Json, member: str) -> bool | None:
    value = said.get(member)
    if value is not None and type(value) is not bool:
        raise NotUnderstood(member)
    return value


def _amount(said: Json, member: str, most: Decimal) -> Decimal | None:
    """A number or its text; with a text no digit is lost on the way."""
    value = said.get(member)
    if value is None:
        return None
    try:
        amount = Decimal(str(value)) if type(value) in (int, float, str) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= most:
        raise NotUnderstood(member)
    return amount


def _instant(said: Json, member: str) -> datetime | None:
    value = said.get(member)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotUnderstood(member) from None
    # Without its offset nobody knows which instant it was, and far from our days none can be counted with.
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise NotUnderstood(member)
    return at


def _word(words: type[Word], said: Json, member: str) -> Word | None:
    value = said.get(member)
    if value is None:
        return None
    if value not in list(words):
        raise NotUnderstood(member)
    return words(value)


def _words(words: type[Word], said: Json, member: str) -> Iterable[Word]:
    listed = said.get(member) or []
    if not isinstance(listed, list):
        raise NotUnderstood(member)
    for value in listed:
        if value not in list(words):
            raise NotUnderstood(member)
        yield words(value)
