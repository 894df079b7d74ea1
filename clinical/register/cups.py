"""Cups: poured before the round of what was issued for it, and what becomes of those that nobody had."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import NOTHING, moved
from clinical.register.cup import Cup, Poured
from clinical.register.discrepancy import opened_if_container_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import CupEmpty, Expired, NotACup, NotEnough, NotThere
from clinical.register.expiry import is_over
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import HeldIn, batch_with, held_issue
from clinical.register.two_people import Act, signed

ADD = text("""
INSERT INTO clinical.register_cup (id, issue, number, amount, patient_id, slot, order_id, order_version, poured_at,
    first_account, second_account, single_handed)
SELECT :id, :issue, coalesce(max(number), 0) + 1, :amount, :patient, :slot, :order, :version, :at, :first, :second,
    :single_handed
FROM clinical.register_cup WHERE issue = :issue
""")
# What left the cup, less what came back into it, is what its lines did to its container.
COLUMNS = """c.id, c.issue, c.number, c.patient_id, c.slot, c.order_id, c.order_version, c.amount, b.expires_on,
    c.amount + coalesce((SELECT sum(l.container_change) FROM clinical.register_line l WHERE l.cup = c.id), 0) AS left_in_it"""
CUPS = f"""
SELECT {COLUMNS}
FROM clinical.register_cup c
JOIN clinical.register_issue i ON i.id = c.issue JOIN clinical.register_batch b ON b.id = i.batch
"""  # noqa: S608 - our own text
WITH_ID = text(f"{CUPS} WHERE c.id = :id")
OF_ISSUE = text(f"{CUPS} WHERE c.issue = :issue ORDER BY c.number")
OF_SLOT = text(f"{CUPS} WHERE c.patient_id = :patient AND c.slot = :slot ORDER BY c.poured_at, c.number")


class CupBack(StrEnum):
    """Why a cup was not had."""

    REFUSED = "refused"
    UNUSED = "unused"
    ORDER_CHANGED = "order-changed"
    EXPIRED = "expired"


def pour(connection: Connection, entering: Entering, issue: UUID, poured: Poured) -> Cup:
    """Pour a cup; it is named by the entry's ``event``.

    Raises NotThere, AmountRefused, NotACup, Expired, NotEnough, SecondPersonNeeded, SamePerson.
    """
    moved(poured.amount)
    by = signed(Act.POUR, entering.hands, entering.law)
    out = held_issue(connection, entering, issue)
    if before := connection.execute(WITH_ID, {"id": entering.event}).one_or_none():
        return cup_in(before)
    if out.held_in is not HeldIn.CUPS or out.closed_by is not None:
        raise NotACup
    if is_over(batch_with(connection, out.batch).expires_on, entering.day):
        raise Expired
    standing = sum((one.left for one in cups_of(connection, issue)), NOTHING)
    if standing + poured.amount > out.in_it:
        raise NotEnough
    values = {
        "id": entering.event, "issue": issue, "amount": poured.amount, "patient": poured.patient, "slot": poured.slot,
        "order": poured.order, "version": poured.version, "at": entering.at, "first": by.first, "second": by.second,
        "single_handed": by.single_handed,
    }  # fmt: skip
    connection.execute(ADD, values)
    return cup_with(connection, entering.event)


def put_back(
    connection: Connection, entering: Entering, cup: UUID, why: CupBack, *, destroyed: bool
) -> Entered:
    """What is left in a cup that nobody had goes into the safe again, or is destroyed; by two.

    Raises NotThere, CupEmpty, SecondPersonNeeded, SamePerson.
    """
    by = signed(Act.CUP_BACK, entering.hands, entering.law)
    found = cup_with(connection, cup)
    out = held_issue(connection, entering, found.issue)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    left = cup_with(connection, cup).left
    if left <= NOTHING:
        raise CupEmpty
    kind = Kind.DESTROY if destroyed else Kind.RETURN
    entry = Entry(kind, out.batch, left, issue=out.id, cup=cup, reason=why)
    lines = write(connection, entering, out.book, by, [entry])
    return Entered(lines, opened_if_container_is_off(connection, entering, by, out, lines))


def cup_with(connection: Connection, id_: UUID) -> Cup:
    """The cup of that id, of whichever site. Raises NotThere."""
    row = connection.execute(WITH_ID, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    return cup_in(row)


def cups_of(connection: Connection, issue: UUID) -> list[Cup]:
    """The cups that were poured of what was issued, in their order."""
    return [cup_in(row) for row in connection.execute(OF_ISSUE, {"issue": issue})]


def cups_for(connection: Connection, patient: str, slot: str) -> list[Cup]:
    """The cups that were poured for a slot of somebody, the first first."""
    return [cup_in(row) for row in connection.execute(OF_SLOT, {"patient": patient, "slot": slot})]


def cup_in(row: Sequence[Any]) -> Cup:
    """A cup from its columns."""
    id_, issue, number, patient, slot, order, order_version, amount, expires_on, left = row
    return Cup(id_, issue, number, Poured(patient, slot, order, order_version, amount), left, expires_on)
