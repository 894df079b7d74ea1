"""Somebody stands at the window for a dose: all that is known of it, for the rules that may stop the Given button."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from clinical.oat.happened import Finding
from clinical.oat.order import OatOrder
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release
from clinical.oat.slot import Slot


class Whereabouts(StrEnum):
    """Where the stay says that the person is."""

    HERE = "here"
    COURT = "court"
    HOSPITAL = "hospital"
    TRANSFERRED = "transferred"
    RELEASED = "released"
    ELSEWHERE = "elsewhere"
    """Away for another reason: at home for a weekend, escaped, deported."""
    DEAD = "dead"


@dataclass(frozen=True)
class Attendance:
    """One person at one moment.

    Attributes:
        record: of the person's treatment, everywhere.
        at: now.
        zone: the facility's.
        closed: the last civil day that has closed.
        slot: which dose it is about; None: no order gives one.
        whereabouts: where the stay says that the person is.
        found: how the person is now; None: awake and not intoxicated.
        intoxicated_at: when the person was last found intoxicated at reception; None: never.
        pregnant: whether the person is, as far as anybody knows.
        stopped_since: when the first stop of this slot was shown, from which the escalation is reckoned; None: now.
        releases: of this slot.
    """

    record: TreatmentRecord
    at: datetime
    zone: ZoneInfo
    closed: date
    slot: Slot | None
    whereabouts: Whereabouts = Whereabouts.HERE
    found: Finding | None = None
    intoxicated_at: datetime | None = None
    pregnant: bool = False
    stopped_since: datetime | None = None
    releases: tuple[Release, ...] = ()

    @cached_property
    def day(self) -> date:
        """The civil day."""
        return self.at.astimezone(self.zone).date()

    @property
    def order(self) -> OatOrder | None:
        """The order that the slot is of."""
        return self.slot.order if self.slot else None
