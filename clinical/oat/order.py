"""An order of opioid agonist treatment: what, how much on each civil day, from when to when, and whose signature it has.

``order_resource.py`` reads it from a MedicationRequest and writes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from clinical.oat.hold import HoldReason
from clinical.oat.product import Product


class OrderStatus(StrEnum):
    """What became of it, in FHIR's words."""

    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"


WAS_VALID = frozenset({OrderStatus.ACTIVE, OrderStatus.ON_HOLD, OrderStatus.COMPLETED, OrderStatus.STOPPED})
"""What was an order while it lasted; a draft, a cancelled one or an error never was."""


class Signature(StrEnum):
    """Whether the prescriber stands for it."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    TELEPHONE = "telephone"
    """Spoken: valid for one slot, and to be countersigned."""


class Plan(StrEnum):
    """The course of the doses."""

    FIXED = "fixed"
    TITRATION = "titration"
    TAPER = "taper"
    MIXED = "mixed"


class Weekday(StrEnum):
    """FHIR's days of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Weekday)


@dataclass(frozen=True)
class Part:
    """One dose of a day: how much, and at what time of the civil day; None: in the round."""

    mg: Decimal
    at: time | None = None


@dataclass(frozen=True)
class Step:
    """The doses of each day from one day to another, both included. The first part is dose number 1 of the day.

    ``last`` None: to the end of the order.
    """

    first: date
    last: date | None
    parts: tuple[Part, ...]

    @property
    def mg(self) -> Decimal:
        """Of the whole day."""
        return sum((one.mg for one in self.parts), Decimal())

    def covers(self, day: date) -> bool:
        """Whether it says the doses of a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class TelephoneOrder:
    """What was said, and who heard it.

    Attributes:
        said_at: when.
        day: the civil day of the slot for which it is valid.
        part: the number of that slot on its day.
        read_back: whether the dose was read back to the prescriber and confirmed.
        heard_by: the id of the Practitioner who wrote it down.
        listener: the id of the second one who heard it; None: nobody was there.
        countersigned_at: when the prescriber signed it; None: not yet.
    """

    said_at: datetime
    day: date
    part: int
    read_back: bool
    heard_by: str | None = None
    listener: str | None = None
    countersigned_at: datetime | None = None


@dataclass(frozen=True)
class OatOrder:
    """One order.

    Attributes:
        id: of the MedicationRequest; empty if it is not stored yet.
        patient: the id of the Patient.
        product: what.
        steps: how much, in the order of their days.
        start: the first civil day.
        end: the last civil day; None: no end is set.
        interval_days: from one dose to the next.
        status: what became of it.
        signature: whether the prescriber stands for it.
        facility: the id of the Organization that ordered; None: not said.
        prescriber: the id of the Practitioner who decided; None: not said.
        signed_at: when the prescriber signed.
        telephone: of a telephone order, what was said.
        held_because: why it is on hold; None: it is not, or that is not said.
        take_home: the days of the week whose doses are handed out to be taken at home; all others are supervised.
        induction_start: the first day of the induction that it belongs to; None: no induction.
        prior: the id of the order that it goes on from; None: of none, or not said.
        weighed_in_pregnancy: whether it was signed while the person was known to be pregnant, so that it may fall.
        version: of the stored resource; empty if it is not stored yet.
    """

    id: str
    patient: str
    product: Product
    steps: tuple[Step, ...]
    start: date
    end: date | None = None
    interval_days: int = 1
    status: OrderStatus = OrderStatus.ACTIVE
    signature: Signature = Signature.SIGNED
    facility: str | None = None
    prescriber: str | None = None
    signed_at: datetime | None = None
    telephone: TelephoneOrder | None = None
    held_because: HoldReason | None = None
    take_home: frozenset[Weekday] = frozenset()
    induction_start: date | None = None
    prior: str | None = None
    weighed_in_pregnancy: bool = False
    version: str = ""

    def is_valid_on(self, day: date) -> bool:
        """Whether the day lies in it, whatever became of it since, signed or not. A draft's days are those it would have."""
        counts = self.status in WAS_VALID or self.status is OrderStatus.DRAFT
        return counts and self.start <= day and (self.end is None or day <= self.end)

    def parts_on(self, day: date) -> tuple[Part, ...]:
        """The doses of a day of the order, dose number 1 first; none if it says none of that day."""
        return tuple(part for step in self.steps if step.covers(day) for part in step.parts)

    def mg_on(self, day: date) -> Decimal:
        """Of the whole day."""
        return sum((part.mg for part in self.parts_on(day)), Decimal())

    def is_take_home(self, day: date) -> bool:
        """Whether the dose of a day is taken at home."""
        return WEEK[day.weekday()] in self.take_home

    @property
    def plan(self) -> Plan:
        """Whether the dose stays, rises, falls, or does several of these."""
        changes = [after.mg - before.mg for before, after in pairwise(self.steps)]
        rises, falls = any(change > 0 for change in changes), any(change < 0 for change in changes)
        if rises and falls:
            return Plan.MIXED
        if rises:
            return Plan.TITRATION
        return Plan.TAPER if falls else Plan.FIXED

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days of the order between two days, all included."""
        day, until = max(first, self.start), last if self.end is None else min(last, self.end)
        while day <= until:
            yield day
            day += timedelta(days=1)
