"""Reads who is fit for transfer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

from clinical.custody.fitness_for_transfer import COUNTS_FOR, Fitness, Statement, fitness_in_force

STATEMENTS = """
SELECT patient_id, stated_at, statement FROM clinical.fitness_for_transfer
WHERE patient_id = ANY(%s) AND stated_at > %s AND stated_at <= %s
"""


def fitness_of(
    cursor: psycopg.Cursor[Any], patients: Collection[str], at: datetime
) -> dict[str, Fitness | None]:
    """What counts at an instant for each of some people; None: ask the medical team."""
    stated: dict[str, list[Statement]] = {patient: [] for patient in patients}
    cursor.execute(STATEMENTS, (sorted(patients), at - COUNTS_FOR, at))
    for patient, stated_at, statement in cursor.fetchall():
        stated[patient].append(Statement(stated_at, Fitness(statement)))
    return {patient: fitness_in_force(statements, at) for patient, statements in stated.items()}
