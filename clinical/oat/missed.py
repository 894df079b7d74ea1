"""How many days in a row somebody has been without a dose, wherever they were.

A day that nobody knows of (a police cell, a community that does not answer) counts as missed: tolerance falls whether or
not somebody wrote it down. So does one for the institution's reason; whose reason it was is told apart, since only the
institution's are omissions. The day under way is open until it closes. A depot is missed when its window has closed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from clinical.oat.happened import NOT_TAKEN, Happened, Kind, Whose
from clinical.oat.order import OatOrder
from clinical.oat.record import TreatmentRecord
from clinical.oat.take_home import Span, spans_in_hand
from clinical.oat.window import window_of
from clinical.protocols import Protocol

FIRST_COUNTS = (Whose.CLINICIAN, Whose.INSTITUTION, Whose.PATIENT)
"""Of several reasons of one day, as in the cascade: none is laid at the person's door while the institution had its own."""


@dataclass(frozen=True)
class Missed:
    """Days in a row without a dose, up to a day that has closed.

    Attributes:
        days: how many.
        last_covered: the last day with a dose; None: none is known.
        by: of how many of them whose reason is known.
    """

    days: int
    last_covered: date | None
    by: Counter[Whose]

    @property
    def not_known(self) -> int:
        """Of how many of the days nobody knows why."""
        return self.days - self.by.total()


def missed_days(record: TreatmentRecord, order: OatOrder, closed: date, protocol: Protocol) -> Missed:
    """The days in a row without a dose before the next of an order.

    Args:
        record: of the person.
        order: the one to be given by. Where it begins an induction anew, what was missed before is behind the person.
        closed: the last civil day that has closed.
        protocol: of the country.

    Raises:
        BadProtocol: a window is not in days.
    """
    if any(dose.day == closed for dose in record.known_doses):
        return Missed(0, closed, Counter())  # most people on most days
    last = last_covered_day(record, closed, protocol)
    since = max(_starts(order, last))
    return Missed(max(0, (closed - since).days), last, _whose(record.happened, since, closed))


def _starts(order: OatOrder, last: date | None) -> Iterator[date]:
    """The days after which missed days may begin. Where no dose is known they begin with the order."""
    yield order.start - timedelta(days=1) if last is None else last
    if order.induction_start is not None:
        yield order.induction_start - timedelta(days=1)


def last_covered_day(record: TreatmentRecord, until: date, protocol: Protocol) -> date | None:
    """The last day up to ``until`` with a dose, take-home dose, or depot that lasts; None: none is known."""
    return max(
        (min(one.last, until) for one in covered(record, protocol) if one.first <= until), default=None
    )


def covered(record: TreatmentRecord, protocol: Protocol) -> Iterator[Span]:
    """The days of each dose and supply. A dose of which only the month is known covers none: which day is not known."""
    for dose in record.known_doses:
        if dose.day is not None:
            yield Span(dose.day, dose.day + timedelta(days=_days_of(record, dose, protocol) - 1))
    yield from spans_in_hand(record.take_home)


def _days_of(record: TreatmentRecord, dose: Happened, protocol: Protocol) -> int:
    lasts = record.lasts_days(dose)
    return lasts if dose.product is None or lasts == 1 else lasts + window_of(dose.product, protocol).after


def _whose(happened: Iterable[Happened], since: date, closed: date) -> Counter[Whose]:
    reasons: dict[date, set[Whose]] = {}
    for one in happened:
        if one.day is not None and since < one.day <= closed and one.whose and _was_missed(one):
            reasons.setdefault(one.day, set()).add(one.whose)
    return Counter(next(whose for whose in FIRST_COUNTS if whose in said) for said in reasons.values())


def _was_missed(one: Happened) -> bool:
    return one.kind in NOT_TAKEN or one.kind is Kind.SPILLED
