"""Telephone orders that their prescriber has not signed yet."""

from collections.abc import Iterator

from clinical.oat.errors import NotReadable
from clinical.oat.order import WAS_VALID, TelephoneOrder
from clinical.oat.order_resource import order_of
from clinical.oat.telephone import countersigning
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist
from fhir_store.json_text import parse
from fhir_store.read import Stored, read_many

# What was countersigned stands in the order itself; of one person there are few.
SPOKEN = """
SELECT o.patient_id, o.source_id FROM clinical.oat_order o
WHERE o.patient_id = ANY(%s) AND o.signature = 'telephone' AND o.status = ANY(%s) ORDER BY o.starts DESC LIMIT 500
"""
TYPE = "MedicationRequest"
SAID = N_("said %(at)s")
LATE = N_("the signature is late")


def _find(ward: Ward) -> Iterator[Line]:
    spoken = list(ward.by_person(SPOKEN, ward.known, sorted(WAS_VALID)))
    stored = read_many(ward.reader.cursor, ward.reader.keyring, [(TYPE, id_) for _, (id_,) in spoken])
    for patient, (id_,) in spoken:
        said = _said(ward, stored.get((TYPE, id_)))
        if said is not None and said.countersigned_at is None:
            yield _line(ward, patient, said)


def _said(ward: Ward, stored: Stored | None) -> TelephoneOrder | None:
    try:
        order = order_of(parse(stored.text.encode()).value, ward.reader.zone) if stored else None
    except NotReadable:
        return None
    return order.telephone if order else None


def _line(ward: Ward, patient: str, said: TelephoneOrder) -> Line:
    signing = countersigning(said, ward.at, ward.law)
    says = [Sentence(SAID, {"at": said.said_at}), *([Sentence(LATE)] if signing.is_late else [])]
    return Line(patient, tuple(says), signing.by or said.said_at)


WORKLIST = Worklist(
    code="telephone-orders",
    title=N_("Telephone orders to countersign"),
    to_do=N_("The prescriber reads what was given by telephone, and signs it."),
    whom=Whom.PRESCRIBER,
    about=ORDERS,
    find=_find,
    place=16,
    on_shift=True,
)
