"""The days of somebody's treatment: what was ordered, what was taken, and where nothing was, whose reason it was."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from clinical.oat.happened import NOT_TAKEN, Happened, Kind, Reason, Whose
from clinical.oat.missed import FIRST_COUNTS, covered
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import Slot, slots_on
from clinical.oat.window import window_of
from clinical.protocols import Protocol
from clinical.words import N_

ONE_DAY = timedelta(days=1)
SIZES = (1, 7, 28, 91, 364)
"""So many days are drawn as one, the least that fits."""


class Mark(StrEnum):
    """What a day was."""

    TAKEN = "taken"
    LESS = "less"
    """Some was taken, and less than was ordered."""
    COVERED = "covered"
    """A depot lasts, or there are take-home doses."""
    PATIENT = "patient"
    INSTITUTION = "institution"
    CLINICIAN = "clinician"
    NOT_KNOWN = "not-known"
    """Nothing is recorded, so that it counts as missed."""
    OPEN = "open"
    """The day has not closed."""
    NONE = "none"
    """Nothing was ordered."""


MARK_WORDS = {
    Mark.TAKEN: N_("taken"),
    Mark.LESS: N_("less than ordered"),
    Mark.COVERED: N_("depot or take-home dose"),
    Mark.PATIENT: N_("missed: the person's reason"),
    Mark.INSTITUTION: N_("missed: the institution's reason"),
    Mark.CLINICIAN: N_("withheld by a clinician"),
    Mark.NOT_KNOWN: N_("missed: nobody knows why"),
    Mark.OPEN: N_("still open"),
    Mark.NONE: N_("nothing ordered"),
}

MISSED = (Mark.PATIENT, Mark.INSTITUTION, Mark.CLINICIAN, Mark.NOT_KNOWN)
"""What counts as a day without a dose."""

OF_WHOM = {
    Whose.PATIENT: Mark.PATIENT,
    Whose.INSTITUTION: Mark.INSTITUTION,
    Whose.CLINICIAN: Mark.CLINICIAN,
}


@dataclass(frozen=True)
class TreatmentDay:
    """A civil day.

    Attributes:
        ordered_mg: None: nothing was ordered.
        taken_mg: None: nothing was taken, or the record does not say how much.
        reasons: of what was not taken.
    """

    day: date
    mark: Mark
    ordered_mg: Decimal | None = None
    taken_mg: Decimal | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Bin:
    """One day or several, drawn as one.

    Attributes:
        taken_mg: of the days on which something was taken, on average.
        ordered_mg: on the last of the days on which something was ordered.
        marks: how many days were what.
    """

    first: date
    last: date
    taken_mg: Decimal | None
    ordered_mg: Decimal | None
    marks: Counter[Mark]
    reasons: tuple[Reason, ...]

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def treatment_days(
    record: TreatmentRecord, first: date, last: date, closed: date, protocol: Protocol
) -> list[TreatmentDay]:
    """The days between two, both included. ``closed``: the last that has closed. Raises BadProtocol."""
    by_day, plan = events_by_day(record.known_events), Plan(record, protocol)
    spans = [one for one in covered(record, protocol) if one.last >= first and one.first <= last]
    lasting = {
        span.first + timedelta(days=n)
        for span in spans
        for n in range((min(span.last, last) - span.first).days + 1)
    }
    return [
        _day(day, plan.slots(day), by_day.get(day, ()), day in lasting, closed) for day in _days(first, last)
    ]


@dataclass(frozen=True)
class Plan:
    """The planned doses of somebody's days, past or ahead. What does not depend on the day is worked out once.

    Raises BadProtocol.
    """

    record: TreatmentRecord
    protocol: Protocol

    def slots(self, day: date) -> tuple[Slot, ...]:
        """Those of a civil day."""
        return slots_on(self.record.orders, day, self._runs_out, self._early)

    @cached_property
    def _runs_out(self) -> Mapping[date, date]:
        return self.record.runs_out()

    @cached_property
    def _early(self) -> int:
        depots = {one.product for one in self.record.orders if one.product.is_depot}
        return max((window_of(product, self.protocol).before for product in depots), default=0)


def events_by_day(happened: Iterable[Happened]) -> Mapping[date, Sequence[Happened]]:
    """What happened by the day for which it was, in the order in which it happened; what was an error is left out."""
    found: dict[date, list[Happened]] = defaultdict(list)
    for one in sorted(happened, key=lambda each: (each.occurred_at, each.id)):
        day = one.day if one.was_taken or one.slot_day is None else one.slot_day
        if day is not None and one.kind is not Kind.ENTERED_IN_ERROR:
            found[day].append(one)
    return found


def _day(
    day: date, slots: Sequence[Slot], events: Sequence[Happened], lasts: bool, closed: date
) -> TreatmentDay:
    taken = [one for one in events if one.was_taken]
    ordered = sum((one.mg for one in slots), Decimal()) if slots else None
    mg = sum((one.mg for one in taken if one.mg is not None), Decimal()) or None
    reasons = tuple(dict.fromkeys(one.reason for one in events if one.reason))
    if taken:
        less = ordered is not None and mg is not None and mg < ordered
        return TreatmentDay(day, Mark.LESS if less else Mark.TAKEN, ordered, mg, reasons)
    return TreatmentDay(day, _without(slots, events, lasts, day > closed), ordered, None, reasons)


def _without(slots: Sequence[Slot], events: Sequence[Happened], lasts: bool, is_open: bool) -> Mark:
    """What a day was on which nothing was taken."""
    if lasts:
        return Mark.COVERED
    if not slots:
        return Mark.NONE
    if is_open:
        return Mark.OPEN
    said = {one.whose for one in events if one.kind in NOT_TAKEN or one.kind is Kind.SPILLED}
    return next((OF_WHOM[whose] for whose in FIRST_COUNTS if whose in said), Mark.NOT_KNOWN)


def bins(days: Sequence[TreatmentDay], most: int) -> list[Bin]:
    """The days in so many parts at most, each of as few days as that takes; the last has the latest day."""
    size = next((one for one in SIZES if len(days) <= one * most), SIZES[-1])
    # From the end, so that the newest part is whole.
    cuts = range(len(days), 0, -size)
    return [_bin(days[max(0, end - size) : end]) for end in reversed(cuts)]


def _bin(days: Sequence[TreatmentDay]) -> Bin:
    taken = [one.taken_mg for one in days if one.taken_mg is not None]
    ordered = [one.ordered_mg for one in days if one.ordered_mg is not None]
    return Bin(
        days[0].day,
        days[-1].day,
        sum(taken, Decimal()) / len(taken) if taken else None,
        ordered[-1] if ordered else None,
        Counter(one.mark for one in days),
        tuple(dict.fromkeys(reason for one in days for reason in one.reasons)),
    )


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
