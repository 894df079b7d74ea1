"""The Clinical Opiate Withdrawal Scale: eleven findings, each with the points that it can have, and what the sum means.

Wesson and Ling, Journal of Psychoactive Drugs 2003; the scale is in the public domain, and the words for the findings are
our own. A score with a finding missing is none: it would look milder than the person is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import (
    OURS,
    UCUM,
    Json,
    code_in,
    decimal_in,
    id_in,
    moment,
    ours,
    reference,
    without_none,
    written,
)
from clinical.words import N_

CODE = "cows"
MADE = frozenset({"final", "amended", "corrected"})


class Item(StrEnum):
    """The eleven findings."""

    PULSE = "pulse"
    SWEATING = "sweating"
    RESTLESSNESS = "restlessness"
    PUPILS = "pupils"
    ACHES = "aches"
    NOSE_AND_EYES = "nose-and-eyes"
    STOMACH = "stomach"
    TREMOR = "tremor"
    YAWNING = "yawning"
    ANXIETY = "anxiety"
    GOOSEFLESH = "gooseflesh"


POINTS: Mapping[Item, tuple[int, ...]] = {
    Item.PULSE: (0, 1, 2, 4),
    Item.SWEATING: (0, 1, 2, 3, 4),
    Item.RESTLESSNESS: (0, 1, 3, 5),
    Item.PUPILS: (0, 1, 2, 5),
    Item.ACHES: (0, 1, 2, 4),
    Item.NOSE_AND_EYES: (0, 1, 2, 4),
    Item.STOMACH: (0, 1, 2, 3, 5),
    Item.TREMOR: (0, 1, 2, 4),
    Item.YAWNING: (0, 1, 2, 4),
    Item.ANXIETY: (0, 1, 2, 4),
    Item.GOOSEFLESH: (0, 3, 5),
}
"""The points that each can have."""

WORDS: Mapping[Item, str] = {
    Item.PULSE: N_("Pulse after a minute's rest"),
    Item.SWEATING: N_("Sweating, not from heat or effort"),
    Item.RESTLESSNESS: N_("Cannot sit still"),
    Item.PUPILS: N_("Pupils wider than the light explains"),
    Item.ACHES: N_("Pain in bones or joints"),
    Item.NOSE_AND_EYES: N_("Runny nose or watering eyes"),
    Item.STOMACH: N_("Cramps, nausea, vomiting, loose stools"),
    Item.TREMOR: N_("Trembling of outstretched hands"),
    Item.YAWNING: N_("Yawning while watched"),
    Item.ANXIETY: N_("Anxious or irritable"),
    Item.GOOSEFLESH: N_("Gooseflesh"),
}


class Band(StrEnum):
    """How bad the withdrawal is."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    MODERATELY_SEVERE = "moderately-severe"
    SEVERE = "severe"


BANDS = (
    (37, Band.SEVERE),
    (25, Band.MODERATELY_SEVERE),
    (13, Band.MODERATE),
    (5, Band.MILD),
    (0, Band.NONE),
)
"""From how many points on, the most first: the scale's own, 5 to 12, 13 to 24, 25 to 36, more than 36."""

BAND_WORDS: Mapping[Band, str] = {
    Band.NONE: N_("No withdrawal, or hardly any"),
    Band.MILD: N_("Mild withdrawal"),
    Band.MODERATE: N_("Moderate withdrawal"),
    Band.MODERATELY_SEVERE: N_("Moderately severe withdrawal"),
    Band.SEVERE: N_("Severe withdrawal"),
}


@dataclass(frozen=True)
class Cows:
    """One scoring.

    Attributes:
        id: of the Observation; empty if it is not stored yet.
        patient: the id of the Patient.
        at: when.
        points: of each finding that was looked at.
        by: the id of the Practitioner; None: not said.
    """

    id: str
    patient: str
    at: datetime
    points: Mapping[Item, int]
    by: str | None = None

    @property
    def missing(self) -> tuple[Item, ...]:
        """The findings that were not looked at, or have points that they cannot have."""
        return tuple(item for item in Item if self.points.get(item) not in POINTS[item])

    @property
    def total(self) -> int | None:
        """The sum; None: a finding is missing."""
        return None if self.missing else sum(self.points[item] for item in Item)

    @property
    def band(self) -> Band | None:
        """How bad it is; None: a finding is missing."""
        return None if self.total is None else band_of(self.total)


def band_of(total: int) -> Band:
    """What a sum means."""
    return next(band for least, band in BANDS if total >= least)


def cows_of(observation: Json, zone: ZoneInfo) -> Cows | None:
    """The scoring that an Observation is; None if it is another one, or was not made."""
    patient, said = id_in(observation.get("subject", {}), "Patient"), observation.get("effectiveDateTime")
    is_cows = code_in(observation.get("code", {}), f"{OURS}observation") == CODE
    if not is_cows or patient is None or said is None or observation.get("status") not in MADE:
        return None
    by = (id_in(one, "Practitioner") for one in observation.get("performer", ()))
    return Cows(
        observation.get("id", ""),
        patient,
        moment(said, zone),
        _points(observation),
        next((one for one in by if one), None),
    )


def _points(observation: Json) -> Mapping[Item, int]:
    found: dict[Item, int] = {}
    for part in observation.get("component", ()):
        code = code_in(part.get("code", {}), f"{OURS}cows-item")
        points = decimal_in({"value": part.get("valueInteger")})
        if code in list(Item) and points is not None:
            found[Item(code)] = int(points)
    return found


def observation_of(cows: Cows) -> dict[str, Any]:
    """The Observation: the sum, and each finding as a component. Without a sum it says which findings it has."""
    score = {"value": cows.total, "unit": "{score}", "system": UCUM, "code": "{score}"}
    return without_none(
        {
            "resourceType": "Observation",
            "id": cows.id,
            "status": "final",
            "code": ours("observation", CODE),
            "subject": reference("Patient", cows.patient),
            "effectiveDateTime": written(cows.at),
            "performer": [reference("Practitioner", cows.by)] if cows.by else None,
            "valueQuantity": None if cows.total is None else score,
            "component": [
                {"code": ours("cows-item", item), "valueInteger": cows.points[item]}
                for item in Item
                if item in cows.points
            ],
        }
    )
