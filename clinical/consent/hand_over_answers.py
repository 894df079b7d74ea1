"""What each person answered about a hand-over: a table that follows Consents, from which it is asked what counts now.

A row is one answer of one Consent, with what ``in_force`` needs of it. Which of a person's answers counts at an
instant is not decided here: time alone may change that.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Boolean, Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.consent.consent import ANY_CENTRE, Answer, Consent, flaw_of
from clinical.consent.in_force import begins_at, said_at
from clinical.consent.purpose import Purpose
from clinical.consent.resource import consents_of
from clinical.custody.stay import metadata
from clinical.labels.label import exact_bits
from fhir_store.projections import Projection

REFERENCE = "Patient/"

hand_over_answer = Table(
    "hand_over_answer",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("said_at", TIMESTAMP(timezone=True), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("begins_at", TIMESTAMP(timezone=True)),
    Column("ends_at", TIMESTAMP(timezone=True)),
    Column("recipients", ARRAY(Text), nullable=False),
    Column("any_centre", Boolean, nullable=False),
    Column("labels", Integer, nullable=False),
)


def hand_over_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; days without a time are days in the facility's zone."""

    def rows(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for consent in consents_of(resource, zone):
            if consent.purpose is Purpose.HAND_OVER and not consent.wrong and _patient(consent):
                yield answer_row(consent)

    return Projection(hand_over_answer, frozenset({"Consent"}), rows)


def answer_row(consent: Consent) -> Mapping[str, Any]:
    """The columns of an answer. ``counts``: whether a grant was given as it has to be."""
    granted = consent.answer is Answer.GRANTED
    return {
        "patient_id": _patient(consent),
        "said_at": said_at(consent),
        "granted": granted,
        "counts": granted and flaw_of(consent) is None,
        "begins_at": begins_at(consent),
        "ends_at": consent.end if granted else None,
        "recipients": sorted(one for one in consent.recipients if one != ANY_CENTRE),
        "any_centre": consent.names_any,
        "labels": exact_bits(consent.labels),
    }


def _patient(consent: Consent) -> str | None:
    """The id of a Patient here; one elsewhere is another person."""
    if not consent.patient.startswith(REFERENCE):
        return None
    return consent.patient.removeprefix(REFERENCE).partition("/")[0] or None
