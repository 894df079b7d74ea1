"""A cup that was poured before the round: for one person, one slot, one version of the order. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from clinical.register.amount import NOTHING
from clinical.register.expiry import is_over


@dataclass(frozen=True)
class Poured:
    """For whom and for what a cup is.

    Attributes:
        patient: the id of the Patient.
        slot: the planned dose, by its key.
        order: the id of the MedicationRequest.
        version: of that order, as it was when the cup was poured.
        amount: what was poured.
    """

    patient: str
    slot: str
    order: str
    version: int
    amount: Decimal


@dataclass(frozen=True)
class Cup:
    """A cup as it stands on the tray. Its label is the container's name and its number."""

    id: UUID
    issue: UUID
    number: int
    poured: Poured
    left: Decimal
    """What is in it still."""
    expires_on: date
    """The last day of its batch."""


class CupFlaw(StrEnum):
    """Why a cup is not handed out."""

    OTHER_PERSON = "other-person"
    OTHER_SLOT = "other-slot"
    ORDER_CHANGED = "order-changed"
    """The order was changed after pouring, or it is another one."""
    OTHER_AMOUNT = "other-amount"
    EMPTY = "empty"
    EXPIRED = "expired"


def flaws(cup: Cup, wanted: Poured, day: date) -> tuple[CupFlaw, ...]:
    """Why a cup is not handed out to somebody on a civil day, for what is wanted now; nothing if it may be."""
    poured = cup.poured
    asked = (
        (CupFlaw.OTHER_PERSON, poured.patient != wanted.patient),
        (CupFlaw.OTHER_SLOT, poured.slot != wanted.slot),
        (CupFlaw.ORDER_CHANGED, (poured.order, poured.version) != (wanted.order, wanted.version)),
        (CupFlaw.OTHER_AMOUNT, poured.amount != wanted.amount),
        (CupFlaw.EMPTY, cup.left <= NOTHING),
        (CupFlaw.EXPIRED, is_over(cup.expires_on, day)),
    )
    return tuple(flaw for flaw, is_so in asked if is_so)
