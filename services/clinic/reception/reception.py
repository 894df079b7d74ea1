"""The reception of somebody who is here: the arrival that it belongs to, what was answered, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from clinical.custody.commands import MOVEMENTS
from clinical.custody.consequences import Duty
from clinical.custody.movement import Where
from clinical.people.same_person import records_of
from clinical.reception.answer import Answer
from clinical.reception.asked import asked
from clinical.reception.deadlines import Deadline, deadlines
from clinical.reception.form import answers_in, form_id, recorded_id
from clinical.reception.progress import Progress, progress
from clinical.reception.question import Answers, Part, Question
from clinical.reception.taking_back import is_taken_back
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import Stored, read
from fhir_store.search import Context, parse_query, search
from services.access.decision.one_by_one import shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.reading import Patient, parsed
from services.clinic.reception.access import Access, access_to
from services.clinic.stays_page import here
from services.shared.errors import BadRequest
from services.shared.languages import N_

STAY = """
SELECT source_id, started_at FROM clinical.stay
WHERE patient_id = ANY(%s) AND facility_id = %s AND ended_at IS NULL AND status <> ALL(%s) AND started_at IS NOT NULL
ORDER BY started_at DESC, source_id LIMIT 1
"""
# Where somebody was away so that everything is asked anew, each return begins a reception of its own.
RETURNS = """
SELECT source_id, ended_at FROM clinical.absence
WHERE stay_id = %s AND kind = ANY(%s) AND status = 'finished' AND ended_at IS NOT NULL ORDER BY ended_at, source_id
"""
ASKED_ANEW_AFTER = sorted(
    one.code.removesuffix("-return")
    for one in MOVEMENTS.values()
    if one.where is Where.AWAY and Duty.RECEPTION_SCREEN in one.consequences.duties
)
NOT_HELD = ["planned", "cancelled", "entered-in-error"]
VISITS = 50


class NotArrived(BadRequest):
    """Nothing here says since when the person is here."""

    message = N_("No arrival is recorded here. Record it first, then ask.")


@dataclass(frozen=True)
class Arrival:
    """What somebody came with: a stay, the absence from which they are back, or a visit.

    Attributes:
        encounter: its id.
        at: when they came.
        facility: the id of the Organization.
        earlier: the ids of the arrivals of the same stay before it, the latest first.
    """

    encounter: str
    at: datetime
    facility: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reception:
    """How far it is."""

    arrival: Arrival
    form: Stored | None
    in_form: Answers = field(repr=False)
    """What stands in the form, and nothing else."""
    answers: Answers = field(repr=False)
    """All that the reader may see."""
    asked: tuple[Question, ...]
    access: Mapping[str, Access]
    due: Mapping[Part, Deadline]
    now: datetime
    earlier: Answers = field(repr=False)
    """What was answered at earlier arrivals of the stay: never an answer of now."""

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that the reader asks."""
        return tuple(one for one in self.asked if self.access[one.code] is Access.OPEN)

    @property
    def progress(self) -> Progress:
        """Of these."""
        return progress(self.open, self.answers, self.due, self.now)

    @property
    def form_id(self) -> str:
        """The id of the form, there or not."""
        return form_id(self.arrival.encounter)


def arrival_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Arrival | None:
    """The stay that is open where the reader works, or the last return to it; else the last visit. Raises NotInCare."""
    facility, records = here(asking, cursor, patient), sorted(records_of(cursor, patient.id))
    row = cursor.execute(STAY, (records, facility, NOT_HELD)).fetchone()
    if row is not None:
        back = cursor.execute(RETURNS, (row[0], ASKED_ANEW_AFTER)).fetchall()
        *earlier, latest = [row, *back]
        return Arrival(latest[0], latest[1], facility, tuple(id_ for id_, _ in reversed(earlier)))
    visits = (found for record in records for found in _visits(asking, cursor, record, facility))
    return max(visits, key=lambda one: (one.at, one.encounter), default=None)


def _visits(asking: Asking, cursor: psycopg.Cursor[Any], record: str, facility: str) -> Iterable[Arrival]:
    criteria = [
        ("class", "http://terminology.hl7.org/CodeSystem/v3-ActCode|AMB"),
        ("service-provider", f"Organization/{facility}"),
        ("_sort", "-date"),
        ("_count", str(VISITS)),
    ]
    query = parse_query("Encounter", criteria, context=Context(asking.zone, asking.keyring), patient=record)
    for one in search(cursor, query).matches:
        start = parsed(one).get("period", {}).get("start", "")
        if "T" in start:
            yield Arrival(one.id, datetime.fromisoformat(start), facility)


def reception_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Reception:
    """The reception of somebody in care, as the reader may see it. Raises NotInCare, NotArrived."""
    arrival = arrival_of(asking, cursor, patient)
    if arrival is None:
        raise NotArrived
    form, in_form = _form_of(asking, cursor, patient, arrival.encounter)
    before = [_form_of(asking, cursor, patient, one)[1] for one in reversed(arrival.earlier)]
    earlier = {code: one for answers in before for code, one in answers.items()}
    sex = str(parsed(read(cursor, asking.keyring, "Patient", patient.id)).get("gender", ""))
    listed = asked(in_form, sex)
    access = access_to(asking, cursor, patient, listed)
    kept = (
        _kept(asking, cursor, patient, arrival, one)
        for one in listed
        if one.kept and access[one.code] is Access.OPEN
    )
    answers = {**in_form, **{one.question: one for one in kept if one}}
    due = deadlines(arrival.at, law(asking))
    return Reception(arrival, form, in_form, answers, listed, access, due, asking.at, earlier)


def _form_of(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, encounter: str
) -> tuple[Stored | None, dict[str, Answer]]:
    """The form of an arrival, if there is one, and what of it the reader sees."""
    form = stored_as(asking, cursor, "QuestionnaireResponse", form_id(encounter))
    seen = form is not None and _sees(asking, cursor, patient, form)
    return form, answers_in(parsed(form), asking.zone) if form and seen else {}


def _kept(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, arrival: Arrival, question: Question
) -> Answer | None:
    """The answer to a question that is kept apart from the form."""
    assert question.kept is not None
    id_ = recorded_id(form_id(arrival.encounter), question.keys[0])
    stored = stored_as(asking, cursor, question.kept.type, id_)
    if stored is None or not _sees(asking, cursor, patient, stored) or is_taken_back(parsed(stored)):
        return None
    return question.kept.answer(parsed(stored))


def stored_as(asking: Asking, cursor: psycopg.Cursor[Any], type_: str, id_: str) -> Stored | None:
    """A resource by its id; None if there is none. Whoever shows it asks the decision first."""
    try:
        return read(cursor, asking.keyring, type_, id_)
    except (NotStored, ResourceDeleted):
        return None


def _sees(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, stored: Stored) -> bool:
    return bool(shown_one_by_one(cursor, patient.actor, asking.day, [stored]))
