"""What was said or seen of alcohol at reception: beside an opioid agonist it slows the breath."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import OURS, code_in, moment

CODE = "alcohol-use"
"""Of the Observation, and of the code system of the answers."""

NONE, INTOXICATED = "none", "intoxicated"
COUNTING = frozenset({"final", "amended", "corrected"})


@dataclass(frozen=True)
class AlcoholUse:
    """One answer: its code, when it was given, and the literal reference of its record."""

    code: str
    at: datetime
    reference: str = ""


def alcohol_of(observation: Mapping[str, Any], zone: ZoneInfo) -> AlcoholUse | None:
    """The answer that an Observation is; None if it is another one, an error, or says no time."""
    is_it = code_in(observation.get("code", {}), f"{OURS}observation") == CODE
    said = observation.get("effectiveDateTime")
    answer = code_in(observation.get("valueCodeableConcept", {}), f"{OURS}{CODE}")
    if not is_it or said is None or answer is None or observation.get("status") not in COUNTING:
        return None
    return AlcoholUse(answer, moment(said, zone), f"Observation/{observation.get('id', '')}")


def drinks(answers: Iterable[AlcoholUse]) -> tuple[AlcoholUse, ...]:
    """The latest answer, if it says that the person drinks; it counts until another is given."""
    latest = max(answers, key=lambda one: (one.at, one.reference), default=None)
    return () if latest is None or latest.code == NONE else (latest,)
