"""What a letter on paper may hold that somebody takes over the treatment by: by whom it is for, and what the person agreed to.

Between the health services of prisons the treatment is handed over without being asked (``NEEDS``): the receiving one goes on
with it. What tells of HIV goes to nobody but whom an agreement of the person names; "any centre" names nobody. Whoever may
get nothing gets no letter: the person gets it, sealed, and it is theirs.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime

from clinical.consent import EVERYTHING, NEEDS, Act, Consent, Purpose, decisions_in_force, is_granted
from clinical.disclosure.agreement import agreement
from clinical.labels import Label, covered

OF_THE_TREATMENT = frozenset({Label.ETH, Label.OPIOIDUD})
"""What has to be agreed to so that there is anything to write."""

NOTHING = frozenset[Label]()


def letter_may_hold(
    consents: Iterable[Consent], recipient: str, on: datetime, *, is_prison: bool
) -> frozenset[Label]:
    """The labels of what a letter to a recipient may hold; none: there is no letter to them.

    Args:
        consents: all of the person.
        recipient: the literal reference of the Organization.
        on: the instant at which it is handed out.
        is_prison: whether it goes to the health service of a prison.
    """
    known = list(consents)
    agreed = agreement(known, recipient, on).labels
    if is_prison and NEEDS[Act.TRANSFER_BETWEEN_PRISONS] is None:
        agreed = EVERYTHING
    if not covered(OF_THE_TREATMENT, agreed):
        return NOTHING
    return agreed if _names(known, recipient, on) else agreed - {Label.HIV}


def in_letter(labels: AbstractSet[Label], may_hold: frozenset[Label]) -> bool:
    """Whether a record with these labels stands in a letter that may hold those."""
    return covered(labels, may_hold)


def _names(consents: Iterable[Consent], recipient: str, on: datetime) -> bool:
    """Whether the person agreed that this very recipient may know of HIV."""
    hand_over = decisions_in_force(consents, on).get(Purpose.HAND_OVER)
    if hand_over is None or not is_granted(hand_over, on):
        return False
    return recipient in hand_over.recipients and Label.HIV in hand_over.labels
