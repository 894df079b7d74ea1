"""What is asked about: a record, and what its patient has to do with which facility."""

from dataclasses import dataclass

from clinical.labels import Label
from clinical.safety_set import Kind
from services.access.roles.rule import Relationship


@dataclass(frozen=True)
class Subject:
    """A resource, or a thing of this product, as far as a decision needs it.

    A resource that is part of the records of several patients is asked about once for each, and all must be allowed.
    For a create, it is what would be written; an update is asked about before and after.
    """

    type: str
    labels: frozenset[Label] = frozenset()
    facility: str | None = None
    """The Organization that keeps the record; for a create, the one in whose name it is written."""
    patient: str | None = None
    open_at: frozenset[str] = frozenset()
    """The Organizations that have an open treatment relationship with the patient."""
    closed_at: frozenset[str] = frozenset()
    """Those that had one."""
    agreed: frozenset[Label] = frozenset()
    """The labels of which an active Consent of the patient says that this recipient may get them."""
    safety: Kind | None = None
    """The part of the safety set that the resource belongs to."""

    def relationship_with(self, facilities: frozenset[str]) -> Relationship:
        """What facilities have to do with the patient: the closest that any of them has."""
        if self.open_at & facilities:
            return Relationship.OPEN
        return Relationship.CLOSED if self.closed_at & facilities else Relationship.NONE
