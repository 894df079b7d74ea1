"""Retention in OAT: of those who first started in a quarter, the share still treated after half a year and a year."""

from dataclasses import dataclass

from cascade.tables import Period
from services.ministry.drawing.columns import Columns, Series, columns
from services.ministry.drawing.palette import COUNTRY, OTHER
from services.ministry.numbers import Count, Numbers
from services.ministry.rules import is_provisional, share
from services.ministry.section import Cell, Column, Drawing, Section, Table
from services.ministry.words import provisional, provisional_note, quarters_between, share_cell, too_few_note
from services.shared.formats import count, percent, quarter
from services.shared.languages import gettext as _

NAME = "oat-retention"
ORDER = 50
MEASURE = "oat_retention"
PROFILES = ("days_183", "days_365")


@dataclass(frozen=True)
class Cohort:
    """People who first started in a period. ``lower`` counts who left the data as not retained, ``upper`` as retained."""

    period: Period
    profile: str
    lower: Count
    upper: Count
    open: int

    @property
    def is_complete(self) -> bool:
        """Whether everybody was followed to the end: else those who stopped early would be most of those counted."""
        return not self.open and bool(self.lower.of)


def cohorts(numbers: Numbers, profile: str) -> tuple[Cohort, ...]:
    """The cohort of each quarter shown."""
    found = []
    for period in numbers.view.shown.quarters:
        lower, upper, open_ = (
            numbers.count(MEASURE, name, period, profile=profile)
            for name in ("lower", "upper", "follow_up_open")
        )
        if lower is not None and upper is not None and open_ is not None:
            found.append(Cohort(period, profile, lower, upper, open_.n))
    return tuple(found)


def section(numbers: Numbers) -> Section:
    """The cohorts of every quarter, after 183 and 365 days."""
    found = {profile: cohorts(numbers, profile) for profile in PROFILES}
    every = [one for rows in found.values() for one in rows]
    if not every:
        return _section(_("Retention in OAT is not counted yet."), "", _table(numbers, found))
    period = quarters_between(every[0].period, every[-1].period)
    complete = [one for one in every if one.is_complete]
    return _section(
        _headline(found),
        period,
        _table(numbers, found),
        drawing=_drawing(numbers, found) if any(share(one.lower) is not None for one in complete) else None,
        notes=(
            _(
                "Hollow on top: those who left the data, of whom nobody knows. The number counts them as not retained."
            ),
            _("A quarter is drawn once everybody who started in it was followed to the end."),
            provisional_note(),
            *too_few_note(one.lower for one in complete),
        ),
    )


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(NAME, _("Retention in OAT"), headline, period, table, (MEASURE,), **more)  # type: ignore[arg-type]


def _headline(found: dict[str, tuple[Cohort, ...]]) -> str:
    said = [_sentence(rows, days) for rows, days in zip(found.values(), (183, 365), strict=True)]
    told = " ".join(one for one in said if one)
    return told or _("No quarter's starters of OAT have been followed to the end yet.")


def _sentence(rows: tuple[Cohort, ...], days: int) -> str:
    complete = [one for one in rows if one.is_complete]
    if not complete:
        return ""
    last = complete[-1]
    said = {
        "quarter": quarter(last.period.last),
        "of": count(last.lower.of or 0),
        "n": count(last.lower.n),
        "upper": count(last.upper.n),
        "days": count(days),
    }
    if last.upper.n > last.lower.n:
        return (
            _(
                "Of %(of)s who first started OAT in %(quarter)s, %(n)s to %(upper)s were still treated after %(days)s days."
            )
            % said
        )
    return (
        _("Of %(of)s who first started OAT in %(quarter)s, %(n)s were still treated after %(days)s days.")
        % said
    )


def _drawing(numbers: Numbers, found: dict[str, tuple[Cohort, ...]]) -> Drawing:
    titles = {
        "days_183": _("Still treated after 183 days, %"),
        "days_365": _("Still treated after 365 days, %"),
    }
    panels = tuple(
        Columns(
            titles[profile],
            (
                Series(_("Retained"), tuple(_drawn(one, one.lower) for one in rows), COUNTRY),
                Series(_("Left the data"), tuple(_left(one) for one in rows), OTHER, hollow=True),
            ),
            tuple(_above(one) for one in rows),
            of_filled=True,
        )
        for profile, rows in found.items()
    )
    periods = [one.period for one in found[PROFILES[0]]]
    late = tuple(is_provisional(one, numbers.view.period_end) for one in periods)
    ticks = tuple(quarter(one.last) for one in periods)
    wide, narrow = (
        columns(panels, ticks, late, narrow=narrow, provisional_word=provisional())
        for narrow in (False, True)
    )
    says = _(
        "Columns of the share still treated, for each quarter of starting. The table below has the same numbers."
    )
    return Drawing(wide, narrow, says)


def _drawn(cohort: Cohort, some: Count) -> float | None:
    part = share(some) if cohort.is_complete else None
    return None if part is None else 100 * part


def _left(cohort: Cohort) -> float | None:
    lower, upper = _drawn(cohort, cohort.lower), _drawn(cohort, cohort.upper)
    return None if lower is None or upper is None else upper - lower


def _above(cohort: Cohort) -> str:
    if not cohort.is_complete:
        return ""
    part = share(cohort.lower)
    return "" if part is None else percent(part)


def _table(numbers: Numbers, found: dict[str, tuple[Cohort, ...]]) -> Table:
    days = {"days_183": 183, "days_365": 365}
    rows = tuple(
        _row(numbers, one, days[profile]) for profile, cohorts_ in found.items() for one in reversed(cohorts_)
    )
    return Table(
        _("People who first started OAT, by quarter of starting"),
        (
            Column("quarter", _("Quarter of starting")),
            Column("days", _("After days"), "count"),
            Column("followed", _("Followed to the end"), "count"),
            Column("lower", _("Retained"), "count"),
            Column("lower_share", _("share"), "share"),
            Column("upper", _("Retained or left the data"), "count"),
            Column("upper_share", _("share"), "share"),
            Column("follow_up_open", _("Follow-up not complete"), "count"),
            Column("state", _("State")),
        ),
        rows,
    )


def _row(numbers: Numbers, one: Cohort, days: int) -> tuple[Cell, ...]:
    late = is_provisional(one.period, numbers.view.period_end)
    # A share of those who could be followed by chance of when they started would be too low: it is not given.
    shares = [share_cell(some) if one.is_complete else "" for some in (one.lower, one.upper)]
    return (
        quarter(one.period.last),
        days,
        one.lower.of or 0,
        one.lower.n,
        shares[0],
        one.upper.n,
        shares[1],
        one.open,
        provisional() if late else "",
    )
