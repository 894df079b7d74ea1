"""Who of a facility could be taken for somebody else there, so that more than a name is asked for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import psycopg

from clinical.people.two_people import Mark
from fhir_store.search import Context
from services.clinic.people_here import two_people_marks
from services.clinic.round.actors import OnRound, law_of

MARKS_LAST = timedelta(minutes=1)
"""So long the marks of a facility are taken to be as they were: all its people are compared for them."""


@dataclass
class Marks:
    """The "two people" marks of facilities, kept for a moment. One for each application; its threads share it."""

    _kept: dict[str, tuple[datetime, Mapping[str, Mark]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, on: OnRound, cursor: psycopg.Cursor[Any]) -> Mapping[str, Mark]:
        """Those of a facility, by the ids of Patients."""
        asking = on.asking
        with self._lock:
            at, known = self._kept.get(on.facility, (None, {}))
        if at is not None and timedelta() <= asking.at - at < MARKS_LAST:
            return known
        everybody = Context(asking.zone, asking.keyring)
        found = two_people_marks(cursor, everybody, [on.facility], asking.day, law_of(asking))
        with self._lock:
            self._kept[on.facility] = asking.at, found
        return found


def marks_of(on: OnRound, cursor: psycopg.Cursor[Any]) -> Collection[str]:
    """Who of a facility could be taken for somebody else there."""
    state = on.asking.request.app.state
    if not hasattr(state, "round_marks"):
        state.round_marks = Marks()
    found: Marks = state.round_marks
    return found.of(on, cursor).keys()
