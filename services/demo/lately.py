"""The doses between the end of the country's records and today, so that whoever tries the round finds people to give to.

Most had every dose. Some came not yesterday, and a few have missed so many days that a prescriber is asked.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5
from zlib import crc32
from zoneinfo import ZoneInfo

from clinical.oat.happened import Happened, Kind
from clinical.oat.round.round_list import slots_of
from clinical.oat.round.situation import Situation
from clinical.oat.slot import Slot
from clinical.protocols import Protocol

SIX = time(6)
AWAY = {0: 1, 1: 2, 2: 4}
"""Of twenty people one each has missed so many days, up to yesterday; the others none."""


def doses_lately(
    person: Situation, facility: str, given_by: str, today: date, zone: ZoneInfo, law: Protocol
) -> Iterator[Happened]:
    """What somebody took at a prison from the day after their last dose until yesterday, as their orders planned it."""
    taken = [one.day for one in person.record.known_doses if one.day]
    if not taken:
        return
    away = AWAY.get(crc32(person.patient.encode()) % 20, 0)
    for n in range(1, (today - max(taken)).days - away):
        for slot in slots_of(person, max(taken) + timedelta(days=n), law):
            if slot.order.interval_days == 1 and not slot.take_home:
                yield _given(slot, facility, given_by, zone)


def _given(slot: Slot, facility: str, given_by: str, zone: ZoneInfo) -> Happened:
    at = datetime.combine(slot.day, slot.at or SIX, zone)
    return Happened(
        id=str(uuid5(NAMESPACE_OID, f"lately {slot.key}")),
        patient=slot.order.patient,
        kind=Kind.GIVEN,
        occurred_at=at,
        day=slot.day,
        product=slot.order.product,
        mg=slot.mg,
        order=slot.order.id,
        order_version=slot.order.version,
        slot_day=slot.day,
        part=slot.part,
        facility=facility,
        given_by=given_by,
        recorded_by=given_by,
        observed=True,
    )
