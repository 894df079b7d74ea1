"""Where people are, as their stays say, seen from the facility of the round."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from clinical.oat.attendance import Whereabouts
from clinical.oat.round.situation import Presence

STAYS = """
SELECT s.patient_id, s.source_id, s.facility_id, s.started_at, s.ended_at FROM clinical.stay s
WHERE s.patient_id = ANY(%s) AND s.status NOT IN ('planned', 'cancelled')
"""


def presences(
    cursor: psycopg.Cursor[Any], patients: Sequence[str], facility: str, at: datetime
) -> Mapping[str, Presence]:
    """The presence of each of some people."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for patient, *row in cursor.execute(STAYS, (list(patients),)).fetchall():
        found[patient].append(tuple(row))
    return {patient: _presence(found.get(patient, []), facility, at) for patient in patients}


def _presence(stays: Sequence[tuple[Any, ...]], facility: str, at: datetime) -> Presence:
    opened = [one for one in stays if one[3] is None or one[3] > at]
    here = next((id_ for id_, where, _, _ in opened if where == facility), None)
    if here is not None:
        return Presence(stay=f"Encounter/{here}")
    whereabouts = Whereabouts.TRANSFERRED if opened else Whereabouts.RELEASED
    return Presence(whereabouts, doses_here=not opened)
