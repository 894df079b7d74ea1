"""A telephone order that a tablet wrote down without a network, as it is sent: before what was given by it.

Like any event it is a claim of whoever heard it, and is kept whatever it says. ``docs/round.md`` has the members.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from clinical.oat.product import Product, products
from clinical.oat.round.dose_event import MOST_MG, Contact, contact_in, day_and_part_in, id_in
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
    words_said_in,
    yes_or_no_in,
)
from clinical.words import N_

KIND = "telephone-order"
"""Stored: never changed."""

WORDS = N_("Telephone order")
LONGEST_REASON = 500


@dataclass(frozen=True)
class SpokenEvent:
    """One telephone order.

    Attributes:
        id: its number, the same each time it is sent; also that of the order that is made of it.
        seq: counts the events of a device.
        person: the id of the Patient.
        prescriber: the account of who said it.
        day: the civil day of the dose that it is for; ``part``: its number on that day.
        occurred_at: when it was said, by the clock of the device.
        recorded_by: the account of who heard it.
        listener: the account of the second who listened; None: nobody did.
        in_spite_of: the codes of the stops that were read out to the prescriber before the dose was said.
        reason: why it is ordered in spite of them, in the prescriber's words.
        list_from: when the list was fetched; None: there was none.
    """

    id: UUID
    seq: int
    person: str
    prescriber: UUID
    product: Product
    mg: Decimal
    day: date
    part: int
    occurred_at: datetime
    recorded_by: UUID
    read_back: bool = False
    listener: UUID | None = None
    in_spite_of: frozenset[str] = frozenset()
    reason: str = ""
    clock: Contact | None = None
    list_from: datetime | None = None
    device: UUID | None = None
    kind: str = KIND
    of: UUID | None = None


def spoken_event_of(said: Json) -> SpokenEvent:
    """The telephone order in what was sent. Raises NoEvent, NotUnderstood."""
    day, part = day_and_part_in(needed(object_in(said, "slot"), "slot"))
    return SpokenEvent(
        id=id_in(said),
        seq=whole_in(said, "seq", least=0) or 0,
        person=fhir_id_in(said, "person"),
        prescriber=needed(uuid_in(said, "prescriber"), "prescriber"),
        product=_product(said),
        mg=_mg(said),
        day=day,
        part=part,
        occurred_at=needed(instant_in(said, "occurred_at"), "occurred_at"),
        recorded_by=needed(uuid_in(said, "recorded_by"), "recorded_by"),
        read_back=yes_or_no_in(said, "read_back") is True,
        listener=uuid_in(said, "listener"),
        in_spite_of=frozenset(words_said_in(said, "in_spite_of")),
        reason=text_in(said, "reason", LONGEST_REASON) or "",
        clock=contact_in(said),
        list_from=instant_in(said, "list_from"),
        device=uuid_in(said, "device"),
    )


def _product(said: Json) -> Product:
    """A depot is given by a prescriber's own order."""
    found = products().get(text_in(said, "product") or "")
    if found is None or found.is_depot:
        raise NotUnderstood("product")
    return found


def _mg(said: Json) -> Decimal:
    mg = amount_in(said, "mg", MOST_MG)
    if mg is None or mg == 0:
        raise NotUnderstood("mg")
    return mg
