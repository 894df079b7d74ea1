"""Take-home doses for somebody who has not been in treatment for long."""

from collections.abc import Iterator
from datetime import date, timedelta

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "take-home"
SUPERVISED = "oat.supervised-at-least"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Not set: take-home doses are weighed however long the treatment. Raises BadProtocol."""
    if not proposal.order.take_home:
        return
    at_least = protocol.days(SUPERVISED)
    since = _treated_since(proposal)
    if at_least is None or since is None or proposal.order.start - since < timedelta(days=at_least):
        says = Sentence(N_("Take-home doses: the protocol has the first weeks supervised"))
        yield Issue(CODE, Severity.MODERATE, says, by=(SUPERVISED,), not_set=protocol.not_set(SUPERVISED))


def _treated_since(proposal: Proposal) -> date | None:
    """Since the induction that the order belongs to, else the first dose that is known."""
    first = min((one.day for one in proposal.record.known_doses if one.day), default=None)
    return proposal.order.induction_start or first
