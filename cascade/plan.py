"""What the confidential view shows, and nothing beside it: a fixed list, so that no question over people can be asked.

HIV for the country and by setting, each calendar year; by sex or by age for the country only; never by facility. OAT by
facility, each quarter. No two of these are crossed. Years are those of the calendar and quarters do not overlap, so that
no two figures differ by the events of a few days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cascade.periods import last_whole, periods_until
from cascade.tables import Period

COUNTRY: tuple[str, ...] = ()

HIV = (
    "hiv_tests",
    "people_tested",
    "new_diagnoses",
    "diagnosed",
    "linked",
    "on_art",
    "viral_load_tested",
    "viral_suppression",
    "art_across_gate",
)
OAT = (
    "oat_census",
    "oat_starts",
    "oat_started_or_continued",
    "oat_retention",
    "missed_doses",
    "oat_across_gate",
)
PRISON = ("testing_steps",)

YEARS, QUARTERS = 3, 8
"""At most so many periods of each kind are shown."""


@dataclass(frozen=True)
class Series:
    """One measure, in all its profiles, each year or quarter, cut by one dimension or none."""

    measure: str
    every: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """A series and a period it is counted for."""

    series: Series
    period: Period


PLAN: tuple[Series, ...] = (
    *(
        Series(measure, "year", by)
        for measure in HIV
        for by in (COUNTRY, ("setting",), ("sex",), ("age_band",))
    ),
    *(Series(measure, "year", by) for measure in PRISON for by in (COUNTRY, ("legal_status",))),
    *(Series(measure, "quarter", by) for measure in OAT for by in (COUNTRY, ("setting",), ("facility_key",))),
)

CURVES: tuple[Series, ...] = tuple(
    Series("oat_survival", "all quarters", by) for by in (COUNTRY, ("setting",))
)
"""Measures of time, of everyone who entered in the quarters that are shown."""


@dataclass(frozen=True)
class Shown:
    """The periods that the view shows, oldest first: whole ones, none from before the records begin."""

    years: tuple[Period, ...]
    quarters: tuple[Period, ...]

    @property
    def counted(self) -> Iterator[Counted]:
        """Every series of the plan with each of its periods."""
        periods = {"year": self.years, "quarter": self.quarters}
        yield from (Counted(series, period) for series in PLAN for period in periods[series.every])

    @property
    def curves(self) -> Iterator[Counted]:
        """Every curve of the plan."""
        if self.quarters:
            first, last = self.quarters[0], self.quarters[-1]
            whole = Period(first.first, last.last, last.data_as_of, last.zone)
            yield from (Counted(series, whole) for series in CURVES)


def shown(period_end: date, begun: date | None, *, data_as_of: datetime, zone: str) -> Shown:
    """The periods to show.

    Args:
        period_end: the last day of a quarter.
        begun: the day of the first event in the records; None if there is none, and then nothing is shown.
        data_as_of: what was known by then is counted.
        zone: IANA name of the facilities' zone.

    Raises:
        WrongWindow: no quarter ends on that day.
        UnknownZone: the zone is not an IANA time zone.
    """
    last = {"year": date(period_end.year - (period_end.month < 12), 12, 31), "quarter": period_end}
    counts = {"year": YEARS, "quarter": QUARTERS}
    periods = {
        every: tuple(
            period
            for period in periods_until(last[every], every, counts[every], data_as_of=data_as_of, zone=zone)
            if begun is not None and period.first >= begun - timedelta(days=GRACE_DAYS)
        )
        for every in counts
    }
    return Shown(periods["year"], periods["quarter"])


GRACE_DAYS = 31
"""Records may begin with the first patient of a new clinic: a period whose first event comes this late is still whole."""


def last_whole_quarter(today: date) -> date:
    """The last day of the last quarter that is over."""
    return last_whole("quarter", today)


def last_quarter_to_show(asked: date, newest: date | None) -> date:
    """The last day of the last quarter to show.

    The one asked for; but of records that ended more than a year before it, so that an old demo or a stopped installation
    still shows what it has, the quarter of their newest event.

    Args:
        asked: last day of a quarter.
        newest: the day of the newest event in the records; None: there is none.
    """
    if newest is None or newest >= asked.replace(year=asked.year - 1, day=1):
        return asked
    return last_whole_quarter(_next_quarter(newest))


def _next_quarter(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, month % 12, 1)
