"""What a form or a script of the round may say."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from services.shared.errors import BadRequest


def uuid_in(said: str) -> UUID:
    """A number of an account, a tablet or an event. Raises BadRequest."""
    try:
        return UUID(said)
    except ValueError:
        raise BadRequest from None


def uuid_or_none(said: str | None) -> UUID | None:
    """The same of what a record says; None: it is none."""
    try:
        return UUID(said or "")
    except ValueError:
        return None


def amount_in(said: str) -> Decimal | None:
    """An amount with a point or a comma, as people write it; None if it is none that is finite and 0 or more."""
    try:
        amount = Decimal(said.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
