"""A telephone order that a tablet wrote down, into the record: the order, what it was given in spite of, what it released.

The tablet could not weigh it. What would have been shown before is found here, stored with the order, and shown to the
prescriber who signs it; what could not be ordered so is kept apart, and no order is made of it before a clinician has looked.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clinical.oat.begun_anew import inducted
from clinical.oat.issue import Issue
from clinical.oat.issue_resource import Signed
from clinical.oat.issue_resource import detected_issue_of as issue_resource
from clinical.oat.order import OatOrder, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.oat.orders.known import Known, known_of
from clinical.oat.orders.proposing import proposal_of, weighed
from clinical.oat.orders.spoken import of_one_dose, released_by, spoken_for, spoken_order, stops_against
from clinical.oat.proposal import Proposal
from clinical.oat.release import Release
from clinical.oat.release import detected_issue_of as release_resource
from clinical.oat.round.clock import Occurred, put_right
from clinical.oat.round.flags import Flag, outcome_of
from clinical.oat.round.kept import Kept, Received
from clinical.oat.round.reader import Reader
from clinical.oat.round.recording import Recorded, Recording, saved_in
from clinical.oat.round.round_list import Now
from clinical.oat.round.spoken_event import SpokenEvent
from clinical.oat.slot import Slot
from clinical.oat.telephone import flaws_of
from clinical.people.same_person import records_of
from fhir_store.locks import lock_of, take

ORDER = "MedicationRequest"


def why_apart(recording: Recording, received: Received, event: SpokenEvent) -> Flag | None:
    """Why no order is made of it before a clinician has looked; None: one is. Who decides on orders of the person waits from then on.

    What two prescribers would have to sign, or the law does not allow, gives nobody a dose by having been written down.
    """
    records = sorted(records_of(recording.cursor, event.person))
    take(recording.cursor, sorted(lock_of("orders", one) for one in records))
    when = _when(received, event)
    known = _known(recording, received, event, when)
    if spoken_for(known.record, event.day, event.part) is not None:
        return Flag.ORDERED_TWICE
    order = _order(received, event, when)
    may = _may_be_spoken(recording, order, _issues(recording, known, order, when))
    return None if may else Flag.NOT_BY_TELEPHONE


def spoken_recorded(recording: Recording, received: Received, event: SpokenEvent) -> Recorded:
    """The order as it is recorded. Raises BadProtocol, and what ``author.approve`` raises."""
    when = _when(received, event)
    known = _known(recording, received, event, when)
    order = _order(received, event, when)
    issues = _issues(recording, known, order, when)
    may = _may_be_spoken(recording, order, issues)
    releases = _releases(recording, known, order, event, when) if may else ()
    resources = _resources(
        _with_induction(recording, known, order, when), issues, releases, event.reason, when
    )
    saved = tuple(saved_in(recording, list(resources)))
    flags = frozenset(_flags(when))
    return Recorded(_kept(received, event, when, flags), saved=saved, event=event)


def _when(received: Received, event: SpokenEvent) -> Occurred:
    return put_right(event.occurred_at, event.clock, received.at, event.list_from)


def _known(recording: Recording, received: Received, event: SpokenEvent, when: Occurred) -> Known:
    reader = Reader(recording.cursor, recording.store.keyring, recording.zone)
    return known_of(reader, event.person, received.facility, when.at)


def _order(received: Received, event: SpokenEvent, when: Occurred) -> OatOrder:
    said = TelephoneOrder(
        when.at,
        event.day,
        event.part,
        event.read_back,
        str(event.recorded_by),
        str(event.listener) if event.listener else None,
    )
    order = spoken_order(
        said, event.product, event.mg, event.person, received.facility, str(event.prescriber)
    )
    return replace(order, id=str(event.id))


def _issues(recording: Recording, known: Known, order: OatOrder, when: Occurred) -> tuple[Issue, ...]:
    return of_one_dose(weighed(_proposal(recording, known, order, when), recording.law))


def _with_induction(recording: Recording, known: Known, order: OatOrder, when: Occurred) -> OatOrder:
    return inducted(_proposal(recording, known, order, when), recording.law)


def _proposal(recording: Recording, known: Known, order: OatOrder, when: Occurred) -> Proposal:
    return proposal_of(order, known, when.at, recording.zone, recording.law)


def _releases(
    recording: Recording, known: Known, order: OatOrder, event: SpokenEvent, when: Occurred
) -> tuple[Release, ...]:
    now = Now(when.at, recording.zone, recording.law)
    return released_by(order, stops_against(order, known.situation, now), event.in_spite_of)


def _resources(
    order: OatOrder, issues: tuple[Issue, ...], releases: tuple[Release, ...], reason: str, when: Occurred
) -> Iterator[tuple[dict[str, Any], str | None]]:
    yield dict(request_of(order)), order.id
    for issue in issues:
        signed = Signed(when.at, order.prescriber or "", reason if issue.needs_reason else "")
        yield dict(issue_resource(issue, order.patient, order.id, signed)), None
    for release in releases:
        yield release_resource(release), None


def _may_be_spoken(recording: Recording, order: OatOrder, issues: tuple[Issue, ...]) -> bool:
    """Whether law and protocol let one prescriber order it by telephone."""
    assert order.telephone is not None, "it was made of one"
    slot = Slot(order, order.telephone.day, order.telephone.part, order.mg_on(order.telephone.day))
    flaws = flaws_of(order.telephone, order.prescriber, slot, recording.law)
    return next(flaws, None) is None and not any(one.needs_second for one in issues)


def _flags(when: Occurred) -> Iterator[Flag]:
    if when.surely_by is not None:
        yield Flag.CLOCK_NOT_TRUSTED
    elif when.corrected:
        yield Flag.CLOCK_CORRECTED


def _kept(received: Received, event: SpokenEvent, when: Occurred, flags: frozenset[Flag]) -> Kept:
    return Kept(
        received.id,
        received.facility,
        event.person,
        event.device,
        event.recorded_by,
        received.sent_by,
        received.at,
        when.at,
        event.kind,
        outcome_of(flags),
        tuple(sorted(flags)),
        None,
        None,
        ORDER,
        str(event.id),
    )
