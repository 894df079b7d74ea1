"""The register as a book of paper: numbered lines, page k of n."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.register.lines import LineRow
from services.shared.formats import day, moments_in
from services.shared.languages import N_, current_language, gettext
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parent / "sheets" / "register.typ"

WORDS = {
    "title": N_("Register of controlled medicines"),
    "carried": N_("Carried forward"),
    "nothing": N_("Nothing was entered in this time."),
    "alone": N_("alone on the shift"),
    "undone": N_("undone by line"),
}
COLUMNS = (
    N_("Line"),
    N_("When"),
    N_("What"),
    N_("Lot"),
    N_("Container"),
    N_("Amount"),
    N_("In the safe"),
    N_("In the container"),
    N_("Balance"),
    N_("Signed by"),
)


@dataclass(frozen=True)
class Printed:
    """What is printed: the lines that were written on some days, and the balance before them."""

    site: str
    product: str
    before: str
    rows: tuple[LineRow, ...]
    first: date
    last: date
    zone: ZoneInfo


def register_sheet(printed: Printed) -> bytes:
    """The sheet as PDF, in the language of the request."""
    return pdf(TEMPLATE, _values(printed))


def _values(printed: Printed) -> dict[str, Any]:
    locale = current_language().locale
    return {
        "lang": locale.language,
        "rtl": locale.text_direction == "rtl",
        "site": printed.site,
        "product": printed.product,
        "period": f"{day(printed.first)} – {day(printed.last)}",
        "before": printed.before,
        "columns": [gettext(one) for one in COLUMNS],
        "rows": [_row(one, printed.zone) for one in printed.rows],
        "words": {name: gettext(words) for name, words in WORDS.items()},
    }


def _row(one: LineRow, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "number": one.number,
        "when": moments_in(zone)(one.at),
        "what": one.what,
        "remarks": ", ".join([*one.remarks, *one.texts]),
        "undone": one.undone_by,
        "lot": one.lot,
        "container": one.container,
        "amount": one.amount,
        "safe": one.in_safe,
        "in-container": one.in_container,
        "balance": one.balance,
        "signed": list(one.signed),
        "alone": one.alone,
    }
