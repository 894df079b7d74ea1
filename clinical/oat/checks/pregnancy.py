"""An order for somebody who is pregnant: nothing tapers or ends by itself, since withdrawal endangers the pregnancy."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.order import Plan
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "pregnancy"


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """A dose that falls is told as serious, any other as something to know."""
    if not proposal.pregnant:
        return
    if _falls(proposal):
        yield Issue(
            CODE, Severity.HIGH, Sentence(N_("Pregnant: the dose falls. Withdrawal endangers the pregnancy"))
        )
    else:
        text = N_("Pregnant: renew the order before it ends; the dose may have to rise or be split")
        yield Issue(CODE, Severity.LOW, Sentence(text))


def _falls(proposal: Proposal) -> bool:
    before = proposal.previous_mg
    is_less = before is not None and proposal.first_mg < before
    return is_less or proposal.order.plan in (Plan.TAPER, Plan.MIXED)
