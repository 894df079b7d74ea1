"""Reads what the report on the movement list is made of. Only a medical lead gets here: it asks for clinical records."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinical.labels import Label
from clinical.labels.label import exact_bits
from fhir_store.labelled import patients_with
from fhir_store.search import Context
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.access.roles.types import MEDICINES
from services.custody.calls import calls_between
from services.custody.inference_report import DAYS, InferenceReport, inference_report, listed
from services.custody.people import people_with
from services.custody.place import Place, place_of
from services.custody.reader import Reader
from services.shared.database import Database

PRIVATE = exact_bits(set(Label) - {Label.R, Label.V, Label.N})
"""What nobody may guess. ``R`` and ``V`` alone are what custody knows itself."""

MEDICINES_AND_VISITS = MEDICINES | {"Appointment", "EpisodeOfCare"}


@dataclass(frozen=True)
class Inference:
    """What was read."""

    report: InferenceReport
    patients: frozenset[str]
    place: Place


def read_inference(database: Database, reader: Reader, at: datetime, store: Store) -> Inference:
    """The report of the reader's facility on the weeks before today."""
    today = at.astimezone(store.zone).date()
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    context = Context(store.zone, store.keyring)
    with database.snapshot() as connection:
        cursor = raw_cursor(connection)
        calls = listed(calls_between(cursor, reader.facility or "", first, last, store.zone.key))
        patients = frozenset(call.person for call in calls)
        private = patients_with(cursor, PRIVATE, MEDICINES_AND_VISITS, patients)
        people = people_with(cursor, context, patients)
        place = place_of(cursor, context, reader)
    return Inference(inference_report(calls, private, people), patients, place)
