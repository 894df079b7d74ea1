"""Whether the last dose of somebody is only claimed: shown wherever a dose is ordered or given, until a call has confirmed it."""

from collections.abc import Sequence
from typing import Any

import psycopg

from clinical.oat.round.reading import situations
from clinical.oat.unverified import is_unverified
from clinical.worklists.worklist import OAT
from services.access.decision import Interaction, Subject, decide
from services.clinic.asking import Asking
from services.clinic.reading import Patient
from services.clinic.round.shown import reader_of


def last_dose_unverified(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, here: str, treated_at: Sequence[str]
) -> bool:
    """Seen from a facility. Of who may not read orders nothing is said."""
    subject = Subject("MedicationRequest", OAT, here, patient.id, frozenset(treated_at))
    if not decide(patient.actor, Interaction.READ, subject).permitted:
        return False
    known = situations(reader_of(asking, cursor), [patient.id], here, asking.at)
    return is_unverified(known[patient.id].record, asking.at)
