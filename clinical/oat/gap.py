"""From when on the next dose may be given after one that was taken: parameters by product, depots included."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinical.oat.happened import Happened
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import Slot
from clinical.oat.window import window_of
from clinical.protocols import Protocol

AFTER = "oat.time-after"
BETWEEN_PARTS = "oat.time-between-parts"
WHOLE_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Earliest:
    """From when on, and the parameters that nobody set, so that a whole day or interval has to pass."""

    at: datetime
    not_set: tuple[str, ...] = ()


def earliest_after(
    dose: Happened, slot: Slot, record: TreatmentRecord, protocol: Protocol, zone: ZoneInfo
) -> Earliest:
    """From when on the dose of a slot may be given after another was taken. Raises BadProtocol.

    A dose of which no time is known was taken at the end of its day. Where the record does not say of what, a whole day.
    """
    if record.lasts_days(dose) > 1:
        return _after_depot(dose, slot, record, protocol, zone)
    if dose.product is None:
        return Earliest(dose.latest_at + WHOLE_DAY)
    name = f"{BETWEEN_PARTS if _is_split(dose, slot, record) else AFTER}.{dose.product.code}"
    time = protocol.duration(name)
    return Earliest(dose.latest_at + (WHOLE_DAY if time is None else time), protocol.not_set(name))


def _is_split(dose: Happened, slot: Slot, record: TreatmentRecord) -> bool:
    """Whether both are parts of one split dose: of the same day, or the last of one and the first of the next.

    An order that was renewed is split on, from the last day of the one to the first of the next.
    """
    if len(slot.order.parts_on(slot.day)) < 2:
        return False
    return dose.order == slot.order.id or _was_split(dose, slot.order.prior, record)


def _was_split(dose: Happened, prior: str | None, record: TreatmentRecord) -> bool:
    """Whether the dose was a part of the order that another goes on from."""
    by = next((one for one in record.orders if one.id == dose.order == prior), None)
    return by is not None and dose.day is not None and len(by.parts_on(dose.day)) > 1


def _after_depot(
    dose: Happened, slot: Slot, record: TreatmentRecord, protocol: Protocol, zone: ZoneInfo
) -> Earliest:
    """By civil days, so that the hour of one injection does not push the next into the night."""
    given_on = dose.day or dose.latest_at.astimezone(zone).date()
    if _builds_up(dose, slot):
        return Earliest(_begin(given_on + timedelta(days=slot.order.interval_days), zone))
    window = window_of(dose.product, protocol) if dose.product else None
    early, not_set = (window.before, window.not_set) if window else (0, ())
    return Earliest(_begin(given_on + timedelta(days=record.lasts_days(dose) - early), zone), not_set)


def _builds_up(dose: Happened, slot: Slot) -> bool:
    """Whether the order itself plans the next depot before this one has run out, as in the first week."""
    return dose.order == slot.order.id and slot.order.interval_days < slot.order.product.interval_days


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
