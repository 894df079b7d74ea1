"""The months that the country has records of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from services.demo.country.days import ZONE, at


@dataclass(frozen=True)
class Calendar:
    """``end`` is the last day of records, the end of a month; ``months`` how many there are, at least 12."""

    end: date
    months: int

    @cached_property
    def first(self) -> date:
        """The first day of records."""
        month = self.end.year * 12 + self.end.month - self.months
        return date(month // 12, month % 12 + 1, 1)

    @cached_property
    def drawn_at(self) -> datetime:
        """When the records were drawn: what was written down later is not in them."""
        return at(self.end + timedelta(days=1), "06:00")

    @cached_property
    def quarter_ends(self) -> tuple[date, ...]:
        """The last days of the quarters that lie in the records, oldest first."""
        ends = [date(year, month, 1) - timedelta(days=1) for year, month in self._quarters()]
        return tuple(end for end in ends if self.first <= end <= self.end)

    @cached_property
    def quarter_end(self) -> date:
        """The end of the last quarter that everything late has had a month to be written down for."""
        return next(end for end in reversed(self.quarter_ends) if end <= self.end - timedelta(days=60))

    @cached_property
    def quarter_first(self) -> date:
        """The first day of that quarter."""
        return date(self.quarter_end.year, self.quarter_end.month - 2, 1)

    @cached_property
    def silent_from(self) -> date:
        """The first day of the last two whole quarters, in which one centre sends nothing."""
        last = self.quarter_ends[-1]
        month = last.year * 12 + last.month - 6
        return date(month // 12, month % 12 + 1, 1)

    @cached_property
    def clock_change(self) -> date:
        """The last Sunday of a March on which the clocks went forward, before the last quarter."""
        year = self.end.year if date(self.end.year, 3, 31) < self.silent_from else self.end.year - 1
        last = date(year, 3, 31)
        return last - timedelta(days=(last.weekday() + 1) % 7)

    def _quarters(self) -> list[tuple[int, int]]:
        return [
            (year, month) for year in range(self.first.year, self.end.year + 2) for month in (1, 4, 7, 10)
        ]


def default_end(today: datetime) -> date:
    """The last day of the month before."""
    return today.astimezone(ZONE).date().replace(day=1) - timedelta(days=1)
