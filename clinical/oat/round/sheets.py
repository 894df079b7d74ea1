"""Sheets of paper for a day without a network: what each row stands for is kept here, and a code on the sheet leads to it.

The code is drawn at random and says nothing of anybody; neither does the number of a sheet or of a row.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg

from clinical.oat.round.row import Row

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""None that is taken for another when it is read aloud or typed."""

LENGTH = 10

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('round sheet of ' || %s, 0))"
NEXT = "SELECT coalesce(max(number), 0) + 1 FROM clinical.round_sheet WHERE facility = %s"
ADD = """
INSERT INTO clinical.round_sheet (id, facility, number, day, session, printed_at, printed_by)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
ADD_ROW = """
INSERT INTO clinical.round_sheet_row (code, sheet, row, patient_id, order_id, order_version, part, mg)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
SHEETS = """
SELECT s.id, s.number, s.day, s.session, s.printed_at, s.printed_by FROM clinical.round_sheet s
WHERE s.facility = %s ORDER BY s.number DESC LIMIT %s
"""
ROWS = """
SELECT r.code, r.row, r.patient_id, s.day, r.order_id, r.order_version, r.part, r.mg
FROM clinical.round_sheet_row r JOIN clinical.round_sheet s ON s.id = r.sheet
WHERE s.facility = %s AND s.number = %s ORDER BY r.row
"""
BY_CODE = """
SELECT r.code, r.row, r.patient_id, s.day, r.order_id, r.order_version, r.part, r.mg
FROM clinical.round_sheet_row r JOIN clinical.round_sheet s ON s.id = r.sheet WHERE s.facility = %s AND r.code = %s
"""


class Sheet(NamedTuple):
    """A sheet that was printed."""

    id: UUID
    number: int
    day: date
    session: str
    printed_at: datetime
    printed_by: UUID


class SheetRow(NamedTuple):
    """What a row of a sheet stands for, as it was when it was printed. Without an order no dose was planned."""

    code: str
    row: int
    patient: str
    day: date
    order: str | None
    order_version: str | None
    part: int | None
    mg: Decimal | None


def keep_sheet(
    cursor: psycopg.Cursor[Any],
    facility: str,
    day: date,
    session: str,
    rows: Iterable[Row],
    at: datetime,
    by: UUID,
) -> tuple[int, list[SheetRow]]:
    """Keep what is about to be printed; the sheet's number, the next one of the facility, and its rows."""
    cursor.execute(ONE_AT_A_TIME, (facility,))
    ((number,),) = cursor.execute(NEXT, (facility,)).fetchall()
    id_ = uuid4()
    cursor.execute(ADD, (id_, facility, number, day, session, at, by))
    kept = [_row(row, nth, day) for nth, row in enumerate(rows, start=1)]
    cursor.executemany(
        ADD_ROW, [(one.code, id_, one.row, one.patient, one.order, one.order_version, one.part, one.mg) for one in kept]
    )  # fmt: skip
    return number, kept


def sheets(cursor: psycopg.Cursor[Any], facility: str, most: int) -> list[Sheet]:
    """The sheets of a facility, the latest first."""
    return [Sheet(*row) for row in cursor.execute(SHEETS, (facility, most)).fetchall()]


def rows_of_sheet(cursor: psycopg.Cursor[Any], facility: str, number: int) -> list[SheetRow]:
    """The rows of a sheet."""
    return [SheetRow(*row) for row in cursor.execute(ROWS, (facility, number)).fetchall()]


def with_code(cursor: psycopg.Cursor[Any], facility: str, code: str) -> SheetRow | None:
    """The row of a code, as it was typed or scanned."""
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    row = cursor.execute(BY_CODE, (facility, plain)).fetchone()
    return None if row is None else SheetRow(*row)


def _row(row: Row, nth: int, day: date) -> SheetRow:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    if row.slot is None:
        return SheetRow(code, nth, row.patient, day, None, None, None, None)
    order = row.slot.order
    return SheetRow(code, nth, row.patient, day, order.id, order.version, row.slot.part, row.slot.mg)
