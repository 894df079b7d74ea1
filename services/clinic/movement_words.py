"""Movements and what follows from them, as the pages say it."""

from collections.abc import Mapping

from clinical.custody import errors
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Messages, Orders
from services.shared.languages import N_

MOVEMENTS: Mapping[str, str] = {
    "reception": N_("Received here"),
    "room": N_("Moved to another wing or cell"),
    "court-planned": N_("Court is planned"),
    "court": N_("Left for court"),
    "court-return": N_("Back from court"),
    "hospital": N_("Left for a hospital"),
    "hospital-return": N_("Back from hospital"),
    "police": N_("Taken by the police"),
    "police-return": N_("Returned by the police"),
    "home-leave": N_("Left for home leave"),
    "home-leave-return": N_("Back from home leave"),
    "transfer": N_("Transferred to another prison"),
    "release-planned": N_("Released as planned"),
    "release-unplanned": N_("Released without notice"),
    "house-arrest": N_("Released into house arrest"),
    "deportation": N_("Deported"),
    "escape": N_("Escaped"),
    "death": N_("Died"),
}

ENTRIES: Mapping[str, str] = {
    "liberty": N_("From liberty"),
    "transfer": N_("From another prison"),
    "court-return": N_("Back from court"),
    "recall": N_("Called back from conditional release"),
}

EXITS: Mapping[str, str] = {
    "transfer": N_("transferred"),
    "release-planned": N_("released as planned"),
    "release-unplanned": N_("released without notice"),
    "house-arrest": N_("released into house arrest"),
    "deported": N_("deported"),
    "escape": N_("escaped"),
    "death": N_("died"),
    "unknown": N_("not known how"),
}

ABSENCES: Mapping[str, str] = {
    "court": N_("Court"),
    "hospital": N_("Hospital"),
    "police": N_("Police"),
    "home-leave": N_("Home leave"),
}

DOSE_PLANS: Mapping[str, str] = {
    "before-departure": N_("Dose before departure"),
    "late-round": N_("Dose in the late round"),
}

DUTIES: Mapping[Duty, str] = {
    Duty.RECEPTION_SCREEN: N_("Screening at reception"),
    Duty.VERIFY_LAST_DOSE: N_("Verify the last dose with who gave it"),
    Duty.DOSE_AROUND_COURT: N_("Dose before departure, or in the late round"),
    Duty.HAND_OVER: N_("Hand over to the receiving health service"),
    Duty.RETURN_POURED_DOSES: N_("Return poured doses to the stock, by two"),
    Duty.COUNT_BOTTLES_BY_TWO: N_("Count the bottles, by two"),
    Duty.REVIEW_ORDERS: N_("A prescriber ends the orders or lets them go on"),
    Duty.BRIDGING_PRESCRIPTION: N_("Prescription until the community centre takes over"),
    Duty.NALOXONE: N_("Naloxone to take along"),
    Duty.CALL_COMMUNITY_CENTRE: N_("Call the community centre"),
    Duty.FOLLOW_UP: N_("Follow up after release"),
}

ORDERS: Mapping[Orders, str] = {
    Orders.GO_ON: N_("Orders go on."),
    Orders.STAND: N_(
        "Orders stay valid. If the person stands here all the same, a nurse gives the dose with a reason."
    ),
    Orders.END: N_("Every order ends."),
}
MESSAGES: Mapping[Messages, str] = {
    Messages.GO_ON: "",
    Messages.STOP: N_("Appointments are called off, and no message is sent."),
}
BOTTLES: Mapping[Bottles, str] = {
    Bottles.STAY: "",
    Bottles.NOTHING_CARRIED: N_("No dose is carried by an escort."),
    Bottles.BACK: N_("Poured doses go back to the stock, by two."),
    Bottles.COUNTED_BY_TWO: N_("Bottles are counted by two."),
}
DOSING: Mapping[Dosing, str] = {
    Dosing.STAYS: "",
    Dosing.BEGINS: N_("Doses are given here, unless another place gives them: then it is taken over first."),
    Dosing.BY_HAND_OVER: N_("Doses are given here until the receiving place takes over."),
    Dosing.ENDS: N_("Nobody gives doses from then on."),
}
SEALED = N_("The record is closed for the investigation. Who may still read it is in the roles.")

FLAWS: Mapping[type[errors.CustodyError], str] = {
    errors.HeldHereAlready: N_("The person is held here already."),
    errors.NotHeldHere: N_("No stay is open here. Record the arrival first."),
    errors.AwayAlready: N_("The person is away already. Record the return first."),
    errors.NotAway: N_("No such absence is open. Look at the stays again."),
    errors.BeforeItBegan: N_("This is before the stay or absence began. Check day and time."),
    errors.InTheFuture: N_("This is ahead of now. Check day and time, or plan it."),
    errors.AheadOnly: N_("What is planned cannot be in the past. Check day and time."),
    errors.PlaceMissing: N_("Say where to."),
    errors.DeadAlready: N_("The person died. Nothing more is recorded of where they are."),
}


def consequence_words(consequences: Consequences) -> tuple[str, ...]:
    """What follows from a movement, one sentence each, waiting for their translation."""
    said = (
        ORDERS[consequences.orders],
        DOSING[consequences.dosing],
        BOTTLES[consequences.bottles],
        MESSAGES[consequences.messages],
        SEALED if consequences.sealed else "",
    )
    return tuple(one for one in said if one)
