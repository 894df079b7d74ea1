"""Telephone orders that their prescriber has not signed yet, as the lists have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clinical.oat.errors import NotReadable
from clinical.oat.order import WAS_VALID, TelephoneOrder
from clinical.oat.order_resource import order_of
from clinical.oat.telephone import countersigning
from clinical.worklists.ward import Ward
from fhir_store.read import Stored, read_many

# What was countersigned stands in the order itself; of one person there are few.
SPOKEN = """
SELECT o.patient_id, o.source_id FROM clinical.oat_order o
WHERE o.patient_id = ANY(%s) AND o.signature = 'telephone' AND o.status = ANY(%s) ORDER BY o.starts DESC LIMIT 500
"""
TYPE = "MedicationRequest"


@dataclass(frozen=True)
class Waiting:
    """One that waits: of whom, when it was said, by when it is signed, and whether that is over."""

    patient: str
    said_at: datetime
    sign_by: datetime
    is_late: bool


def waiting(ward: Ward) -> Iterator[Waiting]:
    """Each telephone order of those who are here or left lately."""
    spoken = list(ward.by_person(SPOKEN, ward.known, sorted(WAS_VALID)))
    stored = read_many(ward.reader.cursor, ward.reader.keyring, [(TYPE, id_) for _, (id_,) in spoken])
    for patient, (id_,) in spoken:
        said = _said(ward, stored.get((TYPE, id_)))
        if said is not None and said.countersigned_at is None:
            signing = countersigning(said, ward.at, ward.law)
            yield Waiting(patient, said.said_at, signing.by or said.said_at, signing.is_late)


def _said(ward: Ward, stored: Stored | None) -> TelephoneOrder | None:
    try:
        order = order_of(stored.value, ward.reader.zone) if stored else None
    except NotReadable:
        return None
    return order.telephone if order else None
