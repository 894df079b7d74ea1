"""A telephone order as it is written down: of one dose of today, in place of what is planned for that slot."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from clinical.oat.issue import Issue
from clinical.oat.order import OatOrder, Part, Signature, Step, TelephoneOrder
from clinical.oat.product import Product
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release, Releaser
from clinical.oat.round.round_list import Now, stops
from clinical.oat.round.situation import Situation
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop

NOT_OF_ONE_DOSE = frozenset({"overlap", "gap", "end-date"})
"""What is weighed of an order that lasts: a telephone order takes the place of one slot and leaves the others."""

FLAWED = "telephone-order"
"""The stop of a telephone order that is none. Nobody lets it pass by that same order."""


def spoken_order(
    said: TelephoneOrder, product: Product, mg: Decimal, patient: str, facility: str, prescriber: str
) -> OatOrder:
    """The order, without an id."""
    return OatOrder(
        id="",
        patient=patient,
        product=product,
        steps=(Step(said.day, None, (Part(mg),)),),
        start=said.day,
        end=said.day,
        facility=facility,
        prescriber=prescriber,
        signature=Signature.TELEPHONE,
        telephone=said,
    )


def of_one_dose(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Those of what was found that say something of a single dose."""
    return tuple(one for one in issues if one.code not in NOT_OF_ONE_DOSE)


def spoken_for(record: TreatmentRecord, day: date, part: int) -> OatOrder | None:
    """The telephone order that there is for a slot already; of two nobody could say which counts."""
    return next(
        (
            one
            for one in record.orders
            if one.telephone
            and (one.telephone.day, one.telephone.part) == (day, part)
            and one.is_valid_on(day)
        ),
        None,
    )


def stops_against(order: OatOrder, person: Situation, now: Now) -> tuple[Stop, ...]:
    """What a prescriber releases by ordering it: what stands against its dose, and who releases that is a prescriber. Raises BadProtocol."""
    said = order.telephone
    if said is None:
        return ()
    record = replace(person.record, orders=(*person.record.orders, order))
    slot = Slot(order, said.day, said.part, order.mg_on(said.day))
    standing = stops(replace(person, record=record), slot, now)
    return tuple(one for one in standing if one.released_by is Releaser.PRESCRIBER and one.code != FLAWED)


def released_by(order: OatOrder, against: Iterable[Stop], told: Container[str]) -> tuple[Release, ...]:
    """The releases of those stops that were read out to the prescriber before the dose was said.

    Args:
        order: the telephone order, with its prescriber.
        against: as ``stops_against`` finds them.
        told: the codes of those that were read out.
    """
    said = order.telephone
    if said is None or order.prescriber is None:
        return ()
    return tuple(
        Release(one.code, Releaser.PRESCRIBER, said.said_at, said.day, said.part, order.prescriber, patient=order.patient)
        for one in against
        if one.code in told
    )  # fmt: skip
