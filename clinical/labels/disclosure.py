"""What labels mean when a resource is to leave the house."""

from collections.abc import Set as AbstractSet

from clinical.labels.label import BROADER, Label

RESTRICTED = frozenset({Label.R})

EVERYTHING = frozenset(Label) - {Label.N, Label.V}
"""What somebody agrees to who agrees to all of it. Nobody is asked about what is very restricted."""


def for_disclosure(labels: AbstractSet[Label]) -> AbstractSet[Label]:
    """The labels that a disclosure goes by: what nobody labelled counts as restricted."""
    return labels or RESTRICTED


def covered(labels: AbstractSet[Label], agreed: AbstractSet[Label]) -> bool:
    """Whether an agreement to disclose some labels is enough for a resource with ``labels``.

    Who agrees to a broader label (drugs and alcohol) agrees to its parts; not the other way round. What has no label
    needs the agreement to what nobody labelled. What is restricted, since only a person can read it, may hold anything,
    and needs the agreement to everything. Nothing goes without any agreement, not even what somebody called normal, and
    what is very restricted never does.
    """
    if Label.V in labels:
        return False
    if Label.R in labels:
        return agreed >= EVERYTHING
    return bool(agreed) and all(
        label is Label.N or label in agreed or BROADER.get(label) in agreed
        for label in for_disclosure(labels)
    )
