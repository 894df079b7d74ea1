"""mg and mL: a solution is measured by volume, and its concentration is the container's, never the order's."""

from decimal import ROUND_HALF_UP, Decimal

from clinical.oat.errors import OatError

STEP_ML = Decimal("0.01")
"""To what a volume is rounded for the eye; what is measured is never finer."""


class NoConcentration(OatError):
    """A volume needs a concentration above 0 mg in each mL. Take it from the label of the container."""


def ml_of(mg: Decimal, concentration: Decimal) -> Decimal:
    """The volume of a dose, in mL, rounded to a hundredth. Raises NoConcentration."""
    if concentration <= 0:
        raise NoConcentration
    return (mg / concentration).quantize(STEP_ML, ROUND_HALF_UP)


def agrees(mg: Decimal, ml: Decimal, concentration: Decimal) -> bool:
    """Whether a volume is that of a dose, as far as it can be measured. Raises NoConcentration."""
    return ml_of(mg, concentration) == ml.quantize(STEP_ML, ROUND_HALF_UP)
