"""Who a person is, as a screen says it in a line."""

from clinical.people.identity import Identity, identity_of

__all__ = ["Identity", "identity_of"]
