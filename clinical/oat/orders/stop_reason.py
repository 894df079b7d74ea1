"""Why an order was ended. The list is closed, and no reason in it is disciplinary: treatment is no privilege to take away."""

from enum import StrEnum

from clinical.oat.shapes import OURS, Json, code_in
from clinical.words import N_

SYSTEM = f"{OURS}order-stop"


class StopReason(StrEnum):
    """Why."""

    COMPLETED = "completed"
    WISH = "wish"
    CLINICAL = "clinical"
    SWITCHED = "switched"
    ELSEWHERE = "elsewhere"
    MISTAKEN = "mistaken"


WORDS = {
    StopReason.COMPLETED: N_("The course is completed as agreed"),
    StopReason.WISH: N_("The person asks to end it"),
    StopReason.CLINICAL: N_("A clinician found that it is not safe any more"),
    StopReason.SWITCHED: N_("Another medicine or order takes its place"),
    StopReason.ELSEWHERE: N_("Another service goes on with it"),
    StopReason.MISTAKEN: N_("It was ordered by mistake"),
}


def stop_reason_of(request: Json) -> StopReason | None:
    """Why a MedicationRequest was ended; None: that is not said, or not in our words."""
    code = code_in(request.get("statusReason", {}), SYSTEM)
    return StopReason(code) if code in list(StopReason) else None
