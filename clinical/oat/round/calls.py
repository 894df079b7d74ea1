"""The number by which somebody is called to the window: one a person and civil day, the same on every tablet, page and sheet.

Nobody else learns anything from it: those who are on the list when it is first seen get theirs in an order that is drawn, and
whoever comes later the next. The day after, everybody has another one.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from random import SystemRandom
from typing import Any

import psycopg

NUMBERS = "SELECT patient_id, number FROM clinical.round_call WHERE facility = %s AND day = %s"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('round calls of ' || %s, 0))"
ADD = "INSERT INTO clinical.round_call (facility, day, patient_id, number) VALUES (%s, %s, %s, %s)"


def numbers_of(cursor: psycopg.Cursor[Any], facility: str, day: date) -> Mapping[str, int]:
    """The numbers of a day, by the ids of Patients."""
    return dict(cursor.execute(NUMBERS, (facility, day)).fetchall())


def draw_numbers(
    cursor: psycopg.Cursor[Any], facility: str, day: date, patients: Iterable[str]
) -> Mapping[str, int]:
    """Those of some people too, drawn if they have none yet; what somebody has stays theirs all day."""
    cursor.execute(ONE_AT_A_TIME, (facility,))
    known = dict(numbers_of(cursor, facility, day))
    new = sorted(set(patients) - known.keys())
    SystemRandom().shuffle(new)
    drawn = {patient: number for number, patient in enumerate(new, start=len(known) + 1)}
    cursor.executemany(ADD, [(facility, day, patient, number) for patient, number in drawn.items()])
    return {**known, **drawn}
