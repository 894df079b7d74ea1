"""What is asked of one run: which measures, over which periods, cut by what, from what was known when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from cascade import measures
from cascade.errors import PeriodNotOver, UnknownDimension, UnknownProfile, WrongWindow
from cascade.periods import MONTHS, periods_until
from cascade.plan import COUNTRY, Counted, Series
from cascade.tables import Period

BY: Mapping[str, str] = {
    "setting": "setting",
    "facility": "facility_key",
    "sex": "sex",
    "age_band": "age_band",
    "legal_status": "legal_status",
}
"""The dimensions by the name they are asked by, each with its column of the cube."""

FIRST_YEAR = 1900
MOST_PERIODS = 240


@dataclass(frozen=True)
class Request:
    """One run. The line of the country always comes; each dimension is a cut of its own, and none are crossed.

    Raises:
        UnknownMeasure, UnknownProfile, UnknownDimension: something asked for does not exist; the message names what does.
        WrongWindow: no such period ends on that day, there are too many, or the data cut has no zone.
        PeriodNotOver: the last period had not ended at the data cut, so that nobody can count it.
        UnknownZone: the zone is not an IANA time zone.
    """

    period_end: date
    """Last day of the last period."""
    data_as_of: datetime
    """The data cut: what was known at this instant is counted."""
    zone: str
    """IANA name of the facilities' time zone, which decides civil days."""
    measures: tuple[str, ...] = ()
    """Names in cascade.measures; none: every one."""
    profiles: tuple[str, ...] = ()
    """Names of readings; none: all of each measure. With every measure, those that have none of them are left out."""
    every: str = "quarter"
    """Kind of period: month, quarter, year."""
    periods: int = 1
    """How many periods, one after the other."""
    by: tuple[str, ...] = ()
    """Dimensions of BY."""
    code_files: tuple[Path, ...] = ()
    """Further meanings of codes (cascade.derive.codes)."""

    def __post_init__(self) -> None:
        self._check_dimensions()
        self._check_profiles()
        self._check_periods()

    @cached_property
    def counted_measures(self) -> tuple[str, ...]:
        """The measures that are counted, in the order asked for, each once."""
        every = tuple(dict.fromkeys(self.measures)) or measures.names()
        return tuple(name for name in every if self.profiles_of(name))

    def profiles_of(self, measure: str) -> tuple[str, ...]:
        """The readings of a measure that are counted, in its own order."""
        there = measures.measure(measure).profiles
        return tuple(name for name in there if not self.profiles or name in self.profiles)

    @cached_property
    def counted_periods(self) -> tuple[Period, ...]:
        """The periods, oldest first."""
        return periods_until(
            self.period_end, self.every, self.periods, data_as_of=self.data_as_of, zone=self.zone
        )

    @property
    def lists(self) -> int:
        """How many times members are listed: once for each reading of a measure, for all periods."""
        return sum(len(self.profiles_of(name)) for name in self.counted_measures)

    @property
    def counted(self) -> Iterator[Counted]:
        """Every series with each of its periods."""
        cuts = (COUNTRY, *((BY[name],) for name in dict.fromkeys(self.by)))
        for measure in self.counted_measures:
            for period in self.counted_periods:
                yield from (Counted(Series(measure, self.every, by), period) for by in cuts)

    def _check_dimensions(self) -> None:
        if set(self.by) - set(BY):
            raise UnknownDimension(f"No such dimension. There are: {', '.join(BY)}.")

    def _check_profiles(self) -> None:
        asked = self.measures or measures.names()
        there = {profile for name in asked for profile in measures.measure(name).profiles}
        if set(self.profiles) - there:
            raise UnknownProfile(f"No such profile. There are: {', '.join(sorted(there))}.")
        for name in self.measures:
            if not self.profiles_of(name):
                has = ", ".join(measures.measure(name).profiles)
                raise UnknownProfile(f"{name} has none of these profiles. It has: {has}.")

    def _check_periods(self) -> None:
        if self.every not in MONTHS:
            raise WrongWindow(f"A period is one of: {', '.join(MONTHS)}.")
        if not 1 <= self.periods <= MOST_PERIODS:
            raise WrongWindow(f"Between 1 and {MOST_PERIODS} periods can be counted at once.")
        if self.period_end.year < FIRST_YEAR:
            raise WrongWindow(f"A period ends in {FIRST_YEAR} or later.")
        if self.counted_periods[-1].end > self.data_as_of:
            raise PeriodNotOver(
                f"The {self.every} that ends on {self.period_end} was not over at the data cut, so it cannot be counted."
                " Give an earlier period end, or a later data cut that is not in the future."
            )
