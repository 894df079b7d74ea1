"""The second person of the round: how often they confirm, and what it means that there is none."""

from enum import StrEnum

from clinical.oat.law import may_dose_alone
from clinical.protocols import Protocol

PER = "oat.witness-per"


class WitnessPer(StrEnum):
    """How often the second person confirms."""

    ROUND = "round"
    WING = "wing"
    DOSE = "dose"


def witness_per(protocol: Protocol) -> WitnessPer:
    """As the protocol says; not set: each dose. Raises BadProtocol."""
    said = protocol.word(PER, WitnessPer)
    return WitnessPer.DOSE if said is None else WitnessPer(said)


def stands_beside(per: WitnessPer, *, signed_in_for: str, wing: str) -> bool:
    """Whether somebody who signed in for a wing (empty: for the whole round) may confirm a dose in a wing."""
    return signed_in_for == wing or (per is not WitnessPer.WING and signed_in_for == "")


def is_second_person_missing(protocol: Protocol, *, witnessed: bool, single_handed: bool) -> bool:
    """Whether a dose was given by one where it takes two and nobody said that they were alone. Raises BadProtocol."""
    return not (witnessed or single_handed or may_dose_alone(protocol).yes)
