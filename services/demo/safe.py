"""What is in the safe of the demo's prison, and what is out for the round of today."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection

from clinical.protocols import Protocol
from clinical.register.entering import Entering
from clinical.register.issue import Opening, issue
from clinical.register.product import Form, StockProduct
from clinical.register.receive import Receipt, receive
from clinical.register.stock import HeldIn
from clinical.register.two_people import Hands

DELIVERED = (
    (StockProduct("N07BC02", Form.ORAL_SOLUTION, Decimal(10)), Decimal(20_000), Decimal(500)),
    (StockProduct("N07BC01", Form.SUBLINGUAL_TABLET, Decimal(8)), Decimal(2_000), Decimal(40)),
    (StockProduct("N07BC51", Form.SUBLINGUAL_TABLET, Decimal(8)), Decimal(2_000), Decimal(40)),
)
"""Each with how much came, and how much goes out for a round."""

LASTS = timedelta(days=365)


def fill_safe(
    connection: Connection, facility: str, hands: Hands, at: datetime, day: date, session: str, law: Protocol
) -> None:
    """Take a delivery in once, and issue some of it to the round of a day once, however often the demo is started."""
    for number, (product, amount, out) in enumerate(DELIVERED, start=1):

        def by(what: str, number: int = number) -> Entering:
            return Entering(facility, _event(facility, what, number), at, day, hands, law)

        receipt = Receipt(product, f"DEMO-{number}", day + LASTS, amount, "DEMO supplier", f"DEMO-{number}")
        batch = receive(connection, by("delivery"), receipt).lines[0].batch
        container = f"{day:%d%m}-{session[0].upper()}{number}"
        opening = Opening(batch, out, container, HeldIn.BOTTLE, day, session)
        issue(connection, by(f"issue {day} {session}"), opening)


def _event(facility: str, what: str, number: int) -> UUID:
    return uuid5(NAMESPACE_OID, f"demo {facility} {what} {number}")
