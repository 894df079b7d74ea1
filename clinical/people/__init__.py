"""Who a person is, as a screen says it in a line, and how old."""

from clinical.people.age import age_on
from clinical.people.identity import Identity, identity_of

__all__ = ["Identity", "age_on", "identity_of"]
