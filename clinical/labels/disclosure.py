"""What labels mean when a resource is to leave the house."""

from collections.abc import Set as AbstractSet

from clinical.labels.label import BROADER, Label

RESTRICTED = frozenset({Label.R})


def for_disclosure(labels: AbstractSet[Label]) -> AbstractSet[Label]:
    """The labels that a disclosure goes by: what nobody labelled counts as restricted."""
    return labels or RESTRICTED


def covered(labels: AbstractSet[Label], agreed: AbstractSet[Label]) -> bool:
    """Whether an agreement to disclose some labels is enough for a resource with ``labels``.

    Who agrees to a broader label (drugs and alcohol) agrees to its parts; not the other way round.
    """
    return all(
        label is Label.N or label in agreed or BROADER.get(label) in agreed
        for label in for_disclosure(labels)
    )
