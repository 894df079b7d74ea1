"""How fast the dose rises: by how much at once, after how many days again, and by how much in the first weeks."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from clinical.oat.induction import is_in_induction
from clinical.oat.issue import Issue, Severity
from clinical.oat.order import Step
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "titration"
STEP = "oat.titration-step"
NOT_BEFORE = "oat.titration-not-before"
WEEKLY = "oat.titration-weekly"
WEEK = timedelta(days=7)


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """What is not set is not checked: how much at once and how often is told by the week's limit too. Raises BadProtocol."""
    yield from _steps(proposal, protocol)
    yield from _weeks(proposal, protocol)


def _steps(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    most, days = protocol.decimal(_name(STEP, proposal)), protocol.days(_name(NOT_BEFORE, proposal))
    for before, after in pairwise(proposal.order.steps):
        if after.mg <= before.mg:
            continue
        if most is not None and after.mg - before.mg > most:
            yield _too_much(proposal, after, most)
        if days is not None and after.first - before.first < timedelta(days=days):
            yield _too_early(proposal, after, days)


def _too_much(proposal: Proposal, step: Step, most: Decimal) -> Issue:
    says = Sentence(
        N_("The rise on %(day)s is more than the protocol has it: %(mg)s mg"), {"day": step.first, "mg": most}
    )
    return Issue(CODE, Severity.MODERATE, says, by=(_name(STEP, proposal),))


def _too_early(proposal: Proposal, step: Step, days: int) -> Issue:
    says = Sentence(
        N_("The rise on %(day)s comes earlier than the protocol has it: %(days)s days after the one before"),
        {"day": step.first, "days": days},
    )
    return Issue(CODE, Severity.MODERATE, says, by=(_name(NOT_BEFORE, proposal),))


def _weeks(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Of the days of induction, the first on which the dose has risen by more than the limit within seven days."""
    most, order = protocol.decimal(_name(WEEKLY, proposal)), proposal.order
    if most is None:
        return
    for step in order.steps:
        week_ago = max(step.first - WEEK, order.start)
        rise = step.mg - order.mg_on(week_ago)
        if rise > most and is_in_induction(order, step.first, protocol):
            says = Sentence(
                N_(
                    "By %(day)s the dose has risen by %(rise)s mg within a week. The protocol's most is %(mg)s mg"
                ),
                {"day": step.first, "rise": rise, "mg": most},
            )
            yield Issue(CODE, Severity.HIGH, says, by=(_name(WEEKLY, proposal),))
            return


def _name(parameter: str, proposal: Proposal) -> str:
    return f"{parameter}.{proposal.order.product.code}"
