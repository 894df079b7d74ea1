"""What has to be known beside a dose, as a table: that there is an allergy, a sedative, a pregnancy. Never its words.

The words of an allergy stay in the record, and are opened there for whoever may read them. Medicines of the treatment
itself are no caution: they are what the list is about.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata
from clinical.oat.alcohol import INTOXICATED, alcohol_of
from clinical.oat.product import product_of
from clinical.oat.shapes import Json, code_in, id_in
from clinical.safety_set import Kind, kind_of
from clinical.safety_set.standing import ALWAYS, counts_until, since
from fhir_store.projections import Projection

TYPES = frozenset(
    {
        "AllergyIntolerance",
        "Condition",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
    }
)

LOINC = "http://loinc.org"
NOT_PREGNANT = "LA26683-5"
"""LOINC's answer; any other answer to the question, and a test without one, is looked at by somebody."""

oat_caution = Table(
    "oat_caution",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("found_at", TIMESTAMP(timezone=True), nullable=False),
    Column("counts_until", TIMESTAMP(timezone=True)),
)


class Caution(StrEnum):
    """What there is."""

    ALLERGY = "allergy"
    SEDATIVE = "sedative"
    PREGNANCY = "pregnancy"
    NOT_PREGNANT = "not-pregnant"
    INTOXICATED = "intoxicated"
    """As somebody was found at reception."""


KINDS = {
    Kind.ALLERGY: Caution.ALLERGY,
    Kind.SEDATIVE: Caution.SEDATIVE,
    Kind.PREGNANCY: Caution.PREGNANCY,
}


class Found(NamedTuple):
    """One caution about somebody, and the resource that says it."""

    caution: Caution
    found_at: datetime
    type: str
    id: str


def caution_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; a day without a time is its midnight in the facility's zone."""

    def rows(resource: Json) -> Iterator[Mapping[str, Any]]:
        if row := _intoxicated(resource, zone):
            yield row
            return
        kind, patient = kind_of(resource), _patient(resource)
        if kind not in KINDS or patient is None or product_of(resource) is not None:
            return
        until = counts_until(resource, kind, zone)
        if until is not None:
            yield {
                "patient_id": patient,
                "kind": Caution.NOT_PREGNANT if _denies(resource) else KINDS[kind],
                "found_at": since(resource, zone),
                "counts_until": None if until == ALWAYS else until,
            }

    return Projection(oat_caution, TYPES, rows)


def is_pregnant(found: Iterable[Found]) -> bool:
    """Whether the latest that was found of it says so; of one instant, whether anything does."""
    about = [one for one in found if one.caution in (Caution.PREGNANCY, Caution.NOT_PREGNANT)]
    latest = max((one.found_at for one in about), default=None)
    return any(one.found_at == latest and one.caution is Caution.PREGNANCY for one in about)


def intoxicated_at(found: Iterable[Found]) -> datetime | None:
    """When the person was last found intoxicated at reception; None: never, or it was put right."""
    return max((one.found_at for one in found if one.caution is Caution.INTOXICATED), default=None)


def _intoxicated(resource: Json, zone: ZoneInfo) -> Mapping[str, Any] | None:
    said = alcohol_of(resource, zone) if resource["resourceType"] == "Observation" else None
    patient = _patient(resource)
    if said is None or said.code != INTOXICATED or patient is None:
        return None
    kind = Caution.INTOXICATED
    return {"patient_id": patient, "kind": kind, "found_at": said.at, "counts_until": None}


def _patient(resource: Json) -> str | None:
    return id_in(resource.get("subject") or resource.get("patient") or {}, "Patient")


def _denies(resource: Json) -> bool:
    return code_in(resource.get("valueCodeableConcept", {}), LOINC) == NOT_PREGNANT
