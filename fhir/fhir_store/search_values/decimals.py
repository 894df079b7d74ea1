"""Numbers as the index compares them."""

from decimal import Decimal

LEAST = 1e-300
"""What is nearer to 0 counts as 0: the gate takes 1e-999999999, which a database column cannot hold."""

ZERO = Decimal(0)


def decimal_of(text: str) -> Decimal:
    """The value of a FHIR decimal or integer, not above 1e308."""
    return ZERO if -LEAST < float(text) < LEAST else Decimal(text)
