"""What happened as FHIR R4 (profile ``oat-dose``), and back: a MedicationAdministration; what was vomited, an Observation.

The reader takes records of other makers too. What begins with "completed" was given, whatever else it does not say.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.happened import Entry, Finding, Happened, Kind, Reason
from clinical.oat.product import Product, medication_of, product_of, reason_of, route_of
from clinical.oat.shapes import (
    OURS,
    PROFILE,
    Json,
    code_in,
    concept,
    day_in,
    decimal_in,
    extension,
    extensions,
    id_in,
    mg_in,
    ours,
    part_of,
    parts,
    quantity,
    reference,
    said_of,
    value_of,
    when,
    without_none,
)

ADMINISTRATION, OBSERVATION = "MedicationAdministration", "Observation"
FUNCTIONS = "http://terminology.hl7.org/CodeSystem/med-admin-perform-function"
REASONS = f"{OURS}dose-reason"
VOMITED = "dose-vomited"
EVENT = "urn:throughcare:dose-event"

STATUSES = {Kind.PARTIAL: "stopped", Kind.ENTERED_IN_ERROR: "entered-in-error"}
NOT_DONE = frozenset({Kind.REFUSED, Kind.ABSENT, Kind.WITHHELD, Kind.NOT_AVAILABLE, Kind.SPILLED})

KIND_OF_REASON = {
    Reason.REFUSED: Kind.REFUSED,
    Reason.ABSENT: Kind.ABSENT,
    Reason.CLINICAL: Kind.WITHHELD,
    Reason.SPILLED: Kind.SPILLED,
}
"""All others are not available."""

NO_PRODUCTS: Mapping[str, Product] = {}


def happened_of(
    resource: Json, zone: ZoneInfo, ordered: Mapping[str, Product] = NO_PRODUCTS
) -> Happened | None:
    """What a MedicationAdministration or Observation says happened; None if it says nothing about this treatment.

    Args:
        resource: as JSON; it has passed the gate.
        zone: the facility's, for what is a civil day.
        ordered: the product of each order by its id, which tells a depot where the record does not.
    """
    if resource["resourceType"] == OBSERVATION:
        return _vomited(resource, zone)
    return _administered(resource, zone, ordered)


def _administered(resource: Json, zone: ZoneInfo, ordered: Mapping[str, Product]) -> Happened | None:
    kind, patient = _kind(resource), id_in(resource.get("subject", {}), "Patient")
    product = _product(resource, ordered)
    said = _effective(resource)
    if product is None or kind is None or patient is None or said is None:
        return None
    dosage = resource.get("dosage", {})
    slot = next(extensions(resource, "slot"), {})
    return Happened(
        id=resource.get("id", ""),
        patient=patient,
        kind=kind,
        **_when(said, zone),
        product=product,
        reason=_reason(resource),
        finding=_finding(resource),
        mg=mg_in(dosage.get("dose", {}) or value_of(resource, "spilled", "valueQuantity") or {}),
        ml=decimal_in(value_of(dosage, "volume", "valueQuantity") or {}),
        concentration=decimal_in(value_of(dosage, "concentration", "valueQuantity") or {}),
        container=value_of(dosage, "container", "valueString"),
        order=id_in(resource.get("request", {}), "MedicationRequest"),
        order_version=part_of(slot, "order-version", "valueString"),
        slot_day=_day(part_of(slot, "day", "valueDate"), zone),
        part=_whole(part_of(slot, "part", "valuePositiveInt")),
        about=next(_ids(resource.get("partOf", ()), ADMINISTRATION), None),
        covers_days=_whole(value_of(resource, "covers-days", "valuePositiveInt")),
        context=resource.get("context", {}).get("reference"),
        given_by=_performer(resource, "performer"),
        witness=_performer(resource, "witness"),
        **_recorded(resource),
    )


def _vomited(resource: Json, zone: ZoneInfo) -> Happened | None:
    about = next(_ids(resource.get("partOf", ()), ADMINISTRATION), None)
    patient, said = id_in(resource.get("subject", {}), "Patient"), _effective(resource)
    if code_in(resource.get("code", {}), f"{OURS}observation") != VOMITED or patient is None or said is None:
        return None
    return Happened(
        id=resource.get("id", ""),
        patient=patient,
        kind=Kind.ENTERED_IN_ERROR if resource.get("status") == "entered-in-error" else Kind.VOMITED,
        **_when(said, zone),
        ml=decimal_in(resource.get("valueQuantity", {})),
        about=about,
        **_recorded(resource),
    )


def _kind(resource: Json) -> Kind | None:
    """None: it has not happened yet, or what it says may mean the opposite."""
    if resource.get("modifierExtension") or resource.get("dosage", {}).get("modifierExtension"):
        return None
    match resource.get("status"):
        case "entered-in-error":
            return Kind.ENTERED_IN_ERROR
        case "not-done":
            reason = _reason(resource)
            return KIND_OF_REASON.get(reason, Kind.NOT_AVAILABLE) if reason else Kind.NOT_AVAILABLE
        case "stopped" | "completed" | "in-progress":
            return _taken(resource)
    return None


def _taken(resource: Json) -> Kind:
    if value_of(resource, "mouth-check-failed", "valueBoolean") is True:
        return Kind.MOUTH_CHECK_FAILED
    if any(_ids((*resource.get("partOf", ()), *resource.get("supportingInformation", ())), ADMINISTRATION)):
        return Kind.RE_DOSE
    return Kind.GIVEN if resource["status"] == "completed" else Kind.PARTIAL


def _reason(resource: Json) -> Reason | None:
    codes = (code_in(one, REASONS) for one in resource.get("statusReason", ()))
    return next((Reason(code) for code in codes if code in list(Reason)), None)


def _finding(resource: Json) -> Finding | None:
    code = value_of(resource, "finding", "valueCode")
    return Finding(code) if code in list(Finding) else None


def _product(resource: Json, ordered: Mapping[str, Product]) -> Product | None:
    """As the record names it, and where that leaves it open as its order does."""
    named = product_of(resource, _whole(value_of(resource, "covers-days", "valuePositiveInt")) or 1)
    of_order = ordered.get(id_in(resource.get("request", {}), "MedicationRequest") or "")
    return of_order if named and of_order and of_order.atc == named.atc else named


def _effective(resource: Json) -> str | None:
    said = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    return None if said is None else str(said)


def _when(said: str, zone: ZoneInfo) -> dict[str, Any]:
    found = when(said, zone)
    return {"occurred_at": found.at, "surely_by": found.surely_by, "day": found.day}


def _recorded(resource: Json) -> dict[str, Any]:
    """How, where and by whom it was recorded."""
    entry = value_of(resource, "dose-entry", "valueCode")
    numbers = (
        one["value"]
        for one in resource.get("identifier", ())
        if one.get("system") == EVENT and "value" in one
    )
    return {
        "facility": id_in(value_of(resource, "recorded-by", "valueReference") or {}, "Organization"),
        "recorded_by": id_in(value_of(resource, "recorder", "valueReference") or {}, "Practitioner"),
        "single_handed": value_of(resource, "single-handed", "valueBoolean") is True,
        "observed": value_of(resource, "observed", "valueBoolean"),
        "entry": Entry.PAPER if entry == Entry.PAPER else Entry.LIVE,
        "event": next(numbers, None),
    }


def _performer(resource: Json, function: str) -> str | None:
    for one in resource.get("performer", ()):
        if (code_in(one.get("function", {}), FUNCTIONS) or "performer") == function:
            return id_in(one.get("actor", {}), "Practitioner")
    return None


def _ids(references: Any, type_: str) -> Iterator[str]:
    yield from (found for one in references if (found := id_in(one, type_)))


def _day(said: str | None, zone: ZoneInfo) -> date | None:
    return None if said is None else day_in(said, zone)


def _whole(said: Any) -> int | None:
    return None if said is None else int(said)


# --- and back


def resource_of(happened: Happened) -> dict[str, Any]:
    """The resource: a MedicationAdministration, of what was vomited an Observation.

    What was entered in error is written by ``in_error``, from the resource that is wrong.
    """
    assert happened.kind is not Kind.ENTERED_IN_ERROR, "an error keeps what it was: see in_error"
    return _observation(happened) if happened.kind is Kind.VOMITED else _administration(happened)


def in_error(resource: Json) -> dict[str, Any]:
    """The same resource as one that was entered in error. It is never deleted."""
    return {**resource, "status": STATUSES[Kind.ENTERED_IN_ERROR]}


def _administration(happened: Happened) -> dict[str, Any]:
    product = happened.product
    assert product is not None, "a dose names its medicine"
    return without_none(
        {
            "resourceType": ADMINISTRATION,
            "id": happened.id,
            "meta": {"profile": [f"{PROFILE}oat-dose"]},
            "extension": list(_extensions(happened)),
            **_identified(happened),
            "partOf": [reference(ADMINISTRATION, happened.about)] if happened.about else None,
            "status": _status(happened.kind),
            "statusReason": [ours("dose-reason", happened.reason)] if happened.reason else None,
            "medicationCodeableConcept": medication_of(product),
            "subject": reference("Patient", happened.patient),
            "context": {"reference": happened.context} if happened.context else None,
            "effectiveDateTime": _said(happened),
            "performer": list(_performers(happened)),
            "reasonCode": reason_of(product),
            "request": reference("MedicationRequest", happened.order) if happened.order else None,
            "dosage": _dosage(happened, product) if happened.was_taken else None,
        }
    )


def _status(kind: Kind) -> str:
    return "not-done" if kind in NOT_DONE else STATUSES.get(kind, "completed")


def _said(happened: Happened) -> str:
    return said_of(happened.occurred_at, happened.surely_by, happened.day)


def _dosage(happened: Happened, product: Product) -> dict[str, Any] | None:
    """The amount; what is not known is not written, since a dosage without a dose is none."""
    if happened.mg is None:
        return None
    measured = [
        extension(name, valueQuantity=quantity(value, unit))
        for name, value, unit in (
            ("volume", happened.ml, "mL"),
            ("concentration", happened.concentration, "mg/mL"),
        )
        if value is not None
    ]
    container = [extension("container", valueString=happened.container)] if happened.container else []
    return without_none(
        {
            "extension": measured + container,
            "route": route_of(product),
            "dose": quantity(happened.mg, "mg"),
        }
    )


def _performers(happened: Happened) -> Iterator[dict[str, Any]]:
    for function, id_ in (("performer", happened.given_by), ("witness", happened.witness)):
        if id_:
            yield {"function": concept((FUNCTIONS, function)), "actor": reference("Practitioner", id_)}


def _extensions(happened: Happened) -> Iterator[dict[str, Any]]:
    yield from _recording(happened)
    if happened.slot_day:
        yield _slot(happened, happened.slot_day)
    if happened.kind is Kind.MOUTH_CHECK_FAILED:
        yield extension("mouth-check-failed", valueBoolean=True)
    if happened.kind is Kind.SPILLED and happened.mg is not None:
        yield extension("spilled", valueQuantity=quantity(happened.mg, "mg"))
    if happened.finding:
        yield extension("finding", valueCode=str(happened.finding))
    if happened.covers_days:
        yield extension("covers-days", valuePositiveInt=happened.covers_days)


def _slot(happened: Happened, day: date) -> dict[str, Any]:
    version = happened.order_version
    return extension(
        "slot",
        extension=parts(
            day={"valueDate": day.isoformat()},
            part={"valuePositiveInt": happened.part or 1},
            order_version={"valueString": version} if version else None,
        ),
    )


def _recording(happened: Happened) -> Iterator[dict[str, Any]]:
    yield extension("dose-entry", valueCode=str(happened.entry))
    if happened.facility:
        yield extension("recorded-by", valueReference=reference("Organization", happened.facility))
    if happened.recorded_by:
        yield extension("recorder", valueReference=reference("Practitioner", happened.recorded_by))
    if happened.observed is not None:
        yield extension("observed", valueBoolean=happened.observed)
    if happened.single_handed:
        yield extension("single-handed", valueBoolean=True)


def _identified(happened: Happened) -> dict[str, Any]:
    return {"identifier": [{"system": EVENT, "value": happened.event}] if happened.event else None}


def _observation(happened: Happened) -> dict[str, Any]:
    return without_none(
        {
            "resourceType": OBSERVATION,
            "id": happened.id,
            "extension": list(_recording(happened)),
            **_identified(happened),
            "partOf": [reference(ADMINISTRATION, happened.about)] if happened.about else None,
            "status": "final",
            "code": ours("observation", VOMITED),
            "subject": reference("Patient", happened.patient),
            "effectiveDateTime": _said(happened),
            "valueQuantity": quantity(happened.ml, "mL") if happened.ml is not None else None,
        }
    )
