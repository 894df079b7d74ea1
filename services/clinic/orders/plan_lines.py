"""An order day by day: mg, and mL where what stands open in the register has one strength."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from clinical.oat.order import OatOrder
from clinical.oat.orders.strip import DAYS
from clinical.oat.product import Product
from clinical.oat.round.stock import containers_out
from clinical.oat.slot import due_days
from clinical.oat.volume import ml_of
from fhir_store.write import raw_cursor
from services.clinic.orders.here import Here
from services.clinic.sentences import amount


@dataclass(frozen=True)
class PlanDay:
    """One day with a dose; ``ml`` empty: by the label of the container."""

    day: date
    doses: tuple[str, ...]
    mg: str
    ml: str
    take_home: bool


@dataclass(frozen=True)
class Plan:
    """The first days, and how many days with a dose follow them; None: without an end."""

    days: tuple[PlanDay, ...]
    more: int | None
    by_volume: bool
    concentration: str
    """In mg in each mL, of what stands open; empty: of nothing, or of several."""


def plan_of(here: Here, connection: Connection, order: OatOrder) -> Plan:
    """The days of an order."""
    concentration = _concentration(here, connection, order.product)
    dosed = _days(order)
    shown = tuple(_day(order, one, concentration) for one in dosed[:DAYS])
    more = None if order.end is None else max(0, len(dosed) - DAYS)
    return Plan(shown, more, order.product.by_volume, "" if concentration is None else amount(concentration))


def _days(order: OatOrder) -> list[date]:
    last = order.end or order.start + timedelta(days=DAYS - 1)
    if order.interval_days > 1:
        return list(due_days(order, last, {}))
    return [day for day in order.days(order.start, last) if order.parts_on(day)]


def _day(order: OatOrder, day: date, concentration: Decimal | None) -> PlanDay:
    mg = order.mg_on(day)
    ml = "" if concentration is None else amount(ml_of(mg, concentration))
    return PlanDay(
        day,
        tuple(
            f"{amount(part.mg)} mg" + (f" {part.at:%H:%M}" if part.at else "") for part in order.parts_on(day)
        ),
        amount(mg),
        ml,
        order.is_take_home(day),
    )


def _concentration(here: Here, connection: Connection, product: Product) -> Decimal | None:
    if not product.by_volume or not here.facility:
        return None
    strengths = {
        one.product.strength
        for one in containers_out(raw_cursor(connection), here.facility)
        if one.serves(product)
    }
    return strengths.pop() if len(strengths) == 1 else None
