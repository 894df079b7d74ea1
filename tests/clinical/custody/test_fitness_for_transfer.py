"""Whether somebody is fit for transfer: what is stated, for how long, and never why."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinical.custody.fitness_for_transfer import (
    COUNTS_FOR,
    Fitness,
    Statement,
    fitness_for_transfer,
    fitness_in_force,
    fitness_row,
)

ZONE = ZoneInfo("Europe/Podgorica")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def coded(system: str, code: str) -> dict[str, Any]:
    return {
        "coding": [
            {"system": "urn:other", "code": "x"},
            {"system": f"urn:throughcare:code-system:{system}", "code": code},
        ]
    }


def row(**elements: Any) -> Any:
    base = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": coded("observation", "fit-for-transfer"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-02T13:00:00+01:00",
        "valueCodeableConcept": coded("fit-for-transfer", "escort"),
    }
    return fitness_row({**base, **elements}, ZONE)


def test_a_statement_is_who_when_and_one_word() -> None:
    assert row(note=[{"text": "methadone, may fall asleep"}]) == {
        "patient_id": "p1",
        "stated_at": NOON,
        "statement": "escort",
    }
    assert len(fitness_for_transfer.columns) == 2 + 3


@pytest.mark.parametrize(
    "other",
    [
        {"status": "preliminary"},
        {"status": "entered-in-error"},
        {"code": coded("observation", "hiv-assay")},
        {"code": {"text": "fit-for-transfer"}},
        {"subject": {"display": "DEMO"}},
        {"effectiveDateTime": None},
        {"valueCodeableConcept": coded("fit-for-transfer", "perhaps")},
        {"valueCodeableConcept": {"coding": [{"code": "yes"}]}},
    ],
)
def test_nothing_else_states_anything(other: dict[str, Any]) -> None:
    assert row(**other) is None


def stated(fitness: Fitness, before: timedelta = timedelta()) -> Statement:
    return Statement(NOON - before, fitness)


def test_the_latest_statement_counts_and_of_one_instant_the_strictest() -> None:
    earlier = stated(Fitness.NO, SECOND)
    assert fitness_in_force([stated(Fitness.YES), earlier], NOON) is Fitness.YES
    assert fitness_in_force([stated(Fitness.YES), stated(Fitness.ESCORT)], NOON) is Fitness.ESCORT
    assert fitness_in_force([stated(Fitness.ESCORT), stated(Fitness.NO)], NOON) is Fitness.NO


def test_it_counts_from_its_instant_until_the_days_are_over() -> None:
    assert fitness_in_force([], NOON) is None
    assert fitness_in_force([stated(Fitness.YES, -SECOND)], NOON) is None
    assert fitness_in_force([stated(Fitness.YES, COUNTS_FOR - SECOND)], NOON) is Fitness.YES
    assert fitness_in_force([stated(Fitness.YES, COUNTS_FOR)], NOON) is None
