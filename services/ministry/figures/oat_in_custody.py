"""Opioid agonist treatment in prison: people on it per 100 in custody, and whether they started it inside."""

from dataclasses import dataclass

from cascade.tables import Period
from services.ministry.drawing.columns import Columns, Series, columns
from services.ministry.drawing.palette import COUNTRY, OTHER, PRISON, STARTED
from services.ministry.numbers import Count, Numbers
from services.ministry.places import Place, places, stated_on
from services.ministry.rules import is_provisional, share
from services.ministry.section import Absent, Cell, Column, Drawing, KeySentence, Section, Table
from services.ministry.words import at_end, per_100, provisional, provisional_note, quarters_between, too_few
from services.shared.formats import count, quarter
from services.shared.languages import gettext as _
from services.shared.languages import ngettext

NAME = "oat-in-custody"
ORDER = 40
CENSUS, BEGAN = "oat_census", "oat_started_or_continued"


@dataclass(frozen=True)
class Quarter:
    """One quarter's end. ``in_custody`` is out of the people held by those prisons that state how many they hold."""

    period: Period
    continued: int
    started_inside: int
    unknown: int
    on_oat: int
    in_custody: Count
    prisons: int
    stating: int


def quarters(numbers: Numbers) -> tuple[Quarter, ...]:
    """Every quarter of the view, as far as the census is counted."""
    return tuple(
        found for period in numbers.view.shown.quarters if (found := _quarter(numbers, period)) is not None
    )


def _quarter(numbers: Numbers, period: Period) -> Quarter | None:
    continued, started, total = (
        numbers.count(BEGAN, name, period) for name in ("continued", "started_inside", "on_oat")
    )
    if continued is None or started is None or total is None:
        return None
    prisons = places(numbers.view, "prison")
    held = [rate for prison in prisons if (rate := _of_prison(numbers, prison, period)) is not None]
    together = sum(held, Count(0, 0))
    unknown = total.n - continued.n - started.n
    return Quarter(period, continued.n, started.n, unknown, total.n, together, len(prisons), len(held))


def _of_prison(numbers: Numbers, prison: Place, period: Period) -> Count | None:
    """People on OAT in a prison out of those it holds; None if it does not state how many it holds."""
    held = stated_on(numbers.view, "custody_census", period.last, prison.key)
    on_oat = numbers.count(CENSUS, "on_oat", period, by="facility_key", value=prison.key)
    return None if held is None or on_oat is None else Count(on_oat.n, round(held.n))


def section(numbers: Numbers) -> Section:
    """The censuses of every quarter shown."""
    found = quarters(numbers)
    if not found:
        return _section(_("People on OAT in prison are not counted yet."), "", _table(numbers, ()))
    last = found[-1]
    period = quarters_between(found[0].period, last.period)
    return _section(
        _headline(last),
        period,
        _table(numbers, found),
        drawing=_drawing(numbers, found) if any(one.on_oat for one in found) else None,
        notes=_notes(last),
        key=_key(last),
        more_tables=(_by_prison(numbers, last.period),),
    )


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(NAME, _("OAT in prison"), headline, period, table, (CENSUS, BEGAN), **more)  # type: ignore[arg-type]


def _headline(last: Quarter) -> str:
    day = at_end(last.period)
    if not last.on_oat:
        return _("Nobody in prison was on OAT on %(day)s.") % {"day": day}
    rate = per_100(last.in_custody)
    numbers = {
        "day": day,
        "n": count(last.on_oat),
        "rate": rate or "",
        "inside": count(last.started_inside),
        "continued": count(last.continued),
    }
    began = _("%(inside)s of them started inside, %(continued)s brought it from the community.") % numbers
    if rate is None:
        said = ngettext(
            "On %(day)s, %(n)s person in prison was on OAT.",
            "On %(day)s, %(n)s people in prison were on OAT.",
            last.on_oat,
        )
    else:
        said = ngettext(
            "On %(day)s, %(n)s person in prison was on OAT: %(rate)s per 100 in custody.",
            "On %(day)s, %(n)s people in prison were on OAT: %(rate)s per 100 in custody.",
            last.on_oat,
        )
    return f"{said % numbers} {began}"


def _key(last: Quarter) -> KeySentence:
    rate, day = per_100(last.in_custody), at_end(last.period)
    if rate is None:
        return KeySentence(count(last.on_oat), _("people in prison were on OAT on %(day)s") % {"day": day})
    return KeySentence(rate, _("per 100 in custody were on OAT on %(day)s") % {"day": day})


def _notes(last: Quarter) -> tuple[str, ...]:
    stated = {"n": count(last.stating), "of": count(last.prisons), "day": at_end(last.period)}
    if not last.stating:
        said = (
            _(
                "No prison states how many people it held on %(day)s, so there is no number per 100 in custody."
            )
            % stated
        )
    elif share(last.in_custody) is None:
        said = _("Too few people are held to give a number per 100 in custody.")
    else:
        said = (
            _(
                "%(n)s of %(of)s prisons state how many they held on %(day)s; only these are in the number per 100, with everyone on OAT whose place is that prison."
            )
            % stated
        )
    return (
        said,
        _("A census counts who is on OAT on one day. Quarters are never added up."),
        provisional_note(),
    )


def _drawing(numbers: Numbers, found: tuple[Quarter, ...]) -> Drawing:
    series = (
        Series(_("Brought from the community"), tuple(one.continued for one in found), PRISON),
        Series(_("Started inside"), tuple(one.started_inside for one in found), STARTED),
        Series(_("Start not known"), tuple(one.unknown for one in found), OTHER, hollow=True),
    )
    shown = tuple(one for one in series if any(one.values))
    panels = [Columns(_("People on OAT in prison"), shown, tuple(count(one.on_oat) for one in found))]
    rates = tuple(share(one.in_custody) for one in found)
    if any(rates):
        heights = tuple(None if rate is None else 100 * rate for rate in rates)
        above = tuple(per_100(one.in_custody) or "" for one in found)
        panels.insert(0, Columns(_("Per 100 in custody"), (Series("", heights, COUNTRY),), above))
    end = numbers.view.period_end
    ticks = tuple(quarter(one.period.last) for one in found)
    late = tuple(is_provisional(one.period, end) for one in found)
    wide, narrow = (
        columns(panels, ticks, late, narrow=narrow, provisional_word=provisional(), one_scale=False)
        for narrow in (False, True)
    )
    says = _(
        "A column for each quarter's end: people on OAT in prison. The table below has the same numbers."
    )
    return Drawing(wide, narrow, says)


def _table(numbers: Numbers, found: tuple[Quarter, ...]) -> Table:
    rows = tuple(_row(numbers, one) for one in reversed(found))
    return Table(
        _("People on OAT in prison on the last day of each quarter"),
        (
            Column("quarter", _("Quarter")),
            Column("on_oat", _("On OAT"), "count"),
            Column("started_inside", _("Started inside"), "count"),
            Column("continued", _("Brought from the community"), "count"),
            Column("start_unknown", _("Start not known"), "count"),
            Column("on_oat_where_custody_is_stated", _("On OAT where custody is stated"), "count"),
            Column("in_custody", _("In custody, stated"), "count"),
            Column("per_100_in_custody", _("Per 100 in custody"), "rate"),
            Column("state", _("State")),
        ),
        rows,
    )


def _row(numbers: Numbers, one: Quarter) -> tuple[Cell, ...]:
    state = provisional() if is_provisional(one.period, numbers.view.period_end) else ""
    counts: tuple[Cell, ...] = (one.on_oat, one.started_inside, one.continued, one.unknown)
    return (quarter(one.period.last), *counts, *_rate_cells(one.in_custody if one.stating else None), state)


def _rate_cells(rate: Count | None) -> tuple[Cell, ...]:
    if rate is None or rate.of is None:
        return (_not_stated(), _not_stated(), _not_stated())
    part = share(rate)
    return (rate.n, rate.of, too_few(rate) if part is None else 100 * part)


def _not_stated() -> Absent:
    return Absent(_("not stated"))


def _by_prison(numbers: Numbers, period: Period) -> Table:
    """One row for each prison, by name."""
    rows = []
    for prison in places(numbers.view, "prison"):
        on_oat = numbers.count(CENSUS, "on_oat", period, by="facility_key", value=prison.key)
        rate = _of_prison(numbers, prison, period)
        rows.append((prison.name, 0 if on_oat is None else on_oat.n, *_rate_cells(rate)[1:]))
    return Table(
        _("By prison, on %(day)s") % {"day": at_end(period)},
        (
            Column("prison", _("Prison"), "name"),
            Column("on_oat", _("On OAT"), "count"),
            Column("in_custody", _("In custody, stated"), "count"),
            Column("per_100_in_custody", _("Per 100 in custody"), "rate"),
        ),
        tuple(rows),
    )
