"""Who may deal with an answer, and how it is kept: with its audit events, in one transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from clinical.consent import Answer, resource_of
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.clinic.asking import Asking
from services.clinic.confirmations import Version, confirm
from services.clinic.consent_form import Filled
from services.clinic.reading import NobodyHere, Patient, patient_for, people, refuse
from services.clinic.writing import NOT_TO_YOU, new, references, save_for
from services.shared.errors import Forbidden


def somebody(asking: Asking, connection: Connection, id_: str) -> Patient:
    """Somebody whose record the reader may read. Raises NobodyHere."""
    try:
        return patient_for(asking, connection, raw_cursor(connection), id_, whole=True)
    except NobodyHere:
        refuse(asking, id_, "not-in-care")
        raise


def not_to_you(asking: Asking, id_: str) -> Forbidden:
    """The refusal of what a role does not open; it is logged."""
    refuse(asking, id_, "role")
    return Forbidden(NOT_TO_YOU)


def keep_answer(
    asking: Asking, connection: Connection, patient: Patient, answer: Filled, recipients: frozenset[str]
) -> None:
    """The Consent, that the writer stands for it, and of a hand-over for whom it decides what; all or nothing."""
    consent = answer.consent
    resource = resource_of(consent, answer.names)
    saved = save_for(asking, connection, patient, [new(resource)])
    (only,) = saved
    confirm(connection, Version(only.id, only.version), asking.who.account.id, asking.at)
    log_decision(asking, connection, patient, references(saved), recipients, consent.answer is Answer.GRANTED)


def log_decision(
    asking: Asking,
    connection: Connection,
    patient: Patient,
    consents: Sequence[str],
    recipients: frozenset[str],
    permit: bool,
) -> None:
    """Log, in the transaction of the Consents, for whom they decide whether they get records."""
    about = Subjects(people([patient.id]), consents=consents)
    at = asking.circumstances(patient.purpose)
    asking.log_with(
        connection, *(kinds.consent(at, one, permit=permit, about=about) for one in sorted(recipients))
    )
