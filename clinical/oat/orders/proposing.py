"""An order about to be signed, with all that is known of the person, and what the checks find."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from clinical.oat.checks import issues_of
from clinical.oat.day_close import last_closed
from clinical.oat.issue import Issue
from clinical.oat.order import OatOrder
from clinical.oat.orders.changing import ended_before
from clinical.oat.orders.known import Known
from clinical.oat.proposal import OtherOpioid, Proposal
from clinical.oat.round.round_list import orders_on
from clinical.protocols import Protocol


@dataclass(frozen=True)
class Judged:
    """What the prescriber adds to what the record says."""

    low_tolerance: bool = False
    other_opioids: tuple[OtherOpioid, ...] = ()


NOTHING_ADDED = Judged()


def proposal_of(
    order: OatOrder,
    known: Known,
    at: datetime,
    zone: ZoneInfo,
    protocol: Protocol,
    judged: Judged = NOTHING_ADDED,
) -> Proposal:
    """The order that it goes on from is weighed as it will be: ended on the day before. Raises BadProtocol.

    Of somebody who is pregnant the doses before are those that were offered, without the steps down that did not take effect.
    """
    orders = orders_on(known.situation, at.astimezone(zone).date())
    before = tuple(ended_before(one, order.start) if one.id == order.prior else one for one in orders)
    return Proposal(
        order=order,
        record=replace(known.record, orders=before),
        at=at,
        zone=zone,
        closed=last_closed(at, zone, protocol),
        medicines=known.medicines,
        ecgs=known.ecgs,
        scores=known.scores,
        alcohol=known.alcohol,
        other_opioids=judged.other_opioids,
        pregnant=known.situation.pregnant,
        female=known.female,
        low_tolerance=judged.low_tolerance,
    )


def weighed(proposal: Proposal, protocol: Protocol) -> tuple[Issue, ...]:
    """What is to be weighed before it is signed, the most serious first. Raises BadProtocol."""
    return issues_of(proposal, protocol)


def weighed_as(issues: tuple[Issue, ...]) -> str:
    """What a page has shown of it: another value means that there is something else to weigh now."""
    return sha256("\n".join(f"{one.code}|{one.says}" for one in issues).encode()).hexdigest()[:32]
