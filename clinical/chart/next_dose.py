"""The next planned dose of somebody: today's unless it was taken, else that of the next day that has one."""

from datetime import date, timedelta

from clinical.chart.days import Plan, events_by_day
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.round_list import happened_with
from clinical.oat.slot import Slot
from clinical.protocols import Protocol

LOOKS_AHEAD = 40
"""Days: a depot of a month, and some."""


def next_dose(record: TreatmentRecord, day: date, protocol: Protocol) -> tuple[date, Slot] | None:
    """The day and the planned dose; None: no order gives one. Raises BadProtocol."""
    plan, events = Plan(record, protocol), events_by_day(record.known_events).get(day, ())
    for ahead in range(LOOKS_AHEAD + 1):
        on = day + timedelta(days=ahead)
        for slot in plan.slots(on):
            taken = any(one.was_taken for one in happened_with(slot, events, day))
            if ahead or not taken:
                return on, slot
    return None
