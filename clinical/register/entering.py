"""One entry into a book: who makes it, where and when, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from clinical.protocols import Protocol
from clinical.register.kind import Kind
from clinical.register.two_people import Hands, Signed


@dataclass(frozen=True)
class Entering:
    """The circumstances of an entry.

    Attributes:
        facility: the id of the Organization whose book it is.
        event: names the entry; the same one is never entered twice, however often it is sent.
        at: when it happened.
        day: the civil day of the site.
        hands: who does it.
        law: the protocol of the country.
        seen: the number of the last line of the book when it was looked at before; None: it was not.
    """

    facility: str
    event: UUID
    at: datetime
    day: date
    hands: Hands
    law: Protocol
    seen: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of a book, as it stands there for good.

    Attributes:
        amount: in the unit of the product; without a sign.
        in_safe: of this batch, after this line.
        in_container: of what was issued, after this line; None: it is about none.
        balance: of the book after this line: in the safe and in what is out.
        counted: what a count, or a count back, found.
        takes_back: the number of the line that counts no more.
        follows: the number of the dose that a re-dose is in place of; of a count that of the one it confirms.
        reason: a code (``words``).
        party: the supplier, or the other site of a transfer.
        reference: invoice, or the number of the record of destruction.
        transfer: of what was taken in, the entry by which it left.
        discrepancy: whose difference is accepted.
    """

    book: UUID
    number: int
    event: UUID
    part: int
    kind: Kind
    batch: UUID
    issue: UUID | None
    cup: UUID | None
    amount: Decimal
    safe_change: Decimal
    container_change: Decimal
    in_safe: Decimal
    in_container: Decimal | None
    balance: Decimal
    counted: Decimal | None
    happened_at: datetime
    recorded_at: datetime
    signed: Signed
    takes_back: int | None
    follows: int | None
    reason: str | None
    party: str | None
    reference: str | None
    transfer: UUID | None
    discrepancy: UUID | None


@dataclass(frozen=True)
class Entered:
    """What came of an entry.

    ``discrepancies``: those that were opened by it.
    """

    lines: tuple[Line, ...] = ()
    discrepancies: tuple[UUID, ...] = ()
