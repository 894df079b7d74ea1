"""Who is held where. All that is asked here is of stays, which custody knows itself."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

NOT_HELD = ("planned", "cancelled", "entered-in-error")

FACILITIES = """
SELECT facility_id FROM clinical.stay
WHERE facility_id IS NOT NULL AND ended_at IS NULL AND status <> ALL(%s)
GROUP BY facility_id ORDER BY count(*) DESC, facility_id
"""
HELD_IN = """
SELECT DISTINCT patient_id FROM clinical.stay
WHERE facility_id = %s AND ended_at IS NULL AND status <> ALL(%s) ORDER BY patient_id
"""
HELD = """
SELECT DISTINCT patient_id FROM clinical.stay
WHERE facility_id = %s AND patient_id = ANY(%s) AND status <> ALL(%s)
    AND started_at <= %s AND (ended_at IS NULL OR ended_at > %s)
"""


def facilities_that_hold(cursor: psycopg.Cursor[Any]) -> tuple[str, ...]:
    """The facilities in which somebody is held, the fullest first: for a demo."""
    cursor.execute(FACILITIES, (list(NOT_HELD),))
    return tuple(facility for (facility,) in cursor.fetchall())


def held_in(cursor: psycopg.Cursor[Any], facility: str) -> list[str]:
    """Everyone who is held in a facility without a known end."""
    cursor.execute(HELD_IN, (facility, list(NOT_HELD)))
    return [patient for (patient,) in cursor.fetchall()]


def held_at(
    cursor: psycopg.Cursor[Any], facility: str, patients: Collection[str], at: datetime
) -> frozenset[str]:
    """Those of some people who are held in a facility at an instant."""
    cursor.execute(HELD, (facility, sorted(patients), list(NOT_HELD), at, at))
    return frozenset(patient for (patient,) in cursor.fetchall())
