"""A depot: whether buprenorphine was taken before, whether the first comes within its window, and how often it is ordered."""

from collections.abc import Iterator
from datetime import timedelta

from clinical.oat.issue import Issue, Severity
from clinical.oat.product import Agonist
from clinical.oat.proposal import Proposal
from clinical.oat.window import AFTER, BEFORE, Window, window_of
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "depot"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Of the depots alone. Raises BadProtocol."""
    product = proposal.order.product
    if product.is_depot:
        window = window_of(product, protocol)
        yield from _naive(proposal)
        yield from _interval(proposal, window)
        yield from _first(proposal, window)


def _naive(proposal: Proposal) -> Iterator[Issue]:
    if all(
        one.product is None or one.product.agonist is not Agonist.BUPRENORPHINE
        for one in proposal.record.known_doses
    ):
        says = Sentence(
            N_("No buprenorphine is known to have been taken: a test dose under the tongue comes first")
        )
        source = "NHS Borders; Medscape UK: 4 mg under the tongue and an hour before the first depot"
        yield Issue(CODE, Severity.MODERATE, says, source=source)


def _interval(proposal: Proposal, window: Window) -> Iterator[Issue]:
    """An order that builds a depot up day by day is weighed too: it is short, and meant."""
    order = proposal.order
    made_for = order.product.interval_days
    if not made_for - window.before <= order.interval_days <= made_for + window.after:
        says = Sentence(
            N_("The depot is ordered every %(days)s days; it is made for every %(made_for)s days"),
            {"days": order.interval_days, "made_for": made_for},
        )
        yield _issue(proposal, Severity.MODERATE, says, window)


def _first(proposal: Proposal, window: Window) -> Iterator[Issue]:
    """Whether it begins before the window of the last depot opens, or after it has closed."""
    runs_out = max(proposal.record.runs_out().values(), default=None)
    if runs_out is None:
        return
    opens, closes = runs_out - timedelta(days=window.before), runs_out + timedelta(days=window.after)
    if proposal.order.start < opens:
        says = Sentence(N_("The last depot lasts: the next can be given from %(day)s on"), {"day": opens})
        yield _issue(proposal, Severity.HIGH, says, window)
    elif proposal.order.start > closes:
        says = Sentence(N_("The next depot was due by %(day)s"), {"day": closes})
        yield _issue(proposal, Severity.MODERATE, says, window)


def _issue(proposal: Proposal, severity: Severity, says: Sentence, window: Window) -> Issue:
    by = tuple(f"{name}.{proposal.order.product.code}" for name in (BEFORE, AFTER))
    return Issue(CODE, severity, says, by=by, not_set=window.not_set)
