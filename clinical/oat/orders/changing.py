"""What becomes of an order that is stored: ended, stopped, suspended, resumed, or with its doses at other times.

Each makes the next version of the MedicationRequest and leaves alone what it is not about: a note of another system stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from clinical.oat.hold import HoldReason
from clinical.oat.order import OatOrder, OrderStatus, Step
from clinical.oat.order_resource import request_of
from clinical.oat.orders.stop_reason import SYSTEM, StopReason
from clinical.oat.shapes import EXTENSION, Json, concept, extension, extensions, ours, reference, written

ONE_DAY = timedelta(days=1)
DECIDED = "order-decided"


def decided(request: Json, by: str, at: datetime) -> Mapping[str, Any]:
    """With who decided last what became of it, and when; the signature of the order itself stays."""
    said = extension(
        DECIDED,
        extension=[
            {"url": "by", "valueReference": reference("Practitioner", by)},
            {"url": "at", "valueDateTime": written(at)},
        ],
    )
    others = (one for one in request.get("extension", ()) if one.get("url") != EXTENSION + DECIDED)
    return {**request, "extension": [*others, said]}


def decided_by(request: Json) -> tuple[str, str] | None:
    """Who decided last, as a literal reference, and when as FHIR writes it; None: that is not said."""
    said = next(extensions(request, DECIDED), {})
    found = {one.get("url"): one for one in said.get("extension", ())}
    by, at = found.get("by", {}).get("valueReference", {}), found.get("at", {}).get("valueDateTime")
    return (str(by.get("reference", "")), str(at)) if at else None


def ended_before(order: OatOrder, day: date) -> OatOrder:
    """The order that another takes the place of from a day on; one that had not begun by then is cancelled."""
    if day <= order.start:
        return replace(order, status=OrderStatus.CANCELLED)
    last = day - ONE_DAY
    return replace(order, end=last if order.end is None else min(order.end, last))


def with_end(request: Json, order: OatOrder) -> Mapping[str, Any]:
    """The MedicationRequest with status and end of the order."""
    dispense = request.get("dispenseRequest", {})
    period = {**dispense.get("validityPeriod", {"start": order.start.isoformat()})}
    if order.end is not None:
        period["end"] = order.end.isoformat()
    changed = {
        **request,
        "status": str(order.status),
        "dispenseRequest": {**dispense, "validityPeriod": period},
    }
    if order.status is OrderStatus.CANCELLED:
        changed["statusReason"] = concept((SYSTEM, StopReason.SWITCHED))
    return changed


def stopped(request: Json, order: OatOrder, reason: StopReason, day: date) -> Mapping[str, Any]:
    """Ended now and for good; one that has not begun is cancelled."""
    status = OrderStatus.STOPPED if order.start <= day else OrderStatus.CANCELLED
    return {**request, "status": str(status), "statusReason": concept((SYSTEM, reason))}


def suspended(request: Json, reason: HoldReason) -> Mapping[str, Any]:
    """On hold until a prescriber resumes it."""
    return {**request, "status": str(OrderStatus.ON_HOLD), "statusReason": ours("hold", reason)}


def resumed(request: Json) -> Mapping[str, Any]:
    """Goes on."""
    return {
        name: member
        for name, member in {**request, "status": str(OrderStatus.ACTIVE)}.items()
        if name != "statusReason"
    }


def with_steps(request: Json, order: OatOrder, steps: tuple[Step, ...]) -> Mapping[str, Any]:
    """With other doses, or the same at other times."""
    return {
        **request,
        "dosageInstruction": request_of(replace(order, steps=steps))["dosageInstruction"],
    }


def countersigned(request: Json, at: datetime) -> Mapping[str, Any]:
    """A telephone order that its prescriber has signed."""
    return {**request, "extension": list(_with_countersignature(request, at))}


def _with_countersignature(request: Json, at: datetime) -> Iterator[Mapping[str, Any]]:
    for one in request.get("extension", ()):
        if one.get("url") != f"{EXTENSION}telephone-order":
            yield one
        else:
            parts = [part for part in one.get("extension", ()) if part.get("url") != "countersigned"]
            yield {
                **one,
                "extension": [*parts, {"url": "countersigned", "valueDateTime": written(at)}],
            }
