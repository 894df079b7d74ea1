"""What a death ends, and what other ends of a stay stop: orders, appointments and messages, each as a new version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinical.custody.encounters import ours
from clinical.custody.movement import began_after

Json = Mapping[str, Any]

ORDERED = frozenset({"active", "on-hold", "draft"})
BOOKED = frozenset({"proposed", "pending", "booked", "waitlist"})
TO_BE_SENT = frozenset({"draft", "active", "on-hold"})


def ended_by_death(order: Json, at: datetime) -> Json | None:
    """A MedicationRequest that has ended; None if it had already."""
    if order.get("status") not in ORDERED:
        return None
    return {**order, "status": "stopped", "statusReason": ours("order-end", "death")}


def stopped_messages(resource: Json, at: datetime) -> Json | None:
    """An Appointment that is called off or a CommunicationRequest that is not sent; None if there is nothing to stop."""
    if resource["resourceType"] == "CommunicationRequest":
        return {**resource, "status": "revoked"} if resource.get("status") in TO_BE_SENT else None
    if resource.get("status") not in BOOKED or not began_after(resource.get("start"), at):
        return None
    return {**resource, "status": "cancelled"}
