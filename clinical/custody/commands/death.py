"""Died. Orders end, messages stop, bottles are counted by two, and the record is closed for the investigation."""

from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Messages, Orders
from clinical.custody.encounters import RESTRICTED, ended, instant
from clinical.custody.movement import Before, Json, Movement, Told, Where
from clinical.custody.sealed import seal_of


def died(before: Before, told: Told) -> list[Json]:
    """The Patient with the instant of death, the end of the stay if there is one here, and the seal on the record."""
    meta = before.patient.get("meta", {})
    security = [one for one in meta.get("security", ()) if one != RESTRICTED]
    patient = {
        **before.patient,
        "meta": {**meta, "security": [*security, RESTRICTED]},
        "deceasedDateTime": instant(told.at),
    }
    return [patient, *(ended(before, told, "death") if before.stay else ()), seal_of(before, told)]


MOVEMENTS = (
    Movement(
        "death",
        Where.ANYWHERE,
        died,
        Consequences(
            orders=Orders.END,
            messages=Messages.STOP,
            bottles=Bottles.COUNTED_BY_TWO,
            dosing=Dosing.ENDS,
            duties=(Duty.COUNT_BOTTLES_BY_TWO, Duty.RETURN_POURED_DOSES),
            sealed=True,
        ),
    ),
)
