"""The labels of a resource as the record store keeps them: a number, one bit for each."""

from collections.abc import Mapping
from typing import Any

from clinical.labels.custody import PLACES as BELONGING
from clinical.labels.inference import labels_of
from clinical.labels.label import SETS, VERY_RESTRICTED, bits
from clinical.labels.places import PLACES

PASSING_ON = PLACES | {"Medication"}
"""The types whose labels what refers to them has, too."""

KEPT_AMONG, AMONG_THEM = BELONGING, VERY_RESTRICTED
"""The labels, as bits, that only these types get from what they refer to: what belongs to a prison is one."""


def number_of(resource: Mapping[str, Any], known: Mapping[str, int]) -> int:
    """The labels of a resource as bits; ``known`` are those of places and Medications by literal reference."""
    return bits(labels_of(resource, {reference: SETS[labels] for reference, labels in known.items()}))
