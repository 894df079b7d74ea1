"""Where people are, as their stays and absences say, seen from the facility of the round. Five statements side by side, however many.

Whoever stands at the window is believed before any of this is: it is a reason to make sure, and never one not to record.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import psycopg

from clinical.custody.dosing_sites import sites_of
from clinical.oat.attendance import Whereabouts
from clinical.oat.round.dead import dead
from clinical.oat.round.situation import Leaving, Presence
from clinical.people.same_person import Records
from fhir_store.arrays import array
from fhir_store.side_by_side import side_by_side

STAYS = """
SELECT s.patient_id, s.source_id, s.facility_id, s.started_at, s.ended_at, s.exit_reason,
    coalesce(w.name, CASE WHEN p.kind = 'wing' THEN p.name END, ''), CASE WHEN p.kind = 'cell' THEN p.name ELSE '' END
FROM clinical.stay s
LEFT JOIN clinical.place p ON p.source_id = s.place_id LEFT JOIN clinical.place w ON w.source_id = p.wing_id
WHERE s.patient_id = ANY(%s::text[]) AND s.status NOT IN ('planned', 'cancelled')
"""
ABSENCES = """
SELECT a.patient_id, a.kind, a.status, a.started_at, a.ended_at, a.dose_plan FROM clinical.absence a
WHERE a.patient_id = ANY(%s::text[]) AND (a.ended_at IS NULL OR a.ended_at > %s)
"""

AWAY = {"court": Whereabouts.COURT, "hospital": Whereabouts.HOSPITAL}
"""By the kind of an absence; any other is elsewhere."""

LEFT = {
    "transfer": Whereabouts.TRANSFERRED,
    "release-planned": Whereabouts.RELEASED,
    "release-unplanned": Whereabouts.RELEASED,
    "escape": Whereabouts.ELSEWHERE,
    "deported": Whereabouts.ELSEWHERE,
}
"""By how a stay ended."""

DEAD = Presence(Whereabouts.DEAD, doses_here=False)


class Stay(NamedTuple):
    """A stay, with the wing and cell of the person."""

    id: str
    facility: str | None
    since: datetime | None
    until: datetime | None
    exit: str | None
    wing: str
    cell: str

    def is_open(self, at: datetime) -> bool:
        """Whether it goes on."""
        return self.until is None or self.until > at


class Absence(NamedTuple):
    """An absence that is not over."""

    kind: str
    status: str
    since: datetime | None
    until: datetime | None
    plan: str | None

    def is_under_way(self, at: datetime) -> bool:
        """Whether the person has left."""
        return self.status != "planned" or (self.since is not None and self.since <= at)


def presences(
    cursor: psycopg.Cursor[Any], records: Records, facility: str, at: datetime
) -> Mapping[str, Presence]:
    """The presence of each of some people, of whom all records are given."""
    listed = array(records)
    with side_by_side(cursor) as beside:
        stays = beside.read(partial(_by_patient, STAYS, (listed,)))
        absences = beside.read(partial(_by_patient, ABSENCES, (listed, at)))
        sites = beside.read(partial(sites_of, records=records))
        died = beside.read(partial(dead, patients={one for own in records.values() for one in own}, at=at))
    return {
        patient: DEAD
        if not died.result.isdisjoint(records[patient])
        else presence_of(
            [Stay(*row) for row in stays.result.get(patient, ())],
            [Absence(*row) for row in absences.result.get(patient, ())],
            sites.result.get(patient),
            facility,
            at,
        )
        for patient in records
    }


def presence_of(
    stays: Sequence[Stay], absences: Sequence[Absence], site: str | None, facility: str, at: datetime
) -> Presence:
    """The presence of one person. ``site``: who gives the doses; None: nobody does, as far as is known."""
    opened = [one for one in stays if one.is_open(at)]
    here = next((one for one in opened if one.facility == facility), None)
    away = next((one for one in absences if one.is_under_way(at)), None)
    if here is None:
        return Presence(_gone(stays, opened, facility), doses_here=site == facility)
    whereabouts = Whereabouts.HERE if away is None else AWAY.get(away.kind, Whereabouts.ELSEWHERE)
    if whereabouts is Whereabouts.HERE and site not in (None, facility):
        whereabouts = Whereabouts.ELSEWHERE
    return Presence(
        whereabouts,
        here.wing,
        here.cell,
        f"Encounter/{here.id}",
        site in (None, facility),
        _leaving(absences, at),
    )


def _gone(stays: Sequence[Stay], opened: Sequence[Stay], facility: str) -> Whereabouts:
    """Where somebody is of whom no stay is open here."""
    last = max(
        (one for one in stays if one.facility == facility),
        key=lambda one: one.until.timestamp() if one.until else 0.0,
        default=None,
    )
    if last is not None and last.exit in LEFT:
        return LEFT[last.exit]
    return Whereabouts.TRANSFERRED if opened else Whereabouts.RELEASED


def _leaving(absences: Sequence[Absence], at: datetime) -> Leaving | None:
    """The next absence that is planned."""
    ahead = [one for one in absences if one.since is not None and not one.is_under_way(at)]
    following = min(ahead, key=lambda one: one.since or at, default=None)
    if following is None or following.since is None:
        return None
    return Leaving(following.kind, following.since, following.plan)


def _by_patient(
    statement: str, asked: tuple[Any, ...], cursor: psycopg.Cursor[Any]
) -> Mapping[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for patient, *row in cursor.execute(statement, asked).fetchall():
        found[patient].append(tuple(row))
    return found
