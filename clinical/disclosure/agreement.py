"""Whether something may go to somebody outside, by what the person agreed to, at the instant of sending."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinical.consent import EVERYTHING, Consent, Purpose, decisions_in_force, is_granted
from clinical.labels import Label, covered, tells_of_custody

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Agreement:
    """What one recipient may get at an instant.

    Attributes:
        labels: what the person agreed to; ``Label.R`` is what nobody labelled.
    """

    labels: frozenset[Label] = frozenset()

    @property
    def is_for_everything(self) -> bool:
        """Whether also that may go which no list of codes can read."""
        return self.labels >= EVERYTHING

    def covers(self, labels: AbstractSet[Label]) -> bool:
        """Whether it is enough for a resource with these labels."""
        return covered(labels, self.labels)


NOTHING = Agreement()

WHOLE = Agreement(EVERYTHING)
"""For what is about nobody."""


def agreement(consents: Iterable[Consent], recipient: str, on: datetime) -> Agreement:
    """What a recipient may get.

    Args:
        consents: all of the person.
        recipient: the literal reference of the Organization.
        on: the instant at which it is sent, not that at which it was put into a queue: a withdrawal beats the queue.
    """
    hand_over = decisions_in_force(consents, on).get(Purpose.HAND_OVER)
    if hand_over is None or not is_granted(hand_over, on):
        return NOTHING
    if not (hand_over.names_any or recipient in hand_over.recipients):
        return NOTHING
    return Agreement(hand_over.labels)


def may_be_disclosed(
    resource: Json, labels: AbstractSet[Label], recipient: str, consents: Iterable[Consent], on: datetime
) -> bool:
    """Whether a resource may go to a recipient in the community. What tells of custody never does.

    Args:
        resource: as JSON.
        labels: its labels (``labels_of``), of which none at all counts as restricted.
        recipient: the literal reference of the Organization.
        consents: all of the person.
        on: the instant at which it is sent.
    """
    return not tells_of_custody(resource) and agreement(consents, recipient, on).covers(labels)
