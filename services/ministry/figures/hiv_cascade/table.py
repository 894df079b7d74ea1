"""The cascade as a table, with the other readings of its steps, which other bodies ask for."""

from collections.abc import Iterator

from services.ministry.by_setting import place_names
from services.ministry.figures.hiv_cascade.counts import DIAGNOSED, ON_ART, SUPPRESSED, Cascade
from services.ministry.numbers import ALL, Numbers
from services.ministry.section import Absent, Cell, Column, Table
from services.ministry.words import not_counted, share_cell
from services.shared.languages import gettext as _


def cascade_table(numbers: Numbers, places: dict[str, Cascade]) -> Table:
    """A row for each step, a column for each place."""
    names = place_names()
    columns = (
        Column("step", _("Step")),
        *(Column(name, names[name], "count") for name in places),
        *(
            Column(f"{name}_share", _("%(place)s, share") % {"place": names[name]}, "share")
            for name in places
        ),
    )
    rows = _rows(places) if places else ()
    return Table(_("HIV cascade, by setting"), columns, (*rows, *_profiles(numbers, places)))


def _no_estimate() -> Absent:
    return Absent(_("no estimate"))


def _rows(places: dict[str, Cascade]) -> Iterator[tuple[Cell, ...]]:
    every = places.values()
    estimates: list[Cell] = [
        _no_estimate() if one.estimate is None else round(one.estimate.n) for one in every
    ]
    yield (_("Living with HIV, an estimate"), *estimates, *("" for _one in every))
    yield (
        _("Diagnosed, of those living with HIV"),
        *(one.diagnosed for one in every),
        *(_no_estimate() if one.known is None else share_cell(one.known) for one in every),
    )
    yield (
        _("On ART, of those diagnosed"),
        *(one.treated.n for one in every),
        *(share_cell(one.treated) for one in every),
    )
    yield (
        _("On ART without a diagnosis in the record"),
        *(one.without_diagnosis for one in every),
        *("" for _one in every),
    )
    yield (
        _("On ART for over six months"),
        *(one.tested.of or 0 for one in every),
        *("" for _one in every),
    )
    yield (
        _("Viral load tested, of those on ART for over six months"),
        *(one.tested.n for one in every),
        *(share_cell(one.tested) for one in every),
    )
    yield (
        _("Suppressed, of those tested"),
        *(one.suppressed_of_tested.n for one in every),
        *(share_cell(one.suppressed_of_tested) for one in every),
    )
    yield (
        _("Suppressed, of those on ART for over six months"),
        *(one.suppressed.n for one in every),
        *(share_cell(one.suppressed) for one in every),
    )


OTHER_PROFILES = (
    (DIAGNOSED, "lost_removed", "diagnosed"),
    (ON_ART, "late_90", "on_art"),
    (SUPPRESSED, "at_most_1000", "suppressed_of_tested"),
    (SUPPRESSED, "below_200", "suppressed_of_tested"),
)
"""Measure, profile and figure of each."""


def _profiles(numbers: Numbers, places: dict[str, Cascade]) -> Iterator[tuple[Cell, ...]]:
    if not places:
        return
    year = numbers.view.shown.years[-1]
    labels = {
        "lost_removed": _("Diagnosed, without those in no care for 365 days"),
        "late_90": _("On ART, late by up to 90 days, with those without a diagnosis"),
        "at_most_1000": _("Suppressed, 1000 copies/mL or less, of those tested"),
        "below_200": _("Suppressed, below 200 copies/mL, of those tested"),
    }
    for measure, profile, figure in OTHER_PROFILES:
        found = [
            numbers.count(
                measure, figure, year, by="" if name == ALL else "setting", value=name, profile=profile
            )
            for name in places
        ]
        counts: list[Cell] = [not_counted() if one is None else one.n for one in found]
        shares: list[Cell] = ["" if one is None or one.of is None else share_cell(one) for one in found]
        yield (labels[profile], *counts, *shares)
