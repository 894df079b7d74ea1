"""The first dose of somebody who begins, or begins anew."""

from collections.abc import Iterator
from decimal import Decimal

from clinical.oat.alcohol import drinks
from clinical.oat.begun_anew import is_begun_anew
from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "first-dose"
CAP = "oat.first-dose-cap"
USUAL = "oat.first-dose-usual"
LOW_TOLERANCE = "oat.first-dose-low-tolerance"

ABOVE_CAP = N_("The first dose is more than the protocol's most: %(mg)s mg")
ABOVE_LOW = N_(
    "The first dose is more than the protocol has it where tolerance is low or not known: %(mg)s mg"
)
WITH_SEDATIVES = N_("The first dose is more than the protocol has it beside sedatives or alcohol: %(mg)s mg")
ABOVE_USUAL = N_("The first dose is more than the protocol's usual: %(mg)s mg")


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """The strictest limit that is passed is told. The most not set: any first dose is above it. Raises BadProtocol."""
    if is_begun_anew(proposal, protocol):
        yield from list(_above(proposal, protocol))[:1]


def _above(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    cap, usual, low = (_limit(name, proposal, protocol) for name in (CAP, USUAL, LOW_TOLERANCE))
    mg = proposal.first_mg
    if cap is None:
        yield _unlimited(proposal)
    elif mg > cap:
        yield _issue(proposal, CAP, Severity.HIGH, ABOVE_CAP, cap)
    if proposal.low_tolerance and low is not None and mg > low:
        yield _issue(proposal, LOW_TOLERANCE, Severity.HIGH, ABOVE_LOW, low)
    if usual is not None and mg > usual:
        beside = _sedatives(proposal)
        severity, text = (Severity.HIGH, WITH_SEDATIVES) if beside else (Severity.MODERATE, ABOVE_USUAL)
        yield _issue(proposal, USUAL, severity, text, usual, beside)


def _sedatives(proposal: Proposal) -> tuple[str, ...]:
    """What makes sleepy beside it: also alcohol, as was said at reception."""
    taken = (hit.medicine.reference for hit in proposal.hits_at_first if hit.partner.code == "sedatives")
    return (*taken, *(one.reference for one in drinks(proposal.alcohol)))


def _limit(name: str, proposal: Proposal, protocol: Protocol) -> Decimal | None:
    return protocol.decimal(f"{name}.{proposal.order.product.code}")


def _unlimited(proposal: Proposal) -> Issue:
    says = Sentence(N_("Nobody has set how much a first dose may be"))
    return Issue(CODE, Severity.HIGH, says, not_set=(f"{CAP}.{proposal.order.product.code}",))


def _issue(
    proposal: Proposal, name: str, severity: Severity, text: str, mg: Decimal, evidence: tuple[str, ...] = ()
) -> Issue:
    by = (f"{name}.{proposal.order.product.code}",)
    return Issue(CODE, severity, Sentence(text, {"mg": mg}), evidence, by)
