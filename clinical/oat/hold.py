"""A hold: a clinician decided that nothing is given for now. Its reasons are a closed list, and none is disciplinary.

What happened in the cell block, a sanction, or a debt is never a reason (Mandela Rules 27 (2), 32): there is no code for
it, and a reason that is not in the list is read as one to ask about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import OURS, Json, code_in, day_in, id_in, last_day_in, ours, reference, without_none
from clinical.words import N_

SYSTEM = f"{OURS}hold"
COUNTING = frozenset({"active", "inactive"})


class HoldReason(StrEnum):
    """Why. All but missed doses are a clinician's finding; the cascade counts those as ``clinical``."""

    CLINICAL = "clinical"
    MISSED_DOSES = "missed-doses"
    OVERDOSE = "overdose"
    QTC = "qtc"


WORDS = {
    HoldReason.CLINICAL: N_("A clinician decided that no dose is given"),
    HoldReason.MISSED_DOSES: N_("Doses were missed; a prescriber has to see the person first"),
    HoldReason.OVERDOSE: N_("After an overdose; a prescriber has to see the person first"),
    HoldReason.QTC: N_("The QT interval is too long"),
}


@dataclass(frozen=True)
class Hold:
    """A hold from a day to a day, both included.

    Attributes:
        id: of the Flag; empty if it is not stored yet.
        patient: the id of the Patient.
        reason: why.
        start: the first day.
        end: the last day; None: until it is lifted.
        set_by: the id of the Practitioner; None: not said.
    """

    id: str
    patient: str
    reason: HoldReason
    start: date
    end: date | None = None
    set_by: str | None = None

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


def holds_on(holds: Iterable[Hold], day: date) -> tuple[Hold, ...]:
    """Those that hold on a day, the first that was set first."""
    return tuple(sorted((one for one in holds if one.covers(day)), key=lambda one: (one.start, one.id)))


def hold_of(flag: Json, zone: ZoneInfo) -> Hold | None:
    """The hold that a Flag is; None if it is another flag, an error, or does not say since when.

    What is lifted without saying when was held up to the day on which that was written.
    """
    reason = code_in(flag.get("code", {}), SYSTEM)
    period, patient = flag.get("period", {}), id_in(flag.get("subject", {}), "Patient")
    if reason is None or patient is None or flag.get("status") not in COUNTING or "start" not in period:
        return None
    start = day_in(period["start"], zone)
    return Hold(
        id=flag.get("id", ""),
        patient=patient,
        # A word that is not ours still holds.
        reason=HoldReason(reason) if reason in list(HoldReason) else HoldReason.CLINICAL,
        start=start,
        end=_end(flag, start, zone),
        set_by=id_in(flag.get("author", {}), "Practitioner"),
    )


def _end(flag: Json, start: date, zone: ZoneInfo) -> date | None:
    end, lifted = flag["period"].get("end"), flag["status"] == "inactive"
    if end is None and lifted:
        end = flag.get("meta", {}).get("lastUpdated")
    if end is None:
        return start if lifted else None
    return max(start, last_day_in(end, zone))


def flag_of(hold: Hold) -> dict[str, Any]:
    """The Flag. One with an end is over: a clinician lifted it."""
    return without_none(
        {
            "resourceType": "Flag",
            "id": hold.id,
            "status": "active" if hold.end is None else "inactive",
            "code": ours("hold", hold.reason),
            "subject": reference("Patient", hold.patient),
            "period": without_none(
                {"start": hold.start.isoformat(), "end": hold.end.isoformat() if hold.end else None}
            ),
            "author": reference("Practitioner", hold.set_by) if hold.set_by else None,
        }
    )
