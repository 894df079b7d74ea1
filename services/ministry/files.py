"""The numbers of the page as files for a spreadsheet. Every file says in its first line how it may be handled."""

import csv
import io
from collections.abc import Iterable, Iterator

from cascade.confidential_view import ConfidentialView
from cascade.cube import COLUMNS
from services.ministry.places import places
from services.ministry.rules import is_provisional
from services.ministry.section import Absent, Cell, Section, Table
from services.shared.languages import gettext as _

# A spreadsheet takes a text that begins with one of these for a formula, and a name is a record's own text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Without this mark a spreadsheet reads č and ž as something else.
BYTE_ORDER_MARK = "\ufeff"
ROUNDED = 4


def handling(*, demo: bool) -> str:
    """How a page or file with full counts may be handled."""
    confidential = _("Confidential, full counts, not for publication")
    return f"{confidential}. {_('DEMO: every person and number here is invented')}" if demo else confidential


def section_csv(section: Section, *, demo: bool) -> str:
    """The tables of one figure, one below the other. Columns keep their English names, because programs read them."""
    return _written(demo, (line for table in (section.table, *section.more_tables) for line in _lines(table)))


def everything_csv(view: ConfidentialView, *, demo: bool) -> str:
    """Every figure of every measure, profile, period and cut of the fixed plan, one in a line."""
    return _written(demo, _cube_lines(view))


def _written(demo: bool, lines: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    written.write(f"{BYTE_ORDER_MARK}# {handling(demo=demo)}\n")
    csv.writer(written, lineterminator="\n").writerows(lines)
    return written.getvalue()


def _lines(table: Table) -> Iterator[list[object]]:
    yield [f"# {table.caption}"]
    yield [column.name for column in table.columns]
    yield from ([_value(cell) for cell in row] for row in table.rows)


def _value(cell: Cell) -> object:
    if isinstance(cell, Absent):
        # A word in place of a number: what is not reported, not stated or withheld must not be read as 0.
        return str(cell)
    if isinstance(cell, str):
        return _as_text(cell)
    return round(cell, ROUNDED) if isinstance(cell, float) else cell


def _as_text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cube_lines(view: ConfidentialView) -> Iterator[list[object]]:
    names = {place.key: place.name for place in places(view)}
    late = {
        period.last: is_provisional(period, view.period_end)
        for period in (*view.shown.years, *view.shown.quarters)
    }
    yield [*COLUMNS, "facility", "provisional"]
    counted = view.figures.astype({"numerator": "Int64", "denominator": "Int64"})
    frame = counted.astype(object).where(counted.notna(), "")
    for row in frame[list(COLUMNS)].to_dict("records"):
        facility = names.get(row["facility_key"], "")
        yield [*row.values(), _as_text(facility), "provisional" if late[row["last"]] else ""]
