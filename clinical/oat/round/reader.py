"""By what the round is read, and what it made of rows before."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg

from clinical.oat.order import OatOrder
from clinical.oat.round.situation import Presence, Situation
from fhir_store.keyring import Keyring
from fhir_store.remembered import Remembered

MOST_REMEMBERED = 5_000
"""Orders, and people; each takes some kilobytes of memory."""

OrderKey = tuple[str, int, bytes]
"""Its id, its version, and the fingerprint of its text."""


class RowsOf(NamedTuple):
    """All that the situation of one person is made of, but for the bodies of orders and claims."""

    where: Presence
    orders: list[tuple[Any, ...]]
    claims: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]
    holds: list[tuple[Any, ...]]
    take_home: list[tuple[Any, ...]]
    cautions: list[tuple[Any, ...]]
    releases: list[tuple[Any, ...]]


class Known:
    """What was made of rows of the tables before, and is the same as long as they are. One for a program."""

    def __init__(self) -> None:
        self.orders: Remembered[OrderKey, OatOrder] = Remembered(MOST_REMEMBERED)
        """A version of a resource never changes; what was erased is asked for no more."""
        self.situations: Remembered[str, tuple[RowsOf, Situation]] = Remembered(MOST_REMEMBERED)
        """By person, with all that they were made of."""


@dataclass(frozen=True)
class Reader:
    """By what it is read."""

    cursor: psycopg.Cursor[Any]
    keyring: Keyring
    zone: ZoneInfo
    known: Known = field(default_factory=Known)
