"""The head of the page: who it is, with whom they could be mixed up, what they do not tolerate, and what stops a dose."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from clinical.custody.dosing_sites import dosing_sites
from clinical.oat.on_call import on_call_at
from clinical.oat.round.reading import situations
from clinical.oat.round.round_list import Now, round_list
from clinical.people import Identity
from clinical.safety_set import Known, card_of
from clinical.worklists.worklist import OAT
from fhir_store.read import read
from fhir_store.search import Context, parse_query, search
from services.access.decision import Interaction, Subject, decide
from services.access.decision.one_by_one import shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.on_call import steps
from services.clinic.photos import may_see_photo, photo_of
from services.clinic.reading import Patient, parsed
from services.clinic.round.actors import OnRound
from services.clinic.round.marks import marks_of
from services.clinic.round.shown import reader_of
from services.clinic.sentences import said
from services.clinic.stays import held_at
from services.clinic.unverified import last_dose_unverified
from services.clinic.words import CRITICALITIES, IN_PLACE_OF

MOST_ALLERGIES = 50


@dataclass(frozen=True)
class Allergy:
    """One. ``words`` wait for their translation where they are ours; ``how_bad`` does always."""

    words: str = field(repr=False)
    ours: bool
    how_bad: str


@dataclass(frozen=True)
class StopLine:
    """What stops a dose of today, said."""

    says: str
    do_now: tuple[str, ...]


@dataclass(frozen=True)
class Banner:
    """The head."""

    identity: Identity = field(repr=False)
    photo: str = field(repr=False)
    two_people: bool
    allergies: tuple[Allergy, ...]
    stops: tuple[StopLine, ...]
    unverified: bool
    """Whether the last dose is only claimed."""
    doses_by: str | None
    """The id of the Organization that gives the doses."""


def banner_of(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, treated_at: Sequence[str]
) -> Banner:
    """The head of somebody's page."""
    here = held_at(cursor, patient.id, treated_at) or next(iter(treated_at), None)
    sees_photo = may_see_photo(patient.actor, patient.id, treated_at)
    resource = parsed(read(cursor, asking.keyring, "Patient", patient.id))
    return Banner(
        patient.identity,
        photo_of(asking, cursor, resource) if sees_photo else "",
        here is not None and patient.id in marks_of(OnRound(asking, here, False, False), cursor),
        tuple(_allergies(asking, cursor, patient)),
        _stops(asking, cursor, patient, here, treated_at) if here else (),
        here is not None and last_dose_unverified(asking, cursor, patient, here, treated_at),
        dosing_sites(cursor, [patient.id])[patient.id],
    )


def _allergies(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Allergy]:
    """Those that count, each as the reader may know it."""
    asked = [("_count", str(MOST_ALLERGIES))]
    everything = Context(asking.zone, asking.keyring)
    stored = [
        one
        for record in patient.records
        for one in search(
            cursor, parse_query("AllergyIntolerance", asked, context=everything, patient=record)
        ).matches
    ]
    shown = shown_one_by_one(cursor, patient.actor, asking.day, stored)
    card = card_of((Known(one.resource, None) for one in shown), asking.at, asking.zone)
    return [
        Allergy(one.text, one.text in IN_PLACE_OF, CRITICALITIES.get(one.more, "")) for one in card.allergies
    ]


def _stops(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, here: str, treated_at: Sequence[str]
) -> tuple[StopLine, ...]:
    """What stops a dose of today, seen from a facility; each once. Of who may not read orders nothing is said."""
    subject = Subject("MedicationRequest", OAT, here, patient.id, frozenset(treated_at))
    if not decide(patient.actor, Interaction.READ, subject).permitted:
        return ()
    known = situations(reader_of(asking, cursor), [patient.id], here, asking.at)
    rows = round_list(known.values(), Now(asking.at, asking.zone, law(asking)))
    found = {stop.code: stop for row in rows for stop in row.stops}
    telephone = on_call_at(cursor, here)
    return tuple(
        StopLine(said(one.says, asking.zone), tuple(steps(one.do_now, asking.zone, telephone)))
        for one in found.values()
    )
