"""Signing an order: the order, the end of the one that it goes on from, and what was overridden, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from clinical.oat.begun_anew import inducted
from clinical.oat.issue import Issue
from clinical.oat.issue_resource import Signed, detected_issue_of
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import request_of
from clinical.oat.orders.changing import decided, ended_before, with_end
from clinical.oat.orders.proposing import NOTHING_ADDED, Judged, proposal_of, weighed
from clinical.oat.proposal import Proposal
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import read
from fhir_store.write import Write, raw_cursor
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import Here
from services.clinic.reading import parsed
from services.clinic.writing import changed, new
from services.shared.errors import BadRequest
from services.shared.languages import N_

NO_REASON = N_("Write why it is signed in spite of what was found. The reason is kept with the order.")
LONGEST_REASON = 500
TOO_LONG = N_("Write the reason in fewer words: 500 letters at most.")


class ChangedMeanwhile(Exception):
    """An order or hold is another than the page has shown. Nothing was saved."""


class WeighAgain(Exception):
    """The checks find something else than the page has shown. Nothing was saved."""


@dataclass(frozen=True)
class ToSign:
    """An order, what it is weighed with, and who signs it in spite of what.

    Attributes:
        order: with the id that it will have.
        reason: in the prescriber's words; empty: none was given.
        second: the id of the second prescriber, proved; None: nobody.
    """

    order: OatOrder
    judged: Judged = NOTHING_ADDED
    reason: str = ""
    second: str | None = None


def is_signed(here: Here, connection: Connection, id_: str) -> bool:
    """Whether the order of that id is there: a button was pressed twice. Raises BadRequest if it is of somebody else."""
    try:
        stored = read(raw_cursor(connection), here.asking.keyring, "MedicationRequest", id_)
    except NotStored:
        return False
    except ResourceDeleted:
        raise BadRequest from None
    if parsed(stored).get("subject", {}).get("reference") not in {
        f"Patient/{one}" for one in here.patient.records
    }:
        raise BadRequest
    return True


def issues_for(here: Here, order: OatOrder, judged: Judged = NOTHING_ADDED) -> tuple[Issue, ...]:
    """What is to be weighed before it is signed."""
    return weighed(_proposal(here, order, judged), here.law)


def as_recorded(here: Here, order: OatOrder, judged: Judged = NOTHING_ADDED) -> OatOrder:
    """The order with the induction that it begins or goes on with, and whether it was weighed in a pregnancy."""
    found = inducted(_proposal(here, order, judged), here.law)
    return replace(found, weighed_in_pregnancy=here.known.situation.pregnant)


def _proposal(here: Here, order: OatOrder, judged: Judged) -> Proposal:
    return proposal_of(order, here.known, here.asking.at, here.asking.zone, here.law, judged)


def reason_in(typed: str) -> str:
    """The reason as it is kept. Raises Unfit."""
    reason = " ".join(typed.split())
    if len(reason) > LONGEST_REASON:
        raise Unfit(TOO_LONG)
    return reason


def writes_of(here: Here, to_sign: ToSign, issues: Sequence[Issue]) -> Iterator[Write]:
    """What is written. Raises Unfit, BadRequest if a reason or a second prescriber is missing."""
    asking, by = here.asking, str(here.asking.who.account.id)
    of_record = as_recorded(here, to_sign.order, to_sign.judged)
    order = replace(of_record, prescriber=by, signed_at=asking.at)
    yield Write(new(request_of(order)).body, id=order.id, if_none_match=True)
    yield from ended_prior(here, order)
    yield from overridden(here, order.id, issues, to_sign.reason, to_sign.second)


def overridden(
    here: Here, order: str, issues: Sequence[Issue], reason: str, second: str | None
) -> Iterator[Write]:
    """What an order is signed in spite of, each with its reason. Raises Unfit, BadRequest."""
    if any(one.needs_reason for one in issues) and not reason:
        raise Unfit(NO_REASON)
    if any(one.needs_second for one in issues) and second is None:
        raise BadRequest
    by = str(here.asking.who.account.id)
    for issue in issues:
        signed = Signed(
            here.asking.at,
            by,
            reason if issue.needs_reason else "",
            second if issue.needs_second else None,
        )
        yield new(detected_issue_of(issue, here.patient.id, order, signed))


def ended_prior(here: Here, order: OatOrder) -> Iterator[Write]:
    """The order that it goes on from ends the day before."""
    prior = here.known.order(order.prior or "")
    if prior is None:
        return
    stored = here.known.orders[prior.id]
    ended = ended_before(prior, order.start)
    if ended != prior:
        request = with_end(parsed(stored), ended)
        yield changed(stored, decided(request, str(here.asking.who.account.id), here.asking.at))
