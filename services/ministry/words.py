"""Phrases that several figures use, in the language of the request."""

from collections.abc import Iterable

from cascade.tables import UNKNOWN_FACILITY, Period
from services.ministry.numbers import Count
from services.ministry.rules import LEAST_DENOMINATOR, share
from services.ministry.section import Absent, Cell
from services.shared.formats import count, day, percent, quarter, rate
from services.shared.languages import gettext as _
from services.shared.languages import ngettext


def out_of(some: Count) -> str:
    """Such as "34 of 41 (83%)"; without the share where so few are the denominator."""
    assert some.of is not None, "a count without a denominator"
    part = share(some)
    numbers = {"n": count(some.n), "of": count(some.of), "share": "" if part is None else percent(part)}
    return (_("%(n)s of %(of)s") if part is None else _("%(n)s of %(of)s (%(share)s)")) % numbers


def per_100(some: Count) -> str | None:
    """Such as "9.4"; None where so few are the denominator."""
    part = share(some)
    return None if part is None else rate(100 * part)


def share_cell(some: Count | None) -> Cell:
    """A share for a table, or why there is none."""
    if some is None:
        return not_counted()
    part = share(some)
    return too_few(some) if part is None else part


def too_few(some: Count) -> Absent:
    """Why a share is not shown."""
    if not some.of:
        return Absent(_("nobody"))
    return Absent(_("below %(least)s") % {"least": count(LEAST_DENOMINATOR)})


def not_counted() -> Absent:
    """What a cell says of a measure that this version does not have."""
    return Absent(_("not counted"))


def too_few_note(counts: Iterable[Count | None]) -> tuple[str, ...]:
    """The sentence that says why some shares are missing; none if none is."""
    if all(one is None or one.of is None or share(one) is not None for one in counts):
        return ()
    return (
        _(
            "No percentage is shown where it would be out of fewer than %(least)s: one more or less would move it too far."
        )
        % {"least": count(LEAST_DENOMINATOR)},
    )


def provisional() -> str:
    """The word on figures and in tables."""
    return _("provisional")


def provisional_note() -> str:
    """Why the last quarters are hatched."""
    return _(
        "The last two quarters are provisional, hatched on shaded ground: some of their records are still to come in."
    )


def late_year_note(*, late: bool) -> tuple[str, ...]:
    """Why a year is hatched; nothing if it is not."""
    return (
        (_("The year is provisional and hatched: some of its records are still to come in."),) if late else ()
    )


def in_year(period: Period) -> str:
    """The period of a flow, such as "2025"."""
    return str(period.first.year)


def with_state(period: str, *, late: bool) -> str:
    """A period for a heading, such as "2025, provisional"."""
    return f"{period}, {provisional()}" if late else period


def at_end(period: Period) -> str:
    """The day of a stock, such as "31 December 2025"."""
    return day(period.last)


def quarters_between(first: Period, last: Period) -> str:
    """Such as "Q1 2025 to Q3 2026"."""
    return _("%(first)s to %(last)s") % {"first": quarter(first.last), "last": quarter(last.last)}


def facility_name(key: str, name: str | None) -> str:
    """How a facility is named: as the record names it, else as what is known of it."""
    if key == UNKNOWN_FACILITY:
        return _("Place not recorded")
    return name or f"{_('Facility')} {key[:KEY_LETTERS]}"


KEY_LETTERS = 4


def people(number: int) -> str:
    """Such as "1 person" or "12 people"."""
    return ngettext("%(n)s person", "%(n)s people", number) % {"n": count(number)}
