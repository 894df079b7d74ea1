"""The unit that stands behind an amount of a form."""

from clinical.register.product import Unit
from services.register.acts.act import About
from services.shared.languages import N_

WORDS = {Unit.ML: N_("mL"), Unit.PIECE: N_("pieces")}


def unit_of(about: About) -> str:
    """Waits for its translation; empty if the product is not known yet."""
    return WORDS[about.product.unit] if about.product else ""
