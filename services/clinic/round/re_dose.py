"""A prescriber decides how much is given again: with a reason, and a second one, where that is more than the protocol has."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from clinical.oat.happened import Happened
from clinical.oat.issue import Issue
from clinical.oat.issue_resource import Signed, detected_issue_of
from clinical.oat.re_dose import weighed_re_dose
from clinical.oat.round.tasks import OpenTask
from clinical.oat.shapes import reference
from fhir_store.write import Write, raw_cursor
from services.clinic.consent_form import Unfit
from services.clinic.orders.second import second_signature_at
from services.clinic.orders.signing import reason_in
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.typed import amount_in
from services.clinic.round.work_off import happened_shown
from services.clinic.writing import new
from services.shared.errors import BadRequest
from services.shared.languages import N_

MOST_MG = Decimal(1000)
NOT_AN_AMOUNT = N_("Type how many mg may be given again: 0 or more.")
WHY = N_("That is more than the protocol has, or the protocol does not say. Write why.")


@dataclass(frozen=True)
class Decision:
    """As it was typed. ``reason`` and ``second`` with ``pin`` are asked for only above what the protocol has."""

    mg: str
    reason: str = ""
    second: str = ""
    pin: str = ""


@dataclass(frozen=True)
class Weighed:
    """A decision that may be kept.

    Attributes:
        mg: how much may be given again.
        issue: in spite of what; None: of nothing.
        dose: the dose that was vomited; None: not known.
        reason: why.
        second: the id of the second prescriber, proved; None: none was asked for.
    """

    mg: Decimal
    issue: Issue | None
    dose: Happened | None
    reason: str
    second: str | None


def weighed(on: OnRound, task: OpenTask, typed: Decision) -> Weighed:
    """The decision, weighed by the protocol. Raises BadRequest if it is none, or a reason or a second prescriber is missing."""
    mg = amount_in(typed.mg)
    if mg is None or mg > MOST_MG:
        raise BadRequest(NOT_AN_AMOUNT)
    with on.asking.snapshot() as (connection, _):
        dose, vomited = _records(on, connection, task)
    issue = weighed_re_dose(dose, vomited, mg, law_of(on.asking))
    try:
        reason = reason_in(typed.reason)
        if issue and issue.needs_reason and not reason:
            raise BadRequest(WHY)
        asks = issue is not None and issue.needs_second
        second = second_signature_at(on, typed.second, typed.pin) if asks else None
    except Unfit as unfit:
        raise BadRequest(unfit.words) from None
    return Weighed(mg, issue, dose, reason, second)


def _records(on: OnRound, connection: Connection, task: OpenTask) -> tuple[Happened | None, Happened | None]:
    """The dose and what was vomited of it, as far as the reader may read them."""
    cursor = raw_cursor(connection)
    vomited = happened_shown(on.asking, connection, cursor, {task.focus: task.patient} if task.focus else {})
    about = next(iter(vomited.values()), None)
    if about is None or about.about is None:
        return None, about
    doses = happened_shown(on.asking, connection, cursor, {about.about: task.patient})
    return doses.get(about.about), about


def in_spite_of(on: OnRound, task: OpenTask, made: Weighed) -> Iterator[Write]:
    """The DetectedIssue of what it was decided in spite of."""
    issue, dose = made.issue, made.dose
    if issue is None:
        return
    by = str(on.asking.who.account.id)
    signed = Signed(on.asking.at, by, made.reason, made.second)
    found = detected_issue_of(issue, task.patient, dose.order if dose and dose.order else "", signed)
    about = [*(found["implicated"] if dose and dose.order else ()), reference("Task", task.id)]
    yield new({**found, "implicated": about})
