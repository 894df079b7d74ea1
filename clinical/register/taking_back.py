"""A recorded dose that is taken back: Remove, if it was not given and the stock returns; Spill, if it is gone.

A re-dose is neither: it is drawn anew, and the first dose stays (``draw``).
"""

from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.correction import CorrectionReason
from clinical.register.discrepancy import opened_by, opened_if_container_is_off
from clinical.register.entering import Entered, Entering, Line
from clinical.register.errors import NotTakenBack, NotThere
from clinical.register.investigation import note_taken_back
from clinical.register.kind import DOSES, Change, Kind
from clinical.register.ledger import Entry, hold, is_taken_back, lines_of, write
from clinical.register.spill import SpillReason
from clinical.register.stock import issue_with
from clinical.register.two_people import signed_as_given

# The book of its line, if it has one: a dose of which nobody knew the strength may stand in another one than it waited in.
BOOK_OF = text("""
SELECT coalesce((SELECT min(l.book::text)::uuid FROM clinical.register_line l WHERE l.event = d.event), d.book)
FROM clinical.register_dose d WHERE d.event = :event
""")


def remove(connection: Connection, entering: Entering, dose: UUID) -> Entered:
    """The dose of this event was not given, or not spilled: its amount is back where it was. Raises NotThere, NotTakenBack."""
    return _take_back(connection, entering, dose, Kind.REMOVE, None)


def spill_dose(connection: Connection, entering: Entering, dose: UUID, reason: SpillReason) -> Entered:
    """The dose of this event was spilled: nobody had it, and it does not return. Raises NotThere, NotTakenBack."""
    return _take_back(connection, entering, dose, Kind.SPILL, reason)


def _take_back(
    connection: Connection, entering: Entering, dose: UUID, kind: Kind, reason: SpillReason | None
) -> Entered:
    by = signed_as_given(kind, entering.hands, entering.law)
    book = connection.execute(BOOK_OF, {"event": dose}).scalar()
    if book is None:
        raise NotThere
    hold(connection, entering, book)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if (wrong := _spill_line(connection, dose)) and kind is Kind.REMOVE:
        return _not_spilled(connection, entering, wrong)
    taken = _dose_line(connection, dose)
    if taken is None:
        # It was never drawn; what it opened is closed by people.
        note_taken_back(connection, entering, dose)
        return Entered()
    entry = Entry(
        kind,
        taken.batch,
        taken.amount,
        issue=taken.issue,
        cup=taken.cup,
        takes_back=taken.number,
        reason=reason,
    )
    out = issue_with(connection, taken.issue) if taken.issue else None
    lines = write(connection, entering, book, by, [entry])
    return Entered(lines, opened_if_container_is_off(connection, entering, by, out, lines) if out else ())


def _not_spilled(connection: Connection, entering: Entering, wrong: Line) -> Entered:
    """What was entered as spilled was not: an entry undoes it."""
    by = signed_as_given(Kind.CORRECTION, entering.hands, entering.law)
    entry = Entry(
        Kind.CORRECTION, wrong.batch, wrong.amount, issue=wrong.issue, cup=wrong.cup, takes_back=wrong.number,
        reason=CorrectionReason.DID_NOT_HAPPEN, undoes=Change(wrong.safe_change, wrong.container_change),
    )  # fmt: skip
    lines = write(connection, entering, wrong.book, by, [entry])
    out = issue_with(connection, wrong.issue) if wrong.issue else None
    return Entered(lines, opened_if_container_is_off(connection, entering, by, out, lines) if out else ())


def _spill_line(connection: Connection, event: UUID) -> Line | None:
    """The line of what was spilled before anybody had it. Raises NotTakenBack."""
    found = next(
        (one for one in lines_of(connection, event) if one.kind is Kind.SPILL and one.takes_back is None),
        None,
    )
    if found is not None and is_taken_back(connection, found):
        raise NotTakenBack
    return found


def _dose_line(connection: Connection, dose: UUID) -> Line | None:
    found = next((one for one in lines_of(connection, dose) if one.kind in DOSES), None)
    if found is not None and is_taken_back(connection, found):
        raise NotTakenBack
    return found
