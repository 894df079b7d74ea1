"""An event as what happened, in the form in which the record keeps it. Pure."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from clinical.oat.happened import OF_KIND, Happened, Kind, Reason
from clinical.oat.order import OatOrder
from clinical.oat.product import Product, products
from clinical.oat.round.clock import Occurred
from clinical.oat.round.dose_event import DoseEvent, SlotName

HANGING_ON_A_DOSE = frozenset({Kind.RE_DOSE, Kind.VOMITED})
"""What names the dose that it hangs on; of any other kind a dose so marked would be read as one that was given again."""

ONLY_REASON = {kind: next(iter(reasons)) for kind, reasons in OF_KIND.items() if len(reasons) == 1}


def product_given(event: DoseEvent, orders: Iterable[OatOrder]) -> Product | None:
    """What of: as the event says, else by its order, else by the only thing that is ordered. None: nobody knows."""
    if event.product is not None:
        return products().get(event.product)
    ordered = {one.id: one.product for one in orders}
    if event.slot is not None and event.slot.order in ordered:
        return ordered[event.slot.order]
    return next(iter(ordered.values())) if len(set(ordered.values())) == 1 else None


def happened_from(
    event: DoseEvent,
    occurred: Occurred,
    product: Product | None,
    zone: ZoneInfo,
    facility: str,
    context: str | None,
) -> Happened:
    """What happened.

    Args:
        event: what a tablet says; no undoing.
        occurred: when.
        product: what of; of what was vomited the dose says it.
        zone: the facility's.
        facility: the id of the Organization.
        context: a literal reference to the stay.
    """
    slot = event.slot
    return Happened(
        id=str(event.id),
        patient=event.person,
        kind=event.kind,
        occurred_at=occurred.at,
        surely_by=occurred.surely_by,
        day=_day(occurred, slot, zone),
        product=product,
        reason=_reason(event),
        finding=event.finding,
        mg=event.mg,
        ml=event.ml,
        concentration=event.concentration,
        container=str(event.container) if event.container else None,
        order=slot.order if slot else None,
        order_version=event.order_version,
        slot_day=slot.day if slot else None,
        part=slot.part if slot else None,
        about=str(event.of) if event.of and event.kind in HANGING_ON_A_DOSE else None,
        context=context,
        facility=facility,
        given_by=str(event.given_by),
        recorded_by=str(event.recorded_by),
        witness=_other(event.witness, event.given_by),
        single_handed=event.single_handed,
        observed=event.observed,
        entry=event.entry,
        event=str(event.id),
    )


def _day(occurred: Occurred, slot: SlotName | None, zone: ZoneInfo) -> date:
    """Where the clock cannot be trusted, that of the slot: the list said it and no clock."""
    if occurred.surely_by is not None and slot is not None:
        return slot.day
    return occurred.at.astimezone(zone).date()


def _reason(event: DoseEvent) -> Reason | None:
    """One that goes with what happened; where only one does, that."""
    if event.reason in OF_KIND.get(event.kind, ()):
        return event.reason
    return ONLY_REASON.get(event.kind)


def _other(second: UUID | None, first: UUID) -> str | None:
    """Nobody is their own witness."""
    return str(second) if second is not None and second != first else None


ABOUT_THE_DOSE_ITSELF = frozenset({Kind.ENTERED_IN_ERROR, Kind.MOUTH_CHECK_FAILED})
"""What changes the record of the dose that it is about, and makes none of its own."""
