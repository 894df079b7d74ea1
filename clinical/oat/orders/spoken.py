"""A telephone order as it is written down: of one dose of today, in place of what is planned for that slot."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from clinical.oat.issue import Issue
from clinical.oat.order import OatOrder, Part, Signature, Step, TelephoneOrder
from clinical.oat.product import Product
from clinical.oat.record import TreatmentRecord

NOT_OF_ONE_DOSE = frozenset({"overlap", "gap", "end-date"})
"""What is weighed of an order that lasts: a telephone order takes the place of one slot and leaves the others."""


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
