"""A dose that goes on as before though days were missed."""

from collections.abc import Iterator
from decimal import Decimal

from clinical.oat.begun_anew import ANEW, break_before, weighed_for_a_break
from clinical.oat.issue import Issue, Severity
from clinical.oat.missed import missed_days
from clinical.oat.missed_table import Level, Meaning, suggested_mg
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence, Value

CODE = "missed-days"

SAYS = {
    Level.REDUCED: N_("Days missed in a row: %(days)s. The protocol reduces the dose to %(mg)s mg"),
    Level.PRESCRIBER: N_("Days missed in a row: %(days)s. See the person before the dose goes on"),
    Level.RE_INDUCTION: N_("Days missed in a row: %(days)s. The protocol begins treatment anew"),
    Level.AUTO_SUSPENDED: N_("Days missed in a row: %(days)s. The protocol begins treatment anew"),
}


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Who never had a dose has missed none. Raises BadProtocol."""
    if proposal.last_dose is None:
        return
    meaning = break_before(proposal, protocol)
    order = weighed_for_a_break(proposal, protocol)
    missed = missed_days(proposal.record, order, proposal.closed, protocol)
    if meaning.level is Level.NORMAL or _is_reduced_enough(proposal, meaning):
        return
    severity = Severity.HIGH if meaning.level in ANEW else Severity.MODERATE
    suggested = _suggested(proposal, meaning)
    values: dict[str, Value] = {"days": missed.days}
    if suggested is not None:
        values["mg"] = suggested
    yield Issue(CODE, severity, Sentence(SAYS[meaning.level], values), not_set=meaning.not_set)


def _is_reduced_enough(proposal: Proposal, meaning: Meaning) -> bool:
    suggested = _suggested(proposal, meaning)
    return suggested is not None and proposal.first_mg <= suggested


def _suggested(proposal: Proposal, meaning: Meaning) -> Decimal | None:
    return suggested_mg(proposal.previous_mg or proposal.first_mg, meaning)
