"""A resource as one line of a record: its type, when it was, and a short text. Never a free text of a clinician."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clinical.concepts import words

Json = Mapping[str, Any]

WHEN = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "performedDateTime", "performedPeriod", "period",
    "occurrenceDateTime", "occurrencePeriod", "onsetDateTime", "whenHandedOver", "whenPrepared", "authoredOn",
    "identifiedDateTime", "identifiedPeriod", "start", "sent", "date", "dateTime", "created", "authored", "issued",
    "recordedDate", "recorded", "birthDate",
)  # fmt: skip
"""Elements that say when it was, the first that is there."""

WHAT = (
    "medicationCodeableConcept", "code", "vaccineCode", "type", "class", "serviceType", "scope", "category",
    "reasonCode",
)  # fmt: skip
"""Elements that say what it is, the first that says something."""

TELLING = frozenset(
    {
        "not-done",
        "entered-in-error",
        "cancelled",
        "stopped",
        "on-hold",
        "inactive",
        "planned",
        "finished",
        "active",
    }
)
"""Statuses that are said; the others are the usual ones of their types."""


@dataclass(frozen=True)
class RecordLine:
    """``when`` is a date as FHIR writes it, empty if there is none; ``status`` a code, empty if it is the usual one."""

    type: str
    when: str
    text: str = field(repr=False)
    status: str


def record_line(resource: Json) -> RecordLine:
    """The line of a resource that has passed the gate."""
    status = resource.get("status", "")
    return RecordLine(
        str(resource["resourceType"]),
        when(resource),
        ", ".join(_texts(resource)),
        status if status in TELLING else "",
    )


def when(resource: Json) -> str:
    """When it was, as FHIR writes it; of a period its beginning."""
    for name in WHEN:
        said = resource.get(name)
        if isinstance(said, dict):
            said = said.get("start") or said.get("end")
        if said:
            return str(said)
    return ""


def amount(resource: Json) -> str:
    """How much was given, handed out or ordered, with its unit; empty if that is not said."""
    instructed = (resource.get("dosageInstruction") or [{}])[0]
    rate = (instructed.get("doseAndRate") or [{}])[0]
    for said in (resource.get("dosage"), rate.get("doseQuantity"), resource.get("quantity")):
        if isinstance(said, dict):
            return quantity(said.get("dose", said))
    return ""


def quantity(said: Json) -> str:
    """A Quantity as it is written: value and unit."""
    if "value" not in said:
        return ""
    return f"{said.get('comparator', '')}{said['value']} {said.get('unit', said.get('code', ''))}".strip()


def _texts(resource: Json) -> Iterator[str]:
    what = next((text for name in WHAT if (text := _concept(resource.get(name)))), "")
    if what:
        yield what
    if much := amount(resource):
        yield much
    if "valueQuantity" in resource and (value := quantity(resource["valueQuantity"])):
        yield value
    for name in ("valueCodeableConcept", "statusReason", "reasonCode"):
        if name in resource and (said := _concept(resource[name])) and said != what:
            yield said


def _concept(said: Any) -> str:
    first = said[0] if isinstance(said, list) and said else said
    return words(first) if isinstance(first, dict) else ""
