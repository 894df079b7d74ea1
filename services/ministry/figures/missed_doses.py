"""Missed doses of opioid agonist treatment per 100 due days, by whose reason it was."""

from dataclasses import dataclass

from cascade.tables import Period
from services.ministry.drawing.columns import Columns, Series, columns
from services.ministry.drawing.palette import INSTITUTION, OTHER, PATIENT, QUIET
from services.ministry.numbers import ALL, Count, Numbers
from services.ministry.places import places
from services.ministry.rules import is_provisional, share
from services.ministry.section import Cell, Column, Drawing, KeySentence, Section, Table
from services.ministry.words import (
    per_100,
    provisional,
    provisional_note,
    quarters_between,
    too_few,
    too_few_note,
)
from services.shared.formats import quarter
from services.shared.languages import gettext as _

NAME = "missed-doses"
ORDER = 60
MEASURE = "missed_doses"
REASONS = ("missed_institution", "missed_patient", "missed_other", "not_recorded")
SETTINGS = ("prison", "community")


@dataclass(frozen=True)
class Due:
    """What became of the due days of a setting or facility in a quarter; each count is out of all due days."""

    period: Period
    reasons: dict[str, Count]
    missed: Count


def due(numbers: Numbers, period: Period, *, by: str = "setting", value: str = ALL) -> Due | None:
    """Due days by reason; None if they are not counted."""
    by = "" if value == ALL else by
    found = {name: numbers.count(MEASURE, name, period, by=by, value=value) for name in (*REASONS, "missed")}
    counts = {name: one for name, one in found.items() if one is not None}
    if len(counts) < len(found):
        return None
    return Due(period, {name: counts[name] for name in REASONS}, counts["missed"])


def by_setting(numbers: Numbers) -> dict[str, tuple[Due, ...]]:
    """Every quarter, in prison and in the community."""
    return {
        setting: tuple(
            one
            for period in numbers.view.shown.quarters
            if (one := due(numbers, period, value=setting)) is not None
        )
        for setting in SETTINGS
    }


def section(numbers: Numbers) -> Section:
    """Every quarter shown, prison beside community."""
    found = by_setting(numbers)
    if not all(found.values()):
        return _section(_("Missed doses are not counted yet."), "", _table(numbers, {}))
    every = [one for quarters in found.values() for one in quarters]
    period = quarters_between(every[0].period, every[-1].period)
    if not any(one.missed.of for one in every):
        return _section(
            _("No day is recorded on which a dose of OAT was due."), period, _table(numbers, found)
        )
    return _section(
        _headline(found),
        period,
        _table(numbers, found),
        drawing=_drawing(numbers, found),
        notes=(
            _(
                "The number in bold is what was missed. Hollow, and after the +: what nobody recorded, neither given nor missed."
            ),
            _("A day suspended because of missed doses stays due."),
            provisional_note(),
            *too_few_note(one.missed for one in every if one.missed.of),
        ),
        key=_key(found["prison"][-1]),
        more_tables=(_by_facility(numbers),),
    )


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(NAME, _("Missed doses of OAT"), headline, period, table, (MEASURE,), **more)  # type: ignore[arg-type]


def _headline(found: dict[str, tuple[Due, ...]]) -> str:
    prison, community = (found[setting][-1] for setting in SETTINGS)
    said = {
        "quarter": quarter(prison.period.last),
        "prison": per_100(prison.missed),
        "community": per_100(community.missed),
        "institution": per_100(prison.reasons["missed_institution"]),
    }
    if said["prison"] is None:
        return _("In %(quarter)s too few doses were due in prison for a number per 100.") % said
    here = (
        _(
            "In %(quarter)s, %(prison)s doses were missed for each 100 due days in prison, %(institution)s of them because of"
            " the institution."
        )
        % said
    )
    there = "" if said["community"] is None else _("In the community: %(community)s.") % said
    return f"{here} {there}".strip()


def _key(prison: Due) -> KeySentence | None:
    rate, period = per_100(prison.missed), quarter(prison.period.last)
    if rate is None:
        return None
    return KeySentence(
        rate, _("OAT doses missed for each 100 due days in prison, %(quarter)s") % {"quarter": period}
    )


def _names() -> dict[str, str]:
    return {
        "missed_institution": _("Institution's reason"),
        "missed_patient": _("Patient's reason"),
        "missed_other": _("Other or no reason"),
        "not_recorded": _("Not recorded"),
    }


COLOURS = {
    "missed_institution": INSTITUTION,
    "missed_patient": PATIENT,
    "missed_other": OTHER,
    "not_recorded": QUIET,
}


def _drawing(numbers: Numbers, found: dict[str, tuple[Due, ...]]) -> Drawing:
    names = _names()
    shown = [
        name
        for name in REASONS
        if any(one.reasons[name].n for quarters in found.values() for one in quarters)
    ]
    titles = {
        "prison": _("Prison, per 100 due days"),
        "community": _("Community, per 100 due days"),
    }
    panels = tuple(
        Columns(
            titles[setting],
            tuple(
                Series(
                    names[name],
                    tuple(_per_100(one.reasons[name]) for one in quarters),
                    COLOURS[name],
                    hollow=name == "not_recorded",
                )
                for name in shown
            ),
            tuple(_above(one) for one in quarters),
            tuple(_above_hollow(one) for one in quarters),
            of_filled=True,
        )
        for setting, quarters in found.items()
    )
    periods = [one.period for one in found["prison"]]
    ticks = tuple(quarter(one.last) for one in periods)
    late = tuple(is_provisional(one, numbers.view.period_end) for one in periods)
    wide, narrow = (
        columns(panels, ticks, late, narrow=narrow, provisional_word=provisional())
        for narrow in (False, True)
    )
    says = _(
        "Columns of missed doses by reason for each quarter, in prison and in the community. The table below has the same numbers."
    )
    return Drawing(wide, narrow, says)


def _per_100(some: Count) -> float | None:
    part = share(some)
    return None if part is None else 100 * part


def _above(one: Due) -> str:
    return per_100(one.missed) or ""


def _above_hollow(one: Due) -> str:
    unknown = per_100(one.reasons["not_recorded"])
    return "" if unknown is None else f"+{unknown}"


def _columns() -> tuple[Column, ...]:
    names = _names()
    return (
        Column("due_days", _("Due days"), "count"),
        Column("missed", _("Missed"), "count"),
        Column("missed_per_100", _("Missed per 100"), "rate"),
        *(
            column
            for name in REASONS
            for column in (
                Column(name, names[name], "count"),
                Column(f"{name}_per_100", _("per 100"), "rate"),
            )
        ),
    )


def _cells(one: Due) -> tuple[Cell, ...]:
    cells: list[Cell] = [one.missed.of or 0, one.missed.n, _rate_cell(one.missed)]
    for name in REASONS:
        cells += [one.reasons[name].n, _rate_cell(one.reasons[name])]
    return tuple(cells)


def _rate_cell(some: Count) -> Cell:
    part = share(some)
    return too_few(some) if part is None else 100 * part


def _table(numbers: Numbers, found: dict[str, tuple[Due, ...]]) -> Table:
    places_ = {"prison": _("Prison"), "community": _("Community")}
    rows = tuple(
        (
            quarter(one.period.last),
            places_[setting],
            *_cells(one),
            provisional() if is_provisional(one.period, numbers.view.period_end) else "",
        )
        for setting, quarters in found.items()
        for one in reversed(quarters)
    )
    return Table(
        _("Missed doses by quarter and setting"),
        (
            Column("quarter", _("Quarter")),
            Column("setting", _("Setting")),
            *_columns(),
            Column("state", _("State")),
        ),
        rows,
    )


def _by_facility(numbers: Numbers) -> Table:
    """One row for each facility where a dose was due, by name."""
    period = numbers.view.shown.quarters[-1]
    rows = []
    for place in places(numbers.view):
        found = due(numbers, period, by="facility_key", value=place.key)
        if found is not None and found.missed.of:
            rows.append((place.name, *_cells(found)))
    return Table(
        _("By facility, %(quarter)s") % {"quarter": quarter(period.last)},
        (Column("facility", _("Facility"), "name"), *_columns()),
        tuple(rows),
    )
