"""The cups of a round, poured one after the other: all of them, or none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from clinical.register.amount import NOTHING
from clinical.register.cup import Cup, Poured, flaws
from clinical.register.cups import cups_for, pour
from clinical.register.entering import Entering
from clinical.register.errors import CupStands
from clinical.register.stock import held_issue


@dataclass(frozen=True)
class Pour:
    """One cup that is to be poured. ``id`` names it: the same one is poured once."""

    id: UUID
    poured: Poured


def pour_each(connection: Connection, entering: Entering, issue: UUID, wanted: Iterable[Pour]) -> list[Cup]:
    """Pour them in their order.

    Two who pour at once wait for one another, so nobody's dose stands in two cups.

    Raises CupStands, and what ``pour`` raises.
    """
    held_issue(connection, entering, issue)
    return [_pour(connection, entering, issue, one) for one in wanted]


def _pour(connection: Connection, entering: Entering, issue: UUID, wanted: Pour) -> Cup:
    known = cups_for(connection, wanted.poured.patient, wanted.poured.slot)
    others = (one for one in known if one.id != wanted.id and one.left > NOTHING)
    if any(not flaws(one, wanted.poured, entering.day) for one in others):
        raise CupStands
    return pour(connection, replace(entering, event=wanted.id), issue, wanted.poured)
