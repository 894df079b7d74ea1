"""Figures of one year as a table: a line for each, the country and its settings beside one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cascade.placing import UNKNOWN
from cascade.tables import Period
from services.ministry.numbers import ALL, Count, Numbers
from services.ministry.section import Cell, Column, Table
from services.ministry.words import not_counted, share_cell
from services.shared.languages import gettext as _

SETTINGS = ("prison", "community")


@dataclass(frozen=True)
class Line:
    """A figure of a measure; ``of``: those that it is out of, in its place."""

    title: str
    measure: str
    figure: str
    of: bool = False

    def count(self, numbers: Numbers, year: Period, setting: str = ALL) -> Count | None:
        """In the country or a setting; None if it is not counted."""
        by = "" if setting == ALL else "setting"
        found = numbers.count(self.measure, self.figure, year, by=by, value=setting)
        return Count(found.of or 0) if found is not None and self.of else found


def place_names() -> dict[str, str]:
    """The country and its settings, as a reader calls them."""
    return {
        ALL: _("Country"),
        "prison": _("Prison"),
        "community": _("Community"),
        UNKNOWN: _("Place not known"),
    }


def by_setting_table(numbers: Numbers, caption: str, year: Period, lines: Sequence[Line]) -> Table:
    """The lines as rows; those whose place is not known get a column if there are any."""
    names = place_names()
    placeless = any((found := line.count(numbers, year, UNKNOWN)) and found.n for line in lines)
    settings = [ALL, *SETTINGS, *([UNKNOWN] if placeless else [])]
    columns = (
        Column("line", _("Counted")),
        *(Column(name, names[name], "count") for name in settings),
        *(
            Column(f"{name}_share", _("%(place)s, share") % {"place": names[name]}, "share")
            for name in settings
        ),
    )
    rows = tuple(
        tuple(_cells(line, [line.count(numbers, year, name) for name in settings])) for line in lines
    )
    return Table(caption, columns, rows)


def _cells(line: Line, counts: Sequence[Count | None]) -> Iterator[Cell]:
    yield line.title
    yield from (not_counted() if one is None else one.n for one in counts)
    yield from ("" if one is None or one.of is None else share_cell(one) for one in counts)
