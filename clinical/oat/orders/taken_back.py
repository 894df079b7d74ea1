"""A telephone order that was written down wrongly: taken back while no dose was given by it, and kept as an error.

Who wrote it down may take it back, and the prescriber who is said to have said it. Once a dose was given by it, it stays: the
record has to tell by what somebody was given a medicine.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from clinical.oat.happened import Happened
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.record import TreatmentRecord
from clinical.oat.shapes import OURS, Json, code_in, concept
from clinical.words import N_

SYSTEM = f"{OURS}order-taken-back"


class Mistake(StrEnum):
    """What was wrong with it."""

    OTHER_PERSON = "other-person"
    DOSE = "dose"
    MEDICINE = "medicine"
    NOT_SAID = "not-said"
    TWICE = "twice"


WORDS = {
    Mistake.OTHER_PERSON: N_("It was for another person"),
    Mistake.DOSE: N_("The dose was written down wrongly"),
    Mistake.MEDICINE: N_("The medicine was written down wrongly"),
    Mistake.NOT_SAID: N_("The prescriber did not say it"),
    Mistake.TWICE: N_("It was written down twice"),
}


def may_take_back(order: OatOrder, account: str) -> bool:
    """Whether it is somebody's own telephone order; once it is countersigned it is the prescriber's alone."""
    said = order.telephone
    if said is None:
        return False
    return account == order.prescriber or (said.countersigned_at is None and account == said.heard_by)


def dose_by(order: OatOrder, record: TreatmentRecord) -> Happened | None:
    """The first dose that was in fact taken by an order; None: there is none."""
    taken = (one for one in record.happened if one.order == order.id and one.was_taken)
    return min(taken, key=lambda one: (one.occurred_at, one.id), default=None)


def taken_back(request: Json, mistake: Mistake) -> Mapping[str, Any]:
    """The MedicationRequest as an error that was never an order."""
    return {
        **request,
        "status": str(OrderStatus.ENTERED_IN_ERROR),
        "statusReason": concept((SYSTEM, mistake)),
    }


def mistake_of(request: Json) -> Mistake | None:
    """Why a MedicationRequest was taken back; None: that is not said, or it was not."""
    code = code_in(request.get("statusReason", {}), SYSTEM)
    return Mistake(code) if code in list(Mistake) else None
