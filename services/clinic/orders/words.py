"""The words of the pages on orders."""

from clinical.oat.interaction import Effect
from clinical.oat.order import OrderStatus, Signature, Weekday
from services.shared.languages import N_

STATUSES = {
    OrderStatus.DRAFT: N_("not signed"),
    OrderStatus.ACTIVE: N_("valid"),
    OrderStatus.ON_HOLD: N_("suspended"),
    OrderStatus.COMPLETED: N_("completed"),
    OrderStatus.STOPPED: N_("ended"),
    OrderStatus.CANCELLED: N_("cancelled before it began"),
    OrderStatus.ENTERED_IN_ERROR: N_("entered in error"),
    OrderStatus.UNKNOWN: N_("not known"),
}
"""What became of an order."""

SIGNATURES = {
    Signature.SIGNED: N_("signed"),
    Signature.UNSIGNED: N_("not signed"),
    Signature.TELEPHONE: N_("by telephone"),
}

WEEKDAYS = {
    Weekday.MON: N_("Monday"),
    Weekday.TUE: N_("Tuesday"),
    Weekday.WED: N_("Wednesday"),
    Weekday.THU: N_("Thursday"),
    Weekday.FRI: N_("Friday"),
    Weekday.SAT: N_("Saturday"),
    Weekday.SUN: N_("Sunday"),
}

ACTIONS = {
    Effect.WITHDRAWAL: N_("Ask about withdrawal before each dose, and score it (COWS)"),
    Effect.SEDATION: N_("Look for sedation before each dose"),
    Effect.QT: N_("An ECG is due: ask the prescriber"),
    Effect.PARTNER_TOXICITY: N_("Ask how the person is, and tell the prescriber of anything new"),
    Effect.AVOID: N_("Ask the prescriber before the next dose"),
}
"""What to do, without why: for whoever does not see what else the person takes."""

CHANGED_MEANWHILE = N_(
    "Somebody else changed the orders or holds of this person meanwhile. What you typed is still here. Look at what is "
    "valid now, then sign again."
)
WEIGH_AGAIN = N_("There is something else to weigh now than what you saw. Read it below, then sign again.")
SIGNED = N_("Signed. The order counts from its first day on.")
