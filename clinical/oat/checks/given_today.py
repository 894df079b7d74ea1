"""An order that begins today though today's dose has been taken: the next dose is tomorrow's."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "given-today"


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """Of what is taken every day; a depot has its own window."""
    order = proposal.order
    taken_on = (dose.day for dose in proposal.record.taken(proposal.at))
    if order.start == proposal.day and not order.product.is_depot and proposal.day in taken_on:
        text = N_("A dose of today is recorded already: begin the order tomorrow")
        yield Issue(CODE, Severity.MODERATE, Sentence(text))
