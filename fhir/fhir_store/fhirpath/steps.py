"""How much work an expression may still be, so that a hostile one ends."""

from fhir_store.fhirpath.errors import UnsupportedExpression

MOST_STEPS = 200_000
"""Values looked at. Ours: some tenths of a second, where an honest path takes some hundred steps."""


CHARACTERS_A_STEP = 10
"""Reading an expression is work as well."""


class Steps:
    """Counts down; one may be shared by all expressions of a request."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most

    def spend(self, count: int = 1) -> None:
        """Raises UnsupportedExpression when there is nothing left."""
        self._left -= count
        if self._left < 0:
            raise UnsupportedExpression("The expression is too much work for this resource.")
