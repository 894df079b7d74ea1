"""When naloxone that somebody was given to take home is given anew: it is used, lost, or past its date.

What date stands on a box is not recorded; the protocol says after how long another is handed over.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import Json, code_in, id_in, known_day, reference, without_none
from clinical.protocols import Protocol

RENEW_AFTER = "oat.naloxone-renew-after"
ATC = "http://www.whocc.no/atc"
NALOXONE = "V03AB15"
COMPLETED = "completed"


def naloxone_due_on(handed_over: date, protocol: Protocol) -> date:
    """The civil day on which another is due. Nobody has set after how long: the day after. Raises BadProtocol."""
    after = protocol.days(RENEW_AFTER)
    return handed_over + timedelta(days=1 if after is None else after)


@dataclass(frozen=True)
class HandedOver:
    """Naloxone that somebody was given to take along.

    Attributes:
        id: of the MedicationDispense.
        day: the civil day.
        by: the id of the Practitioner; None: not said.
    """

    id: str
    patient: str
    day: date
    by: str | None = None


def dispense_of(handed: HandedOver) -> dict[str, Any]:
    """The MedicationDispense."""
    return without_none(
        {
            "resourceType": "MedicationDispense",
            "id": handed.id,
            "status": COMPLETED,
            "medicationCodeableConcept": {"coding": [{"system": ATC, "code": NALOXONE}]},
            "subject": reference("Patient", handed.patient),
            "performer": [{"actor": reference("Practitioner", handed.by)}] if handed.by else None,
            "whenHandedOver": handed.day.isoformat(),
        }
    )


def handed_over_of(dispense: Json, zone: ZoneInfo) -> HandedOver | None:
    """The naloxone that a MedicationDispense hands over; None if it is of another medicine, was not handed over, or has no day."""
    patient, at = id_in(dispense.get("subject", {}), "Patient"), dispense.get("whenHandedOver")
    is_it = code_in(dispense.get("medicationCodeableConcept", {}), ATC) == NALOXONE
    day = known_day(at, zone) if at else None
    if not is_it or patient is None or day is None or dispense.get("status") != COMPLETED:
        return None
    performers = (id_in(one.get("actor", {}), "Practitioner") for one in dispense.get("performer", ()))
    return HandedOver(dispense.get("id", ""), patient, day, next((one for one in performers if one), None))
