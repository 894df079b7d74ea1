"""The labels, as HL7 writes them. IHE Privacy Consent on FHIR asks for these (its "Advanced" option)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


class Label(StrEnum):
    """A security label; its value is HL7's code for it."""

    HIV = "HIV"
    """HIV and AIDS: tests whatever their outcome, diagnosis, treatment, prophylaxis."""
    ETH = "ETH"
    """Alcohol or drugs."""
    ETHUD = "ETHUD"
    """Alcohol."""
    OPIOIDUD = "OPIOIDUD"
    """Opioids, and their treatment."""
    PSY = "PSY"
    """Mental health."""
    SDV = "SDV"
    """Sexual assault, abuse, violence at home."""
    R = "R"
    """Restricted: codes of custody, and whatever nobody can classify."""
    N = "N"
    """Normal, because somebody said so; nothing here ever concludes it."""
    V = "V"
    """Very restricted: it tells of custody as a whole, or whoever wrote it said so. It leaves the house by no agreement."""

    @property
    def system(self) -> str:
        """The code system that the label is from."""
        return CONFIDENTIALITY if self in (Label.R, Label.N, Label.V) else ACT_CODE


BROADER: Mapping[Label, Label] = {Label.ETHUD: Label.ETH, Label.OPIOIDUD: Label.ETH}
"""The label that another is a part of: what has the one has the other too."""

ORDER = tuple(Label)
_BIT = {label: 1 << place for place, label in enumerate(ORDER)}

# Sets of labels are put together as bits, since this runs on every save.
NORMAL = _BIT[Label.N]
RESTRICTED = _BIT[Label.R]
VERY_RESTRICTED = _BIT[Label.V]


def bits(labels: Iterable[Label]) -> int:
    """A set of labels as a number, with every broader one."""
    found = 0
    for label in labels:
        found |= _BIT[label]
        if label in BROADER:
            found |= _BIT[BROADER[label]]
    return found


def exact_bits(labels: Iterable[Label]) -> int:
    """The same without any label that is not named: for what must not be there."""
    return sum(_BIT[label] for label in set(labels))


SETS: tuple[frozenset[Label], ...] = tuple(
    frozenset(label for label in ORDER if number & _BIT[label]) for number in range(1 << len(ORDER))
)
"""The set of labels that each number stands for."""
