"""The HIV cascade on the last day of the last whole year: the country, and prison beside community."""

from services.ministry.by_setting import SETTINGS
from services.ministry.figures.hiv_cascade.bars import cascade_drawing
from services.ministry.figures.hiv_cascade.counts import (
    DIAGNOSED,
    ON_ART,
    SUPPRESSED,
    TESTED,
    Cascade,
    cascade,
)
from services.ministry.figures.hiv_cascade.linkage import LINKED, NEW, linkage, linkage_asides, linkage_tables
from services.ministry.figures.hiv_cascade.table import cascade_table
from services.ministry.numbers import ALL, Count, Numbers
from services.ministry.places import Stated
from services.ministry.rules import is_provisional
from services.ministry.section import KeySentence, Section, Table
from services.ministry.words import at_end, late_year_note, out_of, too_few_note, with_state
from services.shared.formats import count
from services.shared.languages import gettext as _

NAME = "hiv-cascade"
ORDER = 30
MEASURES = (DIAGNOSED, NEW, LINKED, ON_ART, TESTED, SUPPRESSED)


def section(numbers: Numbers) -> Section:
    """The cascade of the country, of prison and of community."""
    years = numbers.view.shown.years
    country = cascade(numbers, years[-1]) if years else None
    if country is None:
        return _section(_("The HIV cascade is not counted yet."), "", cascade_table(numbers, {}))
    year = years[-1]
    places = {setting: cascade(numbers, year, setting) for setting in SETTINGS}
    all_of_them = {ALL: country, **{name: one for name, one in places.items() if one is not None}}
    if not (country.diagnosed or country.on_art):
        headline = _("No one is recorded as diagnosed with HIV or on ART on %(day)s.") % {"day": at_end(year)}
        return _section(
            headline,
            at_end(year),
            cascade_table(numbers, all_of_them),
            notes=_notes(country),
            asides=linkage_asides(numbers, year),
            more_tables=linkage_tables(numbers, year),
        )
    late = is_provisional(year, numbers.view.period_end)
    return _section(
        _headline(country, at_end(year)),
        with_state(at_end(year), late=late),
        cascade_table(numbers, all_of_them),
        drawing=cascade_drawing(all_of_them, late=late),
        notes=(
            *_notes(country),
            *_placeless(all_of_them),
            *too_few_note(
                (*_shares(all_of_them), *(one for one in linkage(numbers, year).values() if one.of))
            ),
            *late_year_note(late=late),
        ),
        key=_key(country, at_end(year)),
        asides=linkage_asides(numbers, year),
        more_tables=linkage_tables(numbers, year),
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


def _shares(places: dict[str, Cascade]) -> list[Count]:
    return [
        count_
        for one in places.values()
        for count_ in (one.treated, one.tested, one.suppressed_of_tested, one.suppressed)
    ]


def _notes(country: Cascade) -> tuple[str, ...]:
    first = _about_the_estimate(country.estimate)
    return (
        first,
        _(
            "For prison and for the community the first 95 is not computable: nobody estimates how many live with HIV there."
        ),
        _("Who has no viral load is not known to be suppressed and not known to be unsuppressed."),
    )


def _about_the_estimate(estimate: Stated | None) -> str:
    if estimate is None:
        return _(
            "The first 95 is not computable: no estimate of people living with HIV is stated for the country."
        )
    if estimate.source is None:
        return _("The estimate is stated, not counted, and the records do not say who made it.")
    return _("The estimate is stated, not counted; its source: %(source)s.") % {"source": estimate.source}


def _placeless(places: dict[str, Cascade]) -> tuple[str, ...]:
    placed = sum(one.diagnosed for name, one in places.items() if name != ALL)
    left = places[ALL].diagnosed - placed
    return (
        (_("%(n)s diagnosed, whose place is not known, only in the country.") % {"n": count(left)},)
        if left
        else ()
    )
