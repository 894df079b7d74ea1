"""The forms on injuries of one person: read, begun, kept, signed, withdrawn from the wrong person. What is signed is never written again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Connection

from clinical.injuries.form import InjuryForm, Missing, Withdrawn, may_withdraw, missing_of
from clinical.injuries.resource import DISCARDED, QUESTIONNAIRE, form_of, resource_of, withdrawn, withdrawn_of
from clinical.labels import Label
from clinical.oat.shapes import written
from fhir_store.locks import lock_of, take
from fhir_store.read import Stored
from fhir_store.search import parse_query, search
from fhir_store.write import raw_cursor
from services.access.decision.one_by_one import treating
from services.access.roles.rule import Interaction
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you, somebody
from services.clinic.disclosures import practitioner
from services.clinic.permitted import may_make
from services.clinic.reading import Patient, parsed
from services.clinic.reception.reception import arrival_of
from services.clinic.stays_page import here
from services.clinic.writing import changed, new_with_id, save_at
from services.shared.errors import BadRequest, Conflict, Forbidden
from services.shared.languages import N_

MOST = 500
FORM = "QuestionnaireResponse"
LABELS = frozenset({Label.R, Label.V})
"""What a form tells: it leaves the house by no agreement."""

SIGNED_ALREADY = N_(
    "This form is signed, and nothing in it is changed. If it is wrong, sign another version of it."
)
CORRECTED_ALREADY = N_("There is a newer version of this form already. Look at that one.")
CHANGED = N_(
    "Somebody else changed this form meanwhile. It stands here as they left it; what you typed was not kept."
)


@dataclass(frozen=True)
class KeptForm:
    """A form as it is kept."""

    form: InjuryForm = field(repr=False)
    stored: Stored = field(repr=False)

    @property
    def version(self) -> str:
        """What a page carries, to tell whether somebody has changed it meanwhile."""
        return str(self.stored.version)


NO_REASON = N_("Write how it came about that it was written on the wrong person.")
LONGEST_REASON = 500
TOO_LONG = N_("Write the reason in fewer words: 500 letters at most.")


class NotYours(Forbidden):
    """Somebody else signed it."""

    message = N_(
        "Only who signed this form can say that it is of another person. If you see it otherwise, sign another version."
    )


class NotSigned(Exception):
    """Parts are missing, and nothing was signed."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__()
        self.missing = missing


def who_is_hurt(asking: Asking, connection: Connection, id_: str) -> Patient:
    """Somebody of whom the reader may read and write the form. Raises NobodyHere, Forbidden."""
    patient, cursor = somebody(asking, connection, id_), raw_cursor(connection)
    treated_at = treating(cursor, patient.actor, id_, asking.day)
    both = (Interaction.READ, Interaction.CREATE)
    if not all(may_make(patient.actor, id_, treated_at, FORM, one, LABELS) for one in both):
        raise not_to_you(asking, id_)
    return patient


def forms_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[KeptForm]:
    """All that the reader may see, of every record of the person."""
    return [KeptForm(form, stored) for stored, form in _forms(asking, cursor, patient)]


def _forms(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient
) -> Iterator[tuple[Stored, InjuryForm]]:
    for stored in _stored(asking, cursor, patient):
        if form := form_of(parsed(stored), asking.zone):
            yield stored, form


def _stored(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Stored]:
    criteria = [("questionnaire", QUESTIONNAIRE), ("_count", str(MOST))]
    for record in patient.records:
        query = parse_query(
            "QuestionnaireResponse", criteria, context=asking.context(patient.actor), patient=record
        )
        yield from search(cursor, query).matches


def form_called(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, id_: str) -> KeptForm:
    """One of them. Raises BadRequest."""
    found = next((one for one in forms_of(asking, cursor, patient) if one.form.id == id_), None)
    if found is None:
        raise BadRequest
    return found


def begin(asking: Asking, connection: Connection, person: str, corrects: str) -> str:
    """Begin a form, or another version of a signed one; its id. Raises Conflict, Forbidden."""
    patient, cursor = who_is_hurt(asking, connection, person), raw_cursor(connection)
    take(cursor, [lock_of("injuries", patient.id)])
    before = [one.form for one in forms_of(asking, cursor, patient)]
    draft = next((one for one in before if not one.is_signed and one.corrects == corrects), None)
    if draft is not None:
        return draft.id
    id_ = str(uuid4())
    by = practitioner(asking, connection).partition("/")[2]
    form = _another(before, corrects, id_) if corrects else _first(asking, cursor, patient, id_)
    resource = resource_of(replace(form, by=by), written(asking.at))
    save_at(asking, connection, patient.id, here(asking, cursor, patient), [new_with_id(resource)])
    return id_


def _first(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, id_: str) -> InjuryForm:
    arrival = arrival_of(asking, cursor, patient)
    return InjuryForm(patient.id, id_, id_, arrival.encounter if arrival else "")


def _another(forms: list[InjuryForm], corrects: str, id_: str) -> InjuryForm:
    before = next((one for one in forms if one.id == corrects and one.is_signed), None)
    if before is None:
        raise BadRequest
    if any(one.corrects == corrects and one.is_signed for one in forms):
        raise Conflict(CORRECTED_ALREADY)
    return replace(before, id=id_, signed_at=None, corrects=corrects, reason="")


def keep(asking: Asking, connection: Connection, person: str, form: InjuryForm, seen: str) -> KeptForm:
    """Keep a draft as it was filled in; what is sent twice is written once. Raises Conflict, Forbidden."""
    patient, cursor = who_is_hurt(asking, connection, person), raw_cursor(connection)
    take(cursor, [lock_of("injuries", patient.id)])
    before = draft_called(asking, cursor, patient, form.id)
    if replace(form, by=before.form.by) == before.form:
        return before
    if before.version != seen:
        raise Conflict(CHANGED)
    _save(asking, connection, patient, before, form)
    return draft_called(asking, cursor, patient, form.id)


def sign(asking: Asking, connection: Connection, person: str, id_: str, seen: str) -> None:
    """Sign a draft in the reader's name. Raises NotSigned, Conflict, Forbidden."""
    patient, cursor = who_is_hurt(asking, connection, person), raw_cursor(connection)
    take(cursor, [lock_of("injuries", patient.id)])
    before = draft_called(asking, cursor, patient, id_)
    if before.version != seen:
        raise Conflict(CHANGED)
    if missing := missing_of(before.form):
        raise NotSigned(missing)
    _save(asking, connection, patient, before, replace(before.form, signed_at=asking.at))


def discard(asking: Asking, connection: Connection, person: str, id_: str) -> None:
    """Leave a draft; it stays in the record as one that was stopped. Raises Conflict, Forbidden."""
    patient, cursor = who_is_hurt(asking, connection, person), raw_cursor(connection)
    take(cursor, [lock_of("injuries", patient.id)])
    before = draft_called(asking, cursor, patient, id_)
    stopped = {**parsed(before.stored), "status": DISCARDED}
    save_at(asking, connection, patient.id, here(asking, cursor, patient), [changed(before.stored, stopped)])


def withdrawn_forms(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Withdrawn]:
    """Those that were signed here and are of another person, the latest first."""
    found = (withdrawn_of(parsed(one), asking.zone) for one in _stored(asking, cursor, patient))
    return sorted((one for one in found if one), key=lambda one: (str(one.at), one.id), reverse=True)


def withdraw(asking: Asking, connection: Connection, person: str, id_: str, why: str) -> None:
    """Say that a signed form, with all versions of it, is of another person; twice is once. Raises Unfit, NotYours, Forbidden."""
    patient, cursor = who_is_hurt(asking, connection, person), raw_cursor(connection)
    take(cursor, [lock_of("injuries", patient.id)])
    if any(one.id == id_ for one in withdrawn_forms(asking, cursor, patient)):
        return
    found = form_called(asking, cursor, patient, id_)
    chain = [one for one in forms_of(asking, cursor, patient) if one.form.chain == found.form.chain]
    by = str(asking.who.account.id)
    if not may_withdraw((one.form for one in chain), by):
        raise NotYours
    at, reason = written(asking.at), _why(why)
    writes = [changed(one.stored, _taken_out(one, by, at, reason)) for one in chain]
    save_at(asking, connection, patient.id, here(asking, cursor, patient), writes)


def _taken_out(one: KeptForm, by: str, at: str, why: str) -> Mapping[str, Any]:
    if one.form.is_signed:
        return withdrawn(parsed(one.stored), by, at, why)
    return {**parsed(one.stored), "status": DISCARDED}


def _why(typed: str) -> str:
    why = " ".join(typed.split())
    if not why:
        raise Unfit(NO_REASON)
    if len(why) > LONGEST_REASON:
        raise Unfit(TOO_LONG)
    return why


def draft_called(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, id_: str) -> KeptForm:
    """A form that may still be changed. Raises Conflict, BadRequest."""
    found = form_called(asking, cursor, patient, id_)
    if found.form.is_signed:
        raise Conflict(SIGNED_ALREADY)
    return found


def _save(
    asking: Asking, connection: Connection, patient: Patient, before: KeptForm, form: InjuryForm
) -> None:
    by = practitioner(asking, connection).partition("/")[2]
    was = parsed(before.stored)
    now = {**resource_of(replace(form, by=by), written(asking.at)), "meta": was.get("meta", {})}
    facility = here(asking, raw_cursor(connection), patient)
    save_at(asking, connection, patient.id, facility, [changed(before.stored, now)])
