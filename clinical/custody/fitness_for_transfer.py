"""Whether somebody is fit for transfer, as a clinician stated it: yes, no, or with an escort. Never why.

A table that follows Observations (profile ``fit-for-transfer``). A statement says how somebody is on a day, so it counts
for a while; where none counts, custody is told to ask the medical team, which is the stricter.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

OBSERVATION = "urn:throughcare:code-system:observation"
FIT_FOR_TRANSFER = "fit-for-transfer"
ANSWER = "urn:throughcare:code-system:fit-for-transfer"

COUNTS_FOR = timedelta(days=7)
"""How long after it was made a statement counts. Proposed; no guideline says a number."""

MADE = frozenset({"final", "amended", "corrected"})


class Fitness(StrEnum):
    """What is stated of somebody, the strictest first."""

    NO = "no"
    ESCORT = "escort"
    YES = "yes"


STRICTEST_FIRST = list(Fitness)

fitness_for_transfer = Table(
    "fitness_for_transfer",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("stated_at", TIMESTAMP(timezone=True), nullable=False),
    Column("statement", Text, nullable=False),
)


class Statement(NamedTuple):
    """What was stated, and for when."""

    stated_at: datetime
    fitness: Fitness


def fitness_in_force(statements: Iterable[Statement], at: datetime) -> Fitness | None:
    """What the latest statement that counts says, of one instant the strictest; None: ask the medical team."""
    counting = [one for one in statements if one.stated_at <= at < one.stated_at + COUNTS_FOR]
    if not counting:
        return None
    latest = max(one.stated_at for one in counting)
    return min((one.fitness for one in counting if one.stated_at == latest), key=STRICTEST_FIRST.index)


def fitness_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; a day without a time is its midnight in the facility's zone."""

    def rows(observation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if row := fitness_row(observation, zone):
            yield row

    return Projection(fitness_for_transfer, frozenset({"Observation"}), rows)


def fitness_row(observation: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any] | None:
    """What an Observation states; None if it is another one, is not made or says none of our words."""
    if not _has(observation, "code", OBSERVATION, FIT_FOR_TRANSFER) or observation.get("status") not in MADE:
        return None
    patient = target(observation, "subject", "Patient")
    stated_at, _ = period_bounds({"start": observation.get("effectiveDateTime")}, zone)
    said = next((one for one in Fitness if _has(observation, "valueCodeableConcept", ANSWER, one)), None)
    if patient is None or stated_at is None or said is None:
        return None
    return {"patient_id": patient, "stated_at": stated_at, "statement": said.value}


def _has(observation: Mapping[str, Any], element: str, system: str, code: str) -> bool:
    codings = observation.get(element, {}).get("coding", ())
    return any(one.get("system") == system and one.get("code") == code for one in codings)
