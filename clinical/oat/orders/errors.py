"""What goes wrong when an order is planned.

OatError
└── CannotBePlanned   what was asked for makes no order
"""

from clinical.oat.errors import OatError
from clinical.words import N_


class CannotBePlanned(OatError):
    """What was asked for makes no order. ``says`` tells what to do, and waits for its translation."""

    says = N_("This makes no order. Look at the days and the doses again.")

    def __init__(self, says: str) -> None:
        super().__init__()
        self.says = says
