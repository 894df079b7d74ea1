"""A prescriber releases: a dose of today was taken already, by another order or at another facility.

Two orders never give two full doses on one civil day. What is missing of the day may be given by another order than what was
taken of it: a split dose, or a change that adds a part.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from clinical.oat.attendance import Attendance
from clinical.oat.happened import Happened, Kind
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Releaser
from clinical.oat.slot import Slot, slots_on
from clinical.oat.stop import Stop
from clinical.oat.stops.already_recorded import is_taken
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "dosed-today"

SAYS = N_("A dose of today was taken already, by another order or elsewhere: %(mg)s mg")
SAYS_NO_AMOUNT = N_("A dose of today was taken already, by another order or elsewhere")

DO_NOW = (
    Sentence(N_("Look at who recorded it, when and where")),
    Sentence(N_("Tell the prescriber what was taken today and what this order would add")),
)


def stop(attendance: Attendance, _protocol: Protocol) -> Stop | None:
    """Where this slot itself was taken, ``already_recorded`` says so, and more exactly."""
    slot, record = attendance.slot, attendance.record
    taken = record.taken(attendance.at)
    if slot is None or is_taken(slot, taken):
        return None
    today = list(_once([dose for dose in taken if dose.day == attendance.day]))
    others = [dose for dose in today if dose.order != slot.order.id]
    if not others or _is_missing_part(slot, today, record):
        return None
    return Stop(CODE, _says(others), Releaser.PRESCRIBER, DO_NOW)


def _once(today: list[Happened]) -> Iterator[Happened]:
    """Without what was given again in place of what was vomited: it is no more of the day than was ordered."""
    ids = {dose.id for dose in today}
    return (dose for dose in today if dose.kind is not Kind.RE_DOSE or dose.about not in ids)


def _is_missing_part(slot: Slot, today: Iterable[Happened], record: TreatmentRecord) -> bool:
    """Whether with this dose the day has no more than an order gives it. What cannot be compared in mg may be all of it."""
    so_far = [_mg(dose, slot, record) for dose in today]
    return all(so_far) and sum((mg for mg in so_far if mg), slot.mg) <= _whole_day(slot, today, record)


def _mg(dose: Happened, slot: Slot, record: TreatmentRecord) -> Decimal | None:
    product = slot.order.product
    is_same = dose.product is not None and dose.product.agonist is product.agonist
    return dose.mg if is_same and not product.is_depot and record.lasts_days(dose) == 1 else None


def _whole_day(slot: Slot, today: Iterable[Happened], record: TreatmentRecord) -> Decimal:
    """The most that the day was to have: by what is planned now, or by an order by which some of it was taken."""
    planned = sum((one.mg for one in slots_on(record.orders, slot.day)), Decimal())
    by = {dose.order for dose in today}
    return max(planned, *(one.mg_on(slot.day) for one in record.orders if one.id in by), slot.mg)


def _says(others: list[Happened]) -> Sentence:
    if any(dose.mg is None for dose in others):
        return Sentence(SAYS_NO_AMOUNT)
    return Sentence(SAYS, {"mg": sum((dose.mg for dose in others if dose.mg), Decimal())})
