"""Cups that stand, in words: the label, whose by cell and initials, how much, and why one is not handed out."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from clinical.oat.round.cup_check import WORDS as FLAWS
from clinical.oat.round.cup_check import check, left_over
from clinical.oat.round.row import Row
from clinical.register.amount import mg_in
from clinical.register.product import Unit
from clinical.register.tray import Standing
from services.clinic.round.as_json import initials
from services.clinic.round.shown import RoundShown
from services.shared.formats import amount
from services.shared.languages import ngettext


@dataclass(frozen=True)
class StandingLine:
    """A cup that stands. ``flaw``: why it is not handed out; waits for its translation."""

    id: UUID
    label: str
    cell: str
    initials: str
    amount: str
    flaw: str


def left_standing(shown: RoundShown, session: str) -> tuple[StandingLine, ...]:
    """The cups that nobody of a round had."""
    found = left_over(shown.rows, shown.cups, session, shown.now.day)
    return tuple(standing_line(shown, one) for one in found)


def standing_line(shown: RoundShown, one: Standing) -> StandingLine:
    """A cup, for whom by cell and initials, and why it is not handed out."""
    row = row_of(shown, one)
    person = shown.persons.get(one.cup.poured.patient)
    checked = check(one, row) if row else None
    return StandingLine(
        one.cup.id,
        one.label,
        place(row) if row else "",
        initials(person.identity) if person else "–",
        f"{amount(mg_in(one.cup.left, one.product))} mg, {measured(one.cup.left, one.product.unit)}",
        FLAWS[checked.flaw] if checked and checked.flaw else "",
    )


def row_of(shown: RoundShown, one: Standing) -> Row | None:
    """The row that a cup stands at; None: nobody on the list is to have it."""
    return next((row for row in shown.rows if any(c.standing == one for c in shown.cups_of(row))), None)


def place(row: Row) -> str:
    """Wing and cell."""
    return " ".join(filter(None, (row.presence.wing, row.presence.cell)))


def measured(much: Decimal, unit: Unit) -> str:
    """Such as "6.5 mL", or "2 pieces"."""
    if unit is Unit.ML:
        return f"{amount(much)} mL"
    whole = int(much) if much == int(much) else 2
    return ngettext("%(count)s piece", "%(count)s pieces", abs(whole)) % {"count": amount(much)}
