"""Whether an order is suspended by itself when a day closes: too many days were missed, and nobody is pregnant."""

from collections.abc import Iterator
from datetime import date

from clinical.oat.induction import is_in_induction
from clinical.oat.missed import missed_days
from clinical.oat.missed_table import Level, meaning_of
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.record import TreatmentRecord
from clinical.protocols import Protocol


def is_suspended_at(
    closed: date, order: OatOrder, record: TreatmentRecord, protocol: Protocol, *, pregnant: bool
) -> bool:
    """Whether the close of a civil day suspends an active order. Raises BadProtocol."""
    if pregnant or order.status is not OrderStatus.ACTIVE or not order.is_valid_on(closed):
        return False
    missed = missed_days(record, order, closed, protocol)
    in_induction = is_in_induction(record.inducted(order), closed, protocol)
    return (
        meaning_of(missed.days, order.product, protocol, in_induction=in_induction).level
        is Level.AUTO_SUSPENDED
    )


def suspended_at(
    closed: date, facility: str, record: TreatmentRecord, protocol: Protocol, *, pregnant: bool
) -> Iterator[OatOrder]:
    """Those orders of a facility that the close of its civil day suspends; of others each facility says itself. Raises BadProtocol."""
    for order in record.orders:
        if order.facility == facility and is_suspended_at(closed, order, record, protocol, pregnant=pregnant):
            yield order
