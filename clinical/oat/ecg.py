"""The QTc of an ECG."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import Json, code_in, decimal_in, known_day, reference

LOINC = "http://loinc.org"
QTC = "8636-3"
"""From memory, to be looked up in LOINC."""

MADE = frozenset({"final", "amended", "corrected"})
MILLISECONDS = {"ms": 1, "s": 1000}


@dataclass(frozen=True)
class Ecg:
    """One ECG: its civil day, its QTc in milliseconds, and the literal reference of its record."""

    day: date
    qtc_ms: int
    reference: str = ""


def ecg_of(observation: Json, zone: ZoneInfo) -> Ecg | None:
    """The QTc that an Observation is; None if it is another one, was not made, or has no day or unit that is known."""
    said, value = observation.get("effectiveDateTime"), observation.get("valueQuantity", {})
    amount, factor = decimal_in(value), MILLISECONDS.get(value.get("code", value.get("unit", "")))
    is_qtc = code_in(observation.get("code", {}), LOINC) == QTC and observation.get("status") in MADE
    day = None if said is None else known_day(said, zone)
    if not is_qtc or day is None or amount is None or factor is None:
        return None
    return Ecg(day, round(amount * factor), f"Observation/{observation.get('id', '')}")


def observation_of(id_: str, patient: str, day: date, qtc_ms: int, by: str) -> dict[str, Any]:
    """The Observation of a QTc that a Practitioner read off an ECG."""
    value = {"value": qtc_ms, "unit": "ms", "system": "http://unitsofmeasure.org", "code": "ms"}
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": QTC}]},
        "subject": reference("Patient", patient),
        "effectiveDateTime": day.isoformat(),
        "performer": [reference("Practitioner", by)],
        "valueQuantity": value,
    }
