"""After a dose was spilled: nothing is poured again by itself. This says what a prescriber may authorise.

The spill is a line of its own in the register, and so is what replaces it; neither takes the other back.
"""

from decimal import Decimal

from clinical.oat.happened import Happened
from clinical.oat.vomited import MayAuthorise
from clinical.words import N_, Sentence


def after_spill(spilled: Happened, planned_mg: Decimal) -> MayAuthorise:
    """What a prescriber may authorise after a spill: what was seen to be lost, and never more than was planned.

    Args:
        spilled: ``mg`` lost, and ``observed`` whether health staff saw it.
        planned_mg: of the slot.
    """
    if spilled.mg is None:
        return MayAuthorise(None, Sentence(N_("How much was spilled is not known: a prescriber decides")))
    if spilled.observed is not True:
        return MayAuthorise(Decimal(), Sentence(N_("Nobody saw the spill: it may have been swallowed")))
    at_most = min(spilled.mg, planned_mg)
    text = N_("Spilled and seen: a prescriber may authorise at most %(mg)s mg")
    return MayAuthorise(at_most, Sentence(text, {"mg": at_most}))
