"""The counts as a file for a spreadsheet."""

import csv
import io

from services.ministry.page import Cell
from services.shared.languages import gettext as _

COLUMNS = ("month", "facility", "people")
# A spreadsheet takes a text that begins with one of these for a formula, and a name is a record's own text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Without this mark a spreadsheet reads č and ž as something else.
BYTE_ORDER_MARK = "\ufeff"


def people_given_oat_csv(cells: tuple[Cell, ...], *, demo: bool) -> str:
    """One line per month and facility, below a line that says how confidential the file is.

    The columns keep their English names in every language: programs read them.
    """
    written = io.StringIO()
    written.write(f"{BYTE_ORDER_MARK}# {handling(demo=demo)}\n")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows(
        (cell.month.strftime("%Y-%m") if cell.month else "", _as_text(cell.facility.name), cell.people)
        for cell in cells
    )
    return written.getvalue()


def handling(*, demo: bool) -> str:
    """How a file with full counts may be handled."""
    confidential = _("CONFIDENTIAL: full counts, not for publication")
    return f"{_('DEMO: every person and number here is invented')}; {confidential}" if demo else confidential


def _as_text(name: str) -> str:
    return f"'{name}" if name.startswith(FORMULA_STARTS) else name
