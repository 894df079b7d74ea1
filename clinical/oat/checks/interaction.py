"""What else the person takes, has stopped lately, or begins or stops while the order lasts."""

from collections.abc import Iterator
from datetime import date

from clinical.oat.interaction import EFFECT_WORDS, Hit, Phase
from clinical.oat.issue import Issue
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence, Value

CODE = "interaction"

TAKEN = N_("%(partner)s: %(effect)s, as long as both are taken")
WATCHED = N_("%(partner)s: %(effect)s, from %(first)s to %(last)s")
ENDS = N_("%(partner)s ends on %(day)s: %(effect)s, from %(first)s to %(last)s")
STOPPED = N_("%(partner)s was stopped: %(effect)s, from %(first)s to %(last)s")


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """Each by its days: an inducer is told at its start and at its stop."""
    for hit in proposal.hits:
        evidence = (hit.medicine.reference,) if hit.medicine.reference else ()
        yield Issue(
            f"{CODE}-{hit.partner.code}",
            hit.pair.severity,
            says(hit, proposal.day),
            evidence,
            source=hit.pair.source,
        )


def says(hit: Hit, day: date) -> Sentence:
    """What it is and when it is looked for, as it is said on a day."""
    named = {"partner": hit.partner.name, "effect": EFFECT_WORDS[hit.effect]}
    if hit.last is None or (hit.pair.watch is None and hit.phase is Phase.TAKEN):
        return Sentence(TAKEN, named)
    values: dict[str, Value] = {**named, "first": hit.first, "last": hit.last}
    if hit.phase is Phase.TAKEN:
        return Sentence(WATCHED, values)
    end = hit.medicine.end
    return Sentence(ENDS, {**values, "day": end}) if end and end >= day else Sentence(STOPPED, values)
