"""The telephone of the prescriber on call at a facility: what whoever is stopped, and the nurse beside them, need first."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

TELEPHONE = re.compile(r"[+(]?[0-9][0-9 ()/-]{1,28}[0-9]", re.ASCII)

NOW = "SELECT telephone FROM clinical.on_call WHERE facility = %s ORDER BY number DESC LIMIT 1"
PUT = "INSERT INTO clinical.on_call (facility, telephone, account, at) VALUES (%s, %s, %s, %s)"


class NoTelephone(Exception):
    """That is no number that can be dialled."""


def telephone_in(typed: str) -> str:
    """The number as it was typed, without spaces around it; empty: nobody is on call. Raises NoTelephone."""
    number = typed.strip()
    if number and not TELEPHONE.fullmatch(number):
        raise NoTelephone
    return number


def on_call_at(cursor: psycopg.Cursor[Any], facility: str) -> str:
    """The number of now; empty: nobody has set one."""
    row = cursor.execute(NOW, (facility,)).fetchone()
    return str(row[0]) if row else ""


def put_on_call(cursor: psycopg.Cursor[Any], facility: str, telephone: str, by: UUID, at: datetime) -> None:
    """From now on this number."""
    cursor.execute(PUT, (facility, telephone, by, at))
