"""Disclosure without consent as the pages say it."""

from collections.abc import Mapping

from clinical.disclosure import Basis, Refusal, WhyNotTold
from services.shared.languages import N_

BASES: Mapping[Basis, str] = {
    Basis.COURT_ORDER: N_("A court orders it"),
    Basis.NOTIFICATION: N_("A law asks to notify a disease"),
    Basis.INJURY_REPORT: N_("An injury is reported"),
    Basis.IMMINENT_THREAT: N_("Somebody is in imminent danger"),
}

WHY_NOT_TOLD: Mapping[WhyNotTold, str] = {
    WhyNotTold.WOULD_ENDANGER_SOMEBODY: N_("It would endanger somebody"),
    WhyNotTold.COURT_FORBIDS: N_("The court forbids it"),
    WhyNotTold.CANNOT_BE_REACHED: N_("The person cannot be reached"),
}

REFUSALS: Mapping[Refusal, str] = {
    Refusal.NO_LEGAL_BASIS: N_("Write the law with its article, or the court with the number of its order."),
    Refusal.NO_DECIDER: N_("Say who decided."),
    Refusal.NO_RECIPIENT: N_("Say who gets it."),
    Refusal.NOTHING_SAID: N_("Choose each record that goes."),
    Refusal.EVERYTHING: N_("Choose the least that serves, not the whole file."),
    Refusal.NOT_TOLD: N_("Say whether the person was told; if not, why not and by which day."),
    Refusal.NEVER_TOLD: N_("The day by which the person is to be told cannot be before today."),
}
"""Why nothing was disclosed, and what to do."""
