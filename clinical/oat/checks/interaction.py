"""What else the person takes, or has stopped lately."""

from collections.abc import Iterator

from clinical.oat.interaction import EFFECT_WORDS, Hit, Phase
from clinical.oat.issue import Issue
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "interaction"

TAKEN = N_("%(partner)s: %(effect)s, as long as both are taken")
WATCHED = N_("%(partner)s: %(effect)s, from %(first)s to %(last)s")
STOPPED = N_("%(partner)s was stopped: %(effect)s, from %(first)s to %(last)s")


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """Each by its days: an inducer is told at its start and at its stop."""
    for hit in proposal.hits:
        evidence = (hit.medicine.reference,) if hit.medicine.reference else ()
        yield Issue(
            f"{CODE}-{hit.partner.code}", hit.pair.severity, says(hit), evidence, source=hit.pair.source
        )


def says(hit: Hit) -> Sentence:
    """What it is and when it is looked for."""
    named = {"partner": hit.partner.name, "effect": EFFECT_WORDS[hit.effect]}
    if hit.last is None or (hit.pair.watch is None and hit.phase is Phase.TAKEN):
        return Sentence(TAKEN, named)
    text = STOPPED if hit.phase is Phase.STOPPED else WATCHED
    return Sentence(text, {**named, "first": hit.first, "last": hit.last})
