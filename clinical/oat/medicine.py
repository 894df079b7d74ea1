"""Another medicine that somebody takes, from when to when: what an interaction is asked about."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from clinical.oat.shapes import ATC, ATC_OID, Json, code_in, day_in, id_in, last_day_in

TAKEN = frozenset({"active", "on-hold", "completed", "stopped"})
TYPES = frozenset({"MedicationRequest", "MedicationStatement"})


@dataclass(frozen=True)
class Medicine:
    """One medicine.

    Attributes:
        atc: WHO's code.
        start: the first civil day.
        end: the last civil day; None: it goes on.
        reference: the literal reference of the record that says so.
    """

    atc: str
    start: date
    end: date | None = None
    reference: str = ""

    def is_taken_on(self, day: date) -> bool:
        """Whether it is taken on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


def medicine_of(resource: Json, zone: ZoneInfo) -> Medicine | None:
    """The medicine that an order or a statement is about; None if it has no ATC code, no beginning, or was never taken."""
    atc = code_in(resource.get("medicationCodeableConcept", {}), ATC, ATC_OID)
    period = _period(resource)
    start = period.get("start") or resource.get("effectiveDateTime") or resource.get("authoredOn")
    is_taken = resource["resourceType"] in TYPES and resource.get("status") in TAKEN
    if atc is None or start is None or not is_taken or id_in(resource.get("subject", {}), "Patient") is None:
        return None
    first = day_in(start, zone)
    return Medicine(
        atc, first, _end(resource, first, zone), f"{resource['resourceType']}/{resource.get('id', '')}"
    )


def _period(resource: Json) -> Json:
    found: Json = (
        resource.get("effectivePeriod") or resource.get("dispenseRequest", {}).get("validityPeriod") or {}
    )
    return found


def _end(resource: Json, first: date, zone: ZoneInfo) -> date | None:
    """What is over without saying since when was taken up to the day on which that was written."""
    end = _period(resource).get("end")
    if end is None and resource["status"] in ("completed", "stopped"):
        end = resource.get("meta", {}).get("lastUpdated")
    return None if end is None else max(first, last_day_in(end, zone))
