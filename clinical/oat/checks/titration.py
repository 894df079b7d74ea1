"""How fast the dose rises: by how much at once, after how many days again, and by how much in the first weeks.

All orders of the days before count: one order a day rises as fast as one order that rises each day. By how much a new order
rises at once from the one before is told by ``change``.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from clinical.oat.begun_anew import inducted
from clinical.oat.course import ordered_mg
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
WEEK = 7
ONE_DAY = timedelta(days=1)


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """What is not set is not checked: how much at once and how often is told by the week's limit too. Raises BadProtocol."""
    yield from _steps(proposal, protocol)
    yield from _weeks(proposal, protocol)


def _steps(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    most, days = protocol.decimal(_name(STEP, proposal)), protocol.days(_name(NOT_BEFORE, proposal))
    if days is not None and _rises_early(proposal, days):
        yield _too_early(proposal, proposal.order.start, days)
    for before, after in pairwise(proposal.order.steps):
        if after.mg <= before.mg:
            continue
        if most is not None and after.mg - before.mg > most:
            yield _too_much(proposal, after, most)
        if days is not None and after.first - before.first < timedelta(days=days):
            yield _too_early(proposal, after.first, days)


def _too_much(proposal: Proposal, step: Step, most: Decimal) -> Issue:
    says = Sentence(
        N_("The rise on %(day)s is more than the protocol has it: %(mg)s mg"), {"day": step.first, "mg": most}
    )
    return Issue(CODE, Severity.MODERATE, says, by=(_name(STEP, proposal),))


def _rises_early(proposal: Proposal, days: int) -> bool:
    """Whether the order rises from the one before though that dose was not ordered for as many days."""
    start = proposal.order.start
    first, before = ordered_mg(proposal, start), ordered_mg(proposal, start - ONE_DAY)
    if first is None or before is None or first <= before:
        return False
    return any(ordered_mg(proposal, start - nth * ONE_DAY) != before for nth in range(1, days + 1))


def _too_early(proposal: Proposal, day: date, days: int) -> Issue:
    says = Sentence(
        N_("The rise on %(day)s comes earlier than the protocol has it: %(days)s days after the one before"),
        {"day": day, "days": days},
    )
    return Issue(CODE, Severity.MODERATE, says, by=(_name(NOT_BEFORE, proposal),))


def _weeks(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Of the days of induction, the first on which the dose has risen by more than the limit within seven days."""
    most = protocol.decimal(_name(WEEKLY, proposal))
    if most is None:
        return
    order = inducted(proposal, protocol)
    for step in order.steps:
        rise = step.mg - _least_in_week_before(step, proposal)
        if rise > most and is_in_induction(order, step.first, protocol):
            says = Sentence(
                N_(
                    "By %(day)s the dose has risen by %(rise)s mg within a week. The protocol's most is %(mg)s mg"
                ),
                {"day": step.first, "rise": rise, "mg": most},
            )
            yield Issue(CODE, Severity.HIGH, says, by=(_name(WEEKLY, proposal),))
            return


def _least_in_week_before(step: Step, proposal: Proposal) -> Decimal:
    found = (ordered_mg(proposal, step.first - nth * ONE_DAY) for nth in range(1, WEEK + 1))
    return min((mg for mg in found if mg is not None), default=step.mg)


def _name(parameter: str, proposal: Proposal) -> str:
    return f"{parameter}.{proposal.order.product.code}"
