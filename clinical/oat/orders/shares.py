"""A dose of the day shared out over its parts as they were, for a dose that is reduced."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from clinical.oat.order import Part

TENTH = Decimal("0.1")


def shared(parts: Sequence[Part], mg: Decimal) -> tuple[Part, ...]:
    """The parts of a day with so much together; each in proportion, to a tenth of a mg, the last has the rest."""
    whole = sum((one.mg for one in parts), Decimal())
    first = [(one.mg * mg / whole).quantize(TENTH, ROUND_DOWN) for one in parts[:-1]]
    amounts = [*first, mg - sum(first, Decimal())]
    return tuple(replace(one, mg=amount) for one, amount in zip(parts, amounts, strict=True))
