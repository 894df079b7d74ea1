"""A disciplinary sanction that custody told of, kept so that health staff see whether treatment was stopped near it.

It is no reason for anything: no order, hold or dose refers to it (``hold.py``). Mandela Rules 32 and 46: health staff take no
part in sanctions, and report what harms health.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import OURS, Json, code_in, day_in, id_in, last_day_in, ours, reference, without_none

SYSTEM, SANCTION = f"{OURS}custody-flag", "sanction"


@dataclass(frozen=True)
class Sanction:
    """One sanction.

    Attributes:
        id: of the Flag.
        patient: the id of the Patient.
        start: its first civil day.
        end: the last; None: it is not said.
        told_to: the id of the Practitioner who wrote it down; None: not said.
    """

    id: str
    patient: str
    start: date
    end: date | None = None
    told_to: str | None = None


def sanction_of(flag: Json, zone: ZoneInfo) -> Sanction | None:
    """The sanction that a Flag is; None if it is another flag, an error, or does not say since when."""
    period, patient = flag.get("period", {}), id_in(flag.get("subject", {}), "Patient")
    is_it = code_in(flag.get("code", {}), SYSTEM) == SANCTION and flag.get("status") != "entered-in-error"
    if not is_it or patient is None or "start" not in period:
        return None
    return Sanction(
        flag.get("id", ""),
        patient,
        day_in(period["start"], zone),
        last_day_in(period["end"], zone) if "end" in period else None,
        id_in(flag.get("author", {}), "Practitioner"),
    )


def flag_of(sanction: Sanction) -> dict[str, Any]:
    """The Flag."""
    end = sanction.end.isoformat() if sanction.end else None
    return without_none(
        {
            "resourceType": "Flag",
            "id": sanction.id,
            "status": "active",
            "code": ours("custody-flag", SANCTION),
            "subject": reference("Patient", sanction.patient),
            "period": without_none({"start": sanction.start.isoformat(), "end": end}),
            "author": reference("Practitioner", sanction.told_to) if sanction.told_to else None,
        }
    )
