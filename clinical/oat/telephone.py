"""Telephone orders: spoken by a prescriber, read back, valid for one slot, and countersigned within the protocol's time.

Where national law does not allow them, or nobody has set whether it does, there are none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clinical.oat.law import allows_telephone_orders
from clinical.oat.order import TelephoneOrder
from clinical.oat.slot import Slot
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

COUNTERSIGN_WITHIN = "oat.countersign-within"


@dataclass(frozen=True)
class Countersigning:
    """By when the prescriber has to sign it; None: at once, since nobody has set how long."""

    by: datetime | None
    is_late: bool
    not_set: tuple[str, ...] = ()


def flaws_of(said: TelephoneOrder, prescriber: str | None, slot: Slot, law: Protocol) -> Iterator[Sentence]:
    """Why a telephone order gives no dose for a slot. Raises BadProtocol."""
    if not allows_telephone_orders(law).yes:
        yield Sentence(N_("Telephone orders are not allowed here"))
    if prescriber is None:
        yield Sentence(N_("The telephone order does not say who the prescriber is"))
    if not said.read_back:
        yield Sentence(N_("The dose was not read back to the prescriber"))
    if said.listener is not None and said.listener == said.heard_by:
        yield Sentence(N_("The second who listens has to be somebody else"))
    if (said.day, said.part) != (slot.day, slot.part):
        yield Sentence(N_("The telephone order is for another dose"))


def countersigning(said: TelephoneOrder, at: datetime, protocol: Protocol) -> Countersigning:
    """Whether the prescriber's signature is late at an instant. A late one takes no dose back. Raises BadProtocol."""
    within = protocol.duration(COUNTERSIGN_WITHIN)
    by = None if within is None else said.said_at + within
    signed_at = said.countersigned_at
    is_late = (signed_at or at) > (by or said.said_at)
    return Countersigning(by, is_late, protocol.not_set(COUNTERSIGN_WITHIN))
