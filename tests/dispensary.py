"""A safe with methadone in it, and two nurses: entries into the register, as tests make them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection

from clinical.protocols import Parameter, Protocol, Status
from clinical.register.count import count
from clinical.register.counting_back import count_back
from clinical.register.cup import Poured
from clinical.register.draw import Drawing, draw
from clinical.register.entering import Entered, Entering
from clinical.register.issue import Opening, issue
from clinical.register.product import Form, StockProduct
from clinical.register.receive import Receipt, receive
from clinical.register.stock import HeldIn, batch_with, issue_with
from clinical.register.two_people import Hands
from services.shared.database import Database

NORTH, SOUTH = "north", "south"
METHADONE = StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(10))
WEAKER = StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(5))
TABLETS = StockProduct("N07BC01", Form.SUBLINGUAL_TABLET, Decimal(8))
TODAY = date(2026, 3, 2)
SIX = datetime(2026, 3, 2, 5, tzinfo=UTC)
LAST_DAY = date(2027, 3, 31)
ANA, BESA, CEDA = (UUID(int=number) for number in (1, 2, 3))
BOTH = Hands(ANA, BESA)
AT_NIGHT = Hands(ANA, alone=True)

Result = TypeVar("Result")


def law(**parameters: Any) -> Protocol:
    """A protocol; ``two_people_dose=False`` stands for ``register.two-people.dose``."""
    named = {
        "register." + name.replace("two_people_", "two-people.").replace("_", "-"): value
        for name, value in parameters.items()
    }
    return Protocol({name: Parameter(value, "invented", Status.PROPOSED) for name, value in named.items()})


def ml(amount: str | int) -> Decimal:
    """An amount as the tables give it back."""
    return Decimal(amount).quantize(Decimal("0.001"))


@dataclass
class Dispensary:
    """A site's register; each call is a transaction of its own."""

    database: Database
    facility: str = NORTH
    law: Protocol = field(default_factory=lambda: law(residue_tolerance_percent=2))
    day: date = TODAY
    hands: Hands = BOTH
    at: datetime = SIX

    def run(self, work: Callable[[Connection], Result]) -> Result:
        return self.database.run(work)

    def by(self, hands: Hands | None = None, **other: Any) -> Entering:
        """The circumstances of a new entry."""
        return replace(
            Entering(self.facility, uuid4(), self.at, self.day, hands or self.hands, self.law), **other
        )

    def receives(
        self,
        amount: str | int = 1000,
        product: StockProduct = METHADONE,
        lot: str = "L1",
        expires: date = LAST_DAY,
    ) -> UUID:
        """Take a delivery in; its batch."""
        receipt = Receipt(product, lot, expires, Decimal(amount), "Pharma", "17/2026")
        return self.run(lambda c: receive(c, self.by(), receipt)).lines[0].batch

    def opening(self, batch: UUID, amount: str | int, container: str = "B1", **other: Any) -> Opening:
        return replace(
            Opening(batch, Decimal(amount), container, HeldIn.BOTTLE, self.day, "morning"), **other
        )

    def issues(
        self,
        batch: UUID,
        amount: str | int = 500,
        container: str = "B1",
        hands: Hands | None = None,
        **other: Any,
    ) -> UUID:
        """Issue something to the morning's round; what is out."""
        by = self.by(hands)
        self.run(lambda c: issue(c, by, self.opening(batch, amount, container, **other)))
        return by.event

    def drawing(
        self, out: UUID | None, amount: str | int = 6, patient: str = "amina", **other: Any
    ) -> Drawing:
        given = Poured(patient, f"{patient} today", "order", 1, Decimal(amount))
        return replace(Drawing(METHADONE, Decimal(amount), f"dose of {patient}", given, out), **other)

    def gives(
        self,
        out: UUID | None,
        amount: str | int = 6,
        hands: Hands | None = None,
        event: UUID | None = None,
        **other: Any,
    ) -> Entered:
        """Give a dose."""
        by = self.by(hands, event=event or uuid4())
        return self.run(lambda c: draw(c, by, self.drawing(out, amount, **other)))

    def counts_back(self, out: UUID, residue: str | int, hands: Hands | None = None) -> Entered:
        return self.run(lambda c: count_back(c, self.by(hands), out, Decimal(residue)))

    def counts(self, found: Mapping[UUID, str | int], hands: Hands | None = None) -> Entered:
        amounts = {one: Decimal(amount) for one, amount in found.items()}
        book = self.run(lambda c: batch_with(c, next(iter(found)))).book
        return self.run(lambda c: count(c, self.by(hands), book, amounts))

    def in_safe(self, batch: UUID) -> Decimal:
        return self.run(lambda c: batch_with(c, batch)).in_safe

    def in_it(self, out: UUID) -> Decimal:
        return self.run(lambda c: issue_with(c, out)).in_it
