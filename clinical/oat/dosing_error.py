"""When a dose was not what it should have been: what it is called, and the steps that follow. Nothing is taken back.

The record of the dose stands, whatever was wrong with it; this only tells those who have to act.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinical.oat.happened import Happened
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.oat.volume import agrees
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

OBSERVE = "oat.observe-after-error"


class DosingError(StrEnum):
    """What was wrong."""

    WRONG_PERSON = "wrong-person"
    DOUBLE_DOSE = "double-dose"
    WRONG_MEDICINE = "wrong-medicine"
    TOO_MUCH = "too-much"
    WRONG_CONCENTRATION = "wrong-concentration"
    IN_SPITE_OF_A_STOP = "in-spite-of-a-stop"
    NOT_ORDERED = "not-ordered"


WORDS = {
    DosingError.WRONG_PERSON: N_("The dose was another person's"),
    DosingError.DOUBLE_DOSE: N_("The dose was given twice"),
    DosingError.WRONG_MEDICINE: N_("It was another medicine than the one ordered"),
    DosingError.TOO_MUCH: N_("It was more than was ordered"),
    DosingError.WRONG_CONCENTRATION: N_("Volume and concentration do not make the dose"),
    DosingError.IN_SPITE_OF_A_STOP: N_("It was given in spite of a stop"),
    DosingError.NOT_ORDERED: N_("It was not ordered"),
}

STEPS = (
    Sentence(N_("Look at breathing and wakefulness now; naloxone ready beside the person")),
    Sentence(N_("Call the prescriber")),
    Sentence(N_("Tell the person what happened")),
    Sentence(N_("Keep the person where somebody can see them")),
)


@dataclass(frozen=True)
class Pathway:
    """What follows.

    Attributes:
        steps: to be ticked off, in this order.
        observe_until: how long the person is watched; None: until a prescriber ends it.
        not_set: the parameters that nobody set, so that the stricter path was taken.
    """

    steps: tuple[Sentence, ...]
    observe_until: datetime | None
    not_set: tuple[str, ...] = ()


def errors_of(
    dose: Happened, slot: Slot | None, record: TreatmentRecord, stops: tuple[Stop, ...]
) -> tuple[DosingError, ...]:
    """What was wrong with a dose that was taken; that it was another person's, only who was there can tell.

    Args:
        dose: as it is being recorded; it is not in ``record`` yet.
        slot: the one that it was for; None: none.
        record: of the person.
        stops: those that stood when it was taken.
    """
    return tuple(_errors(dose, slot, record, stops)) if dose.was_taken else ()


def _errors(
    dose: Happened, slot: Slot | None, record: TreatmentRecord, stops: tuple[Stop, ...]
) -> Iterator[DosingError]:
    if slot is None:
        yield DosingError.NOT_ORDERED
    elif dose.product is not None and dose.product != slot.order.product:
        yield DosingError.WRONG_MEDICINE
    elif dose.mg is not None and dose.mg > slot.mg:
        yield DosingError.TOO_MUCH
    if dose.about is None and _is_second(dose, slot, record):
        yield DosingError.DOUBLE_DOSE
    if not _is_measured(dose):
        yield DosingError.WRONG_CONCENTRATION
    if stops:
        yield DosingError.IN_SPITE_OF_A_STOP


def _is_second(dose: Happened, slot: Slot | None, record: TreatmentRecord) -> bool:
    """A dose that hangs on another, given again on a prescriber's word, is none."""
    taken = (one for one in record.taken(dose.occurred_at) if one.id != dose.id)
    return slot is not None and any(one.slot == slot.key for one in taken)


def _is_measured(dose: Happened) -> bool:
    """Whether mg, mL and concentration agree; where one of them is not said, nothing contradicts."""
    if dose.mg is None or dose.ml is None or dose.concentration is None:
        return True
    return dose.concentration > 0 and agrees(dose.mg, dose.ml, dose.concentration)


def pathway(dose: Happened, protocol: Protocol) -> Pathway:
    """What follows on a dosing error. How long to watch not set: until a prescriber ends it. Raises BadProtocol."""
    name = f"{OBSERVE}.{dose.product.code}" if dose.product else OBSERVE
    watch = protocol.duration(name)
    return Pathway(STEPS, None if watch is None else dose.latest_at + watch, protocol.not_set(name))
