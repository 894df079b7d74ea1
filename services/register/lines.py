"""Lines of a book as a page, or the printed book, shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinical.register.entering import Line
from clinical.register.kind import CORRECTED, Kind
from clinical.register.product import Unit
from clinical.register.two_people import SOMEBODY
from services.register.naming import Names, measured
from services.register.words import KINDS, REASONS
from services.shared.formats import amount
from services.shared.languages import N_
from services.shared.languages import gettext as _

FROM_SITE, TO_SITE = N_("from %(site)s"), N_("to %(site)s")
TAKES_BACK, FOLLOWS = N_("undoes line %(number)d"), N_("in place of line %(number)d")
CONFIRMS = N_("confirms line %(number)d")
COUNTED = N_("%(amount)s were there")
ALONE = N_("alone on the shift")
NOBODY = N_("an account that is not kept any more")
SECOND = N_("and whoever signs second")
PLUS, MINUS = "+", "−"


@dataclass(frozen=True)
class LineRow:
    """A line, in words.

    Attributes:
        amount: with a sign where the book changed.
        remarks: what else is said of it, but for free text of people.
        texts: what people wrote: suppliers, invoices, names of sites.
        undone_by: the number of the line that says that this one counts no more.
        correctable: whether it is of a kind that is corrected.
    """

    number: int
    at: datetime
    what: str
    remarks: tuple[str, ...]
    texts: tuple[str, ...]
    lot: str
    container: str
    amount: str
    in_safe: str
    in_container: str
    balance: str
    signed: tuple[str, ...]
    alone: bool
    undone_by: int | None
    correctable: bool
    discrepancy: UUID | None


def line_rows(
    lines: Iterable[Line], names: Names, unit: Unit, undone: Mapping[int, int] | None = None
) -> tuple[LineRow, ...]:
    """The lines in words. ``undone``: the lines that count no more, and by which."""
    return tuple(_row(line, names, unit, undone or {}) for line in lines)


def _row(line: Line, names: Names, unit: Unit, undone: Mapping[int, int]) -> LineRow:
    issue = names.issues.get(line.issue) if line.issue else None
    return LineRow(
        line.number,
        line.happened_at,
        _(KINDS[line.kind]),
        tuple(_remarks(line, names, unit)),
        tuple(one for one in _texts(line) if one),
        names.batches[line.batch].lot,
        issue.container if issue else "",
        _amount(line),
        amount(line.in_safe),
        "" if line.in_container is None else amount(line.in_container),
        amount(line.balance),
        tuple(_people(line, names)),
        line.signed.single_handed,
        undone.get(line.number),
        line.kind in CORRECTED and line.number not in undone and line.discrepancy is None,
        line.discrepancy,
    )


def _amount(line: Line) -> str:
    if line.kind in (Kind.COUNT, Kind.CLOSE):
        return ""
    change = line.safe_change + line.container_change
    sign = PLUS if change > 0 else MINUS if change < 0 else ""
    return f"{sign}{amount(line.amount)}"


def _remarks(line: Line, names: Names, unit: Unit) -> Iterator[str]:
    if line.counted is not None:
        yield _(COUNTED) % {"amount": measured(line.counted, unit)}
    if line.takes_back is not None:
        yield _(TAKES_BACK) % {"number": line.takes_back}
    if line.follows is not None:
        words = CONFIRMS if line.kind is Kind.COUNT else FOLLOWS
        yield _(words) % {"number": line.follows}
    if line.reason:
        yield _(REASONS.get(line.reason, line.reason))
    if line.party and line.party in names.sites:
        words = FROM_SITE if line.kind is Kind.TRANSFER_IN else TO_SITE
        yield _(words) % {"site": names.sites[line.party]}


def _texts(line: Line) -> Iterator[str]:
    if not line.kind.startswith("transfer"):
        yield line.party or ""
    yield line.reference or ""


def _people(line: Line, names: Names) -> Iterator[str]:
    for one in (line.signed.first, line.signed.second):
        if one == SOMEBODY:
            yield _(SECOND)
        elif one is not None:
            yield names.people.get(one) or _(NOBODY)
