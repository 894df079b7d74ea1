"""Opioid agonist treatment for tests; only what matters is named. Doses are whole mg unless a Decimal is passed."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.attendance import Attendance
from clinical.oat.happened import Happened, Kind
from clinical.oat.order import OatOrder, Part, Step
from clinical.oat.product import Product, products
from clinical.oat.proposal import Proposal
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import slots_on
from clinical.protocols import Parameter, Protocol, Status, protocol_of
from fhir_store.json_text import parse

ZONE = ZoneInfo("Europe/Podgorica")
DAY = date(2026, 3, 10)
"""A Tuesday, in winter time."""
SIX = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
"""Six in the morning of that day."""
HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)

METHADONE = products()["methadone-oral-solution"]
SUBLINGUAL = products()["buprenorphine-sublingual"]
COMBINED = products()["buprenorphine-naloxone-sublingual"]
WEEKLY = products()["buprenorphine-depot-weekly"]
MONTHLY = products()["buprenorphine-depot-monthly"]
MORPHINE = products()["morphine-slow-release"]


def on(days: int) -> date:
    """The day so many days after DAY."""
    return DAY + timedelta(days=days)


FIRST, LAST = on(-30), on(30)


def mg(*doses: int | str) -> tuple[Part, ...]:
    return tuple(Part(Decimal(dose)) for dose in doses)


def an_order(
    *doses: int | str,
    product: Product = METHADONE,
    start: date = FIRST,
    end: date | None = LAST,
    steps: tuple[Step, ...] | None = None,
    **changes: Any,
) -> OatOrder:
    """An order of one dose a day, or of several; ``steps`` in place of them."""
    base: dict[str, Any] = {
        "id": "order",
        "patient": "p",
        "facility": "prison",
        "interval_days": product.interval_days,
        "version": "1",
    }
    whole = (Step(start, None, mg(*(doses or (60,)))),)
    return OatOrder(
        **{
            **base,
            "product": product,
            "steps": whole if steps is None else steps,
            "start": start,
            "end": end,
            **changes,
        }
    )


def a_happened(kind: Kind = Kind.GIVEN, at: datetime = SIX, **changes: Any) -> Happened:
    """Something that happened at an instant, on its civil day."""
    base: dict[str, Any] = {
        "id": f"{kind}-{at:%Y%m%d-%H%M%S}",
        "patient": "p",
        "day": at.astimezone(ZONE).date(),
        "product": METHADONE,
        "mg": Decimal(60),
        "facility": "prison",
    }
    return Happened(**{**base, "kind": kind, "occurred_at": at, **changes})


DEMONSTRATION = protocol_of("demonstration")


def a_law(base: Protocol = DEMONSTRATION, **values: object) -> Protocol:
    """A protocol with other values; a name is written with ``_`` for ``-`` and ``__`` for a point, None takes it out."""
    parameters = dict(base.parameters)
    for written, value in values.items():
        name = written.replace("__", ".").replace("_", "-")
        assert name in DEMONSTRATION.parameters, name
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = Parameter(value, "x", Status.PROPOSED)
    return Protocol(parameters)


def an_attendance(
    *happened: Happened, order: OatOrder | None = None, at: datetime = SIX, part: int = 1, **changes: Any
) -> Attendance:
    """Somebody at the window for a dose of the day, of an order of 60 mg if no other is named."""
    given = {
        name: changes.pop(name) for name in ("take_home", "holds", "claims", "orders") if name in changes
    }
    orders = given.pop("orders", (order or an_order(),))
    record = TreatmentRecord(orders=orders, happened=happened, **given)
    day = at.astimezone(ZONE).date()
    slots = [one for one in slots_on(orders, day, record.runs_out(), 2) if one.part == part]
    base: dict[str, Any] = {"slot": slots[0] if slots else None, "closed": day - ONE_DAY}
    return Attendance(record=record, at=at, zone=ZONE, **{**base, **changes})


def a_proposal(
    order: OatOrder | None = None, *happened: Happened, at: datetime = SIX, **changes: Any
) -> Proposal:
    """An order about to be signed, from today on if no other is named, for somebody whose last dose was yesterday's 60 mg."""
    given = {
        name: changes.pop(name) for name in ("orders", "take_home", "holds", "claims") if name in changes
    }
    record = TreatmentRecord(happened=happened or (a_happened(at=SIX - ONE_DAY),), **given)
    base: dict[str, Any] = {"order": order or an_order(id="new", start=DAY), "closed": on(-1)}
    return Proposal(record=record, at=at, zone=ZONE, **{**base, **changes})


def held(resource: Any) -> dict[str, Any]:
    """A resource as the store has it."""
    return dict(parse(json.dumps(resource)).value)
