"""A dose that was given from nobody knew where, once that is known: its line is written, and its discrepancy ends."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.discrepancy import FoundBy, opened_if_container_is_off, opened_if_safe_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotThere
from clinical.register.investigation import Cause, Settlement, close, held_discrepancy
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import batch_with, issue_with
from clinical.register.two_people import Act, signed

UNDRAWN = text("SELECT amount, kind, happened_at FROM clinical.register_dose WHERE event = :event")


@dataclass(frozen=True)
class Place:
    """From where it was: what was out on a round, or, without one, a batch in the safe."""

    batch: UUID
    issue: UUID | None = None


def place(connection: Connection, entering: Entering, discrepancy: UUID, place: Place, note: str) -> Entered:
    """Write the dose as its own event, at the time at which it was given, and close its discrepancy, by two.

    Raises NotThere, DiscrepancyClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    by = signed(Act.SETTLE, entering.hands, entering.law)
    found = held_discrepancy(connection, entering, discrepancy)
    dose = connection.execute(UNDRAWN, {"event": found.event}).one_or_none()
    if dose is None or found.found_by is not FoundBy.NO_CONTAINER or lines_of(connection, found.event):
        raise NotThere
    batch = batch_with(connection, place.batch)
    out = issue_with(connection, place.issue) if place.issue else None
    if batch.book != found.book or (out is not None and out.batch != batch.id):
        raise NotThere
    as_given = replace(entering, event=found.event, at=dose.happened_at)
    entry = Entry(Kind(dose.kind), batch.id, dose.amount, issue=place.issue, discrepancy=found.id)
    lines = write(connection, as_given, found.book, by, [entry])
    more = (
        opened_if_container_is_off(connection, entering, by, out, lines)
        if out
        else opened_if_safe_is_off(connection, entering, by, batch.id)
    )
    close(connection, entering, found, Settlement(Cause.ENTERED_LATE, note, accepts=False), by)
    return Entered(lines, more)
