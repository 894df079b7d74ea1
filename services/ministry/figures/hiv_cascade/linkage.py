"""New diagnoses of a year, and how soon these people were on ART: what leads from one bar of the cascade to the next."""

from collections.abc import Iterator

from cascade.tables import Period
from services.ministry.by_setting import Line, by_setting_table
from services.ministry.numbers import Count, Numbers
from services.ministry.section import Aside, Table
from services.ministry.words import in_year, out_of
from services.shared.formats import count
from services.shared.languages import gettext as _

NEW, LINKED = "new_diagnoses", "linked"
WINDOWS = ("within_7", "within_30", "within_90")


def linkage(numbers: Numbers, year: Period) -> dict[str, Count]:
    """By window, those on ART out of the newly diagnosed whose 90 days are complete; nothing if they are not counted."""
    found = {name: numbers.count(LINKED, name, year) for name in (*WINDOWS, "not_linked")}
    return {name: one for name, one in found.items() if one is not None}


def linkage_asides(numbers: Numbers, year: Period) -> tuple[Aside, ...]:
    """The new diagnoses, and below them linkage; none if they are not counted."""
    new = numbers.count(NEW, "new", year)
    if new is None:
        return ()
    title = _("New diagnoses in %(year)s, and how soon on ART") % {"year": in_year(year)}
    return (Aside(title, (*_new(numbers, new, year), *_windows(numbers, year))),)


def _new(numbers: Numbers, new: Count, year: Period) -> Iterator[tuple[str, str]]:
    yield (_("Newly diagnosed"), count(new.n) if new.n else _("nobody"))
    if new.n:
        inside = Line("", NEW, "new").count(numbers, year, "prison") or Count(0)
        yield (_("of them in prison"), count(inside.n))


def _windows(numbers: Numbers, year: Period) -> Iterator[tuple[str, str]]:
    found = linkage(numbers, year)
    if not found or not found["within_7"].of:
        return
    titles = {
        "within_7": _("On ART within 7 days"),
        "within_30": _("On ART within 30 days"),
        "within_90": _("On ART within 90 days"),
    }
    yield from ((titles[name], out_of(found[name])) for name in WINDOWS)
    yield (_("Not on ART within 90 days"), count(found["not_linked"].n))
    waiting = numbers.count(LINKED, "window_open", year)
    if waiting and waiting.n:
        yield (_("90 days not complete"), count(waiting.n))


def linkage_tables(numbers: Numbers, year: Period) -> tuple[Table, ...]:
    """Every figure of both, by the setting of who recorded the diagnosis; none if they are not counted."""
    if numbers.count(NEW, "new", year) is None:
        return ()
    lines = (
        Line(_("Newly diagnosed, not known to have been abroad"), NEW, "new"),
        Line(_("Newly diagnosed, where is not said"), NEW, "unknown_place"),
        Line(_("First diagnosed abroad"), NEW, "abroad"),
        Line(_("Newly diagnosed, followed for 90 days"), LINKED, "within_7", of=True),
        Line(_("On ART within 7 days, of those followed"), LINKED, "within_7"),
        Line(_("On ART within 30 days, of those followed"), LINKED, "within_30"),
        Line(_("On ART within 90 days, of those followed"), LINKED, "within_90"),
        Line(_("Not on ART within 90 days, of those followed"), LINKED, "not_linked"),
        Line(_("Died first, of those followed"), LINKED, "died_first"),
        Line(_("Left the country first, of those followed"), LINKED, "left_first"),
        Line(_("On ART before the diagnosis"), LINKED, "art_before"),
        Line(_("Day of diagnosis not known"), LINKED, "day_unknown"),
        Line(_("90 days not complete"), LINKED, "window_open"),
    )
    caption = _("New diagnoses of HIV and linkage to ART, %(year)s") % {"year": in_year(year)}
    return (by_setting_table(numbers, caption, year, lines),)
