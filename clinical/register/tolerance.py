"""How far the measured residue of a container may be from the book without being looked into. Pure.

``register.residue-tolerance-percent``: of what was drawn from the container; not set: nothing. Pieces are counted, so
they have none.
"""

from decimal import Decimal

from clinical.protocols import Protocol
from clinical.register.product import Unit

PERCENT = "register.residue-tolerance-percent"


def is_within_tolerance(difference: Decimal, drawn: Decimal, unit: Unit, protocol: Protocol) -> bool:
    """Whether a residue that differs so much is no discrepancy, after so much was drawn. The limit is within."""
    if unit is Unit.PIECE:
        return difference == 0
    percent = protocol.whole_number(PERCENT) or 0
    return abs(difference) * 100 <= drawn * percent
