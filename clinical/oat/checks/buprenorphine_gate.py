"""Buprenorphine on top of another opioid brings on withdrawal: enough of it has to be there, and enough time has to have passed."""

from collections.abc import Iterator
from datetime import datetime

from clinical.oat.happened import Happened
from clinical.oat.issue import Issue, Severity
from clinical.oat.product import Agonist
from clinical.oat.proposal import OpioidKind, Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "buprenorphine-gate"
COWS_ABOVE = "oat.buprenorphine-gate-cows-above"
COWS_WITHIN = "oat.buprenorphine-gate-cows-within"
AFTER = "oat.buprenorphine-gate-after"
AFTER_LOW = "oat.buprenorphine-gate-after.methadone-low"
LOW_MG = "oat.buprenorphine-gate-methadone-low-mg"

KIND_OF = {Agonist.METHADONE: OpioidKind.METHADONE, Agonist.MORPHINE: OpioidKind.LONG_ACTING}


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Who is on buprenorphine already has passed it. Raises BadProtocol."""
    if (
        proposal.order.product.agonist is not Agonist.BUPRENORPHINE
        or proposal.last_agonist is Agonist.BUPRENORPHINE
    ):
        return
    at = _first_dose_at(proposal)
    yield from _withdrawal(proposal, protocol, at)
    yield from _time(proposal, protocol, at)


def _first_dose_at(proposal: Proposal) -> datetime:
    """Now, or at the beginning of the order's first day if that is later."""
    start = proposal.order.start
    return max(proposal.at, datetime(start.year, start.month, start.day, tzinfo=proposal.zone))


def _withdrawal(proposal: Proposal, protocol: Protocol, at: datetime) -> Iterator[Issue]:
    above, within = protocol.whole_number(COWS_ABOVE), protocol.duration(COWS_WITHIN)
    score = max((one for one in proposal.scores if one.at <= at), key=lambda one: one.at, default=None)
    is_fresh = score is not None and within is not None and at - score.at <= within
    if score is None or score.total is None or not is_fresh:
        yield _issue(Sentence(N_("Score the withdrawal (COWS) right before the first dose")), protocol)
    elif above is None or score.total <= above:
        text = N_("COWS %(score)s: too little withdrawal for a first dose of buprenorphine")
        yield _issue(Sentence(text, {"score": score.total}), protocol, f"Observation/{score.id}")


def _issue(says: Sentence, protocol: Protocol, *evidence: str) -> Issue:
    names = (COWS_ABOVE, COWS_WITHIN)
    return Issue(CODE, Severity.HIGH, says, evidence, names, not_set=protocol.not_set(*names))


def _time(proposal: Proposal, protocol: Protocol, at: datetime) -> Iterator[Issue]:
    for taken_at, name in _opioids(proposal, protocol):
        time = protocol.duration(name)
        until = None if time is None else taken_at + time
        if until is None:
            says = Sentence(N_("Nobody has set how long after another opioid buprenorphine may be begun"))
            yield Issue(CODE, Severity.HIGH, says, not_set=(name,))
        elif until > at:
            says = Sentence(
                N_("Another opioid was taken: buprenorphine can be begun from %(at)s on"), {"at": until}
            )
            yield Issue(CODE, Severity.HIGH, says, by=(name,))


def _opioids(proposal: Proposal, protocol: Protocol) -> Iterator[tuple[datetime, str]]:
    """When one was taken, with the parameter that says how long to wait."""
    for opioid in proposal.other_opioids:
        yield opioid.at, f"{AFTER}.{opioid.kind}"
    for dose in proposal.record.taken(proposal.at):
        if dose.product and dose.product.agonist in KIND_OF:
            kind = KIND_OF[dose.product.agonist]
            yield dose.latest_at, AFTER_LOW if _is_low(dose, protocol) else f"{AFTER}.{kind}"


def _is_low(dose: Happened, protocol: Protocol) -> bool:
    """Whether so little methadone was taken that less time has to pass."""
    low, product = protocol.decimal(LOW_MG), dose.product
    is_methadone = product is not None and product.agonist is Agonist.METHADONE
    return is_methadone and low is not None and dose.mg is not None and dose.mg <= low
