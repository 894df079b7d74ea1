"""The HIV cascade on the last day of the last whole year: the country, and prison beside community."""

from collections.abc import Iterator
from dataclasses import dataclass

from cascade.tables import Period
from services.ministry.drawing import COMMUNITY, COUNTRY, PRISON, Bar, Steps, steps
from services.ministry.numbers import ALL, Count, Numbers
from services.ministry.places import Stated, stated_size
from services.ministry.rules import is_provisional, share
from services.ministry.section import Absent, Cell, Column, Drawing, KeySentence, Section, Table
from services.ministry.words import (
    at_end,
    late_year_note,
    not_counted,
    out_of,
    share_cell,
    too_few_note,
    with_state,
)
from services.shared.formats import count, percent
from services.shared.languages import gettext as _

NAME = "hiv-cascade"
ORDER = 30
DIAGNOSED, ON_ART = "diagnosed", "on_art"
TESTED, SUPPRESSED = "viral_load_tested", "viral_suppression"
MEASURES = (DIAGNOSED, ON_ART, TESTED, SUPPRESSED)
SETTINGS = ("prison", "community")


@dataclass(frozen=True)
class Cascade:
    """The counts of one population on one day.

    ``on_art`` is with those whose diagnosis is not in the record; ``treated`` is those diagnosed who are on ART.
    ``tested`` and ``suppressed`` are out of those on ART for over six months, ``suppressed_of_tested`` out of those
    with a viral load.
    """

    diagnosed: int
    on_art: int
    without_diagnosis: int
    tested: Count
    suppressed_of_tested: Count
    suppressed: Count
    estimate: Stated | None = None

    @property
    def treated(self) -> Count:
        """Of those diagnosed, those on ART."""
        return Count(self.on_art - self.without_diagnosis, self.diagnosed)

    @property
    def known(self) -> Count | None:
        """Of the people estimated to live with HIV, those diagnosed; None without an estimate."""
        return None if self.estimate is None else Count(self.diagnosed, round(self.estimate.n))


def cascade(numbers: Numbers, year: Period, setting: str = ALL) -> Cascade | None:
    """The counts of the country or a setting; None if one of the measures is not counted."""
    by = "" if setting == ALL else "setting"

    def found(measure: str, figure: str) -> Count | None:
        return numbers.count(measure, figure, year, by=by, value=setting)

    counts = [
        found(DIAGNOSED, "diagnosed"),
        found(ON_ART, "on_art"),
        found(ON_ART, "without_diagnosis"),
        found(TESTED, "tested"),
        found(SUPPRESSED, "suppressed_of_tested"),
        found(SUPPRESSED, "suppressed_of_all"),
    ]
    diagnosed, on_art, without, tested, of_tested, of_all = counts
    if (
        diagnosed is None
        or on_art is None
        or without is None
        or tested is None
        or of_tested is None
        or of_all is None
    ):
        return None
    estimate = stated_size(numbers.view, "plhiv_estimate", year) if setting == ALL else None
    return Cascade(diagnosed.n, on_art.n, without.n, tested, of_tested, of_all, estimate)


def section(numbers: Numbers) -> Section:
    """The cascade of the country, of prison and of community."""
    years = numbers.view.shown.years
    country = cascade(numbers, years[-1]) if years else None
    if country is None:
        return _section(_("The HIV cascade is not counted yet."), "", _table(numbers, {}))
    year = years[-1]
    places = {setting: cascade(numbers, year, setting) for setting in SETTINGS}
    all_of_them = {ALL: country, **{name: one for name, one in places.items() if one is not None}}
    if not (country.diagnosed or country.on_art):
        headline = _("No one is recorded as diagnosed with HIV or on ART on %(day)s.") % {"day": at_end(year)}
        return _section(headline, at_end(year), _table(numbers, all_of_them), notes=_notes(country))
    late = is_provisional(year, numbers.view.period_end)
    return _section(
        _headline(country, at_end(year)),
        with_state(at_end(year), late=late),
        _table(numbers, all_of_them),
        drawing=_drawing(all_of_them, late=late),
        notes=(
            *_notes(country),
            *_placeless(all_of_them),
            *too_few_note(_shares(all_of_them)),
            *late_year_note(late=late),
        ),
        key=_key(country, at_end(year)),
    )


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(NAME, _("HIV cascade"), headline, period, table, MEASURES, **more)  # type: ignore[arg-type]


def _headline(country: Cascade, day: str) -> str:
    treated = _("On %(day)s, %(n)s people diagnosed with HIV were on ART.") % {
        "day": day,
        "n": out_of(country.treated),
    }
    tested = country.tested
    if not tested.of:
        return treated
    known = _(
        "Of %(of)s on ART for more than six months, %(tested)s had a viral load and %(n)s are known to be suppressed."
    )
    return f"{treated} {known % {'of': count(tested.of), 'tested': count(tested.n), 'n': count(country.suppressed.n)}}"


def _key(country: Cascade, day: str) -> KeySentence:
    treated = country.treated
    number = _("%(n)s of %(of)s") % {"n": count(treated.n), "of": count(treated.of or 0)}
    return KeySentence(number, _("people diagnosed with HIV were on ART on %(day)s") % {"day": day})


def _places() -> dict[str, str]:
    return {ALL: _("Country"), "prison": _("Prison"), "community": _("Community")}


def _drawing(places: dict[str, Cascade], *, late: bool) -> Drawing:
    says = _(
        "Bars of people living with HIV, diagnosed, on ART, with a viral load and suppressed: for the country, for prison"
        " and for the community. The table below has the same numbers."
    )
    colours = {ALL: COUNTRY, "prison": PRISON, "community": COMMUNITY}
    panels = {
        name: Steps(_places()[name], tuple(_bars(one)), colours[name], provisional=late)
        for name, one in places.items()
    }
    settings = [panel for name, panel in panels.items() if name != ALL]
    rows = [[panels[ALL]], *([settings] if settings else [])]
    return Drawing(steps(rows, narrow=False), steps(rows, narrow=True), says)


def _bars(one: Cascade) -> Iterator[Bar]:
    estimate, treated = one.estimate, one.treated
    if estimate is not None:
        yield Bar(
            _("Living with HIV, an estimate"),
            estimate.n,
            count(round(estimate.n)),
            words=_bounds(estimate),
            estimate=True,
            bounds=None if estimate.low is None or estimate.high is None else (estimate.low, estimate.high),
        )
    yield Bar(_("Diagnosed"), one.diagnosed, count(one.diagnosed), words=_known(one), lost=_untreated(one))
    yield Bar(
        _("On ART"), treated.n, count(treated.n), words=_treated(one), joined=True, lost=_undiagnosed(one)
    )
    yield from _viral_load(one)


def _viral_load(one: Cascade) -> Iterator[Bar]:
    on_art = one.tested.of or 0
    yield Bar(
        _("On ART for over six months"),
        on_art,
        count(on_art),
        lost=_some(_("%(n)s untested, so not known"), on_art - one.tested.n),
        heading=_("Viral load, out of other people"),
    )
    yield Bar(
        _("Viral load tested"),
        one.tested.n,
        count(one.tested.n),
        words=_share(_("%(share)s of those on ART that long"), one.tested),
        lost=_some(_("%(n)s not known to be suppressed"), one.tested.n - one.suppressed.n),
        joined=True,
    )
    words = (
        _share(_("%(share)s of those tested"), one.suppressed_of_tested),
        _share(_("%(share)s of those on ART that long"), one.suppressed),
    )
    yield Bar(
        _("Suppressed, < 1000 copies/mL"),
        one.suppressed.n,
        count(one.suppressed.n),
        words="; ".join(word for word in words if word),
        joined=True,
    )


def _some(words: str, n: int) -> str:
    return words % {"n": count(n)} if n > 0 else ""


def _share(words: str, some: Count | None) -> str:
    part = share(some)
    return "" if part is None else words % {"share": percent(part)}


def _bounds(estimate: Stated) -> str:
    if estimate.low is None or estimate.high is None:
        return _("bounds not stated")
    return _("between %(low)s and %(high)s") % {
        "low": count(round(estimate.low)),
        "high": count(round(estimate.high)),
    }


def _known(one: Cascade) -> str:
    return _share(_("%(share)s of people living with HIV"), one.known)


def _treated(one: Cascade) -> str:
    of_all = None if one.estimate is None else Count(one.treated.n, round(one.estimate.n))
    words = (
        _share(_("%(share)s of diagnosed"), one.treated),
        _share(_("%(share)s of people living with HIV"), of_all),
    )
    return "; ".join(word for word in words if word)


def _untreated(one: Cascade) -> str:
    return _some(_("%(n)s not on ART"), one.diagnosed - one.treated.n)


def _undiagnosed(one: Cascade) -> str:
    return _some(_("and %(n)s on ART without a diagnosis in the record"), one.without_diagnosis)


def _shares(places: dict[str, Cascade]) -> list[Count]:
    return [
        count_
        for one in places.values()
        for count_ in (one.treated, one.tested, one.suppressed_of_tested, one.suppressed)
    ]


def _notes(country: Cascade) -> tuple[str, ...]:
    first = (
        _("The first 95 is not computable: no estimate of people living with HIV is stated for the country.")
        if country.estimate is None
        else _("The estimate is stated, not counted; its source: %(source)s.")
        % {"source": country.estimate.source or _("not said")}
    )
    return (
        first,
        _(
            "For prison and for the community the first 95 is not computable: nobody estimates how many live with HIV there."
        ),
        _("Who has no viral load is not known to be suppressed and not known to be unsuppressed."),
    )


def _placeless(places: dict[str, Cascade]) -> tuple[str, ...]:
    placed = sum(one.diagnosed for name, one in places.items() if name != ALL)
    left = places[ALL].diagnosed - placed
    return (
        (_("%(n)s diagnosed, whose place is not known, only in the country.") % {"n": count(left)},)
        if left
        else ()
    )


def _table(numbers: Numbers, places: dict[str, Cascade]) -> Table:
    names = _places()
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
"""The other readings of the same steps, which other bodies ask for."""


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
