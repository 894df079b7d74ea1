"""Where somebody is and was held, as the reader may see it, and where they could be recorded to go from here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from clinical.custody.absence import CLASSES, dose_plan
from clinical.custody.commands import MOVEMENTS
from clinical.custody.consequences import Duty
from clinical.custody.encounters import OURS, TOLD_BY
from clinical.custody.movement import Before, Json, Movement, Where
from clinical.custody.stay import CUSTODY, ENCOUNTER_CLASS, target
from clinical.people.same_person import records_of
from fhir_store.search import parse_query, search
from services.clinic.asking import Asking
from services.clinic.movement_words import MOVEMENTS as WORDS
from services.clinic.reading import Patient, parsed

SHOWN = 200

DUTIES = """
SELECT source_id, duty, due_at FROM clinical.duty
WHERE patient_id = ANY(%s) AND facility_id = ANY(%s) AND NOT done ORDER BY due_at NULLS LAST, source_id
"""
HELD_AT = """
SELECT facility_id FROM clinical.stay
WHERE patient_id = ANY(%s) AND facility_id = ANY(%s) AND ended_at IS NULL AND status <> ALL(%s)
ORDER BY started_at DESC NULLS LAST, facility_id
"""
NOT_HELD = ["planned", "cancelled", "entered-in-error"]


@dataclass(frozen=True)
class AbsenceLine:
    """An absence from a stay."""

    kind: str
    status: str
    began: str
    ended: str
    dose_plan: str | None
    id: str


@dataclass(frozen=True)
class StayLine:
    """A stay in one prison."""

    facility: str
    began: str
    ended: str
    exit: str
    """A code; empty while it goes on."""
    told_by_custody: bool
    room: tuple[str, str]
    """Wing and cell; empty if nobody said."""
    absences: tuple[AbsenceLine, ...]


@dataclass(frozen=True)
class DutyLine:
    """Something to be done."""

    id: str
    duty: Duty
    due_at: datetime | None
    overdue: bool


def stay_lines(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    names: Mapping[str, str],
    rooms: Mapping[str, tuple[str, str]],
) -> list[StayLine]:
    """The stays that the reader may see, the latest first, of all records of the person."""
    encounters = list(_encounters(asking, cursor, patient))
    away: dict[str, list[Json]] = {}
    for one in encounters:
        if stay := target(one, "partOf", "Encounter"):
            away.setdefault(stay, []).append(one)
    stays = [one for one in encounters if "partOf" not in one and _code(one) == CUSTODY]
    stays.sort(key=_began, reverse=True)
    return [_line(one, away.get(one["id"], ()), names, rooms) for one in stays]


def _encounters(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Json]:
    classes = ",".join(f"{ENCOUNTER_CLASS}|{code}" for code in _classes())
    for record in sorted(records_of(cursor, patient.id)):
        query = parse_query(
            "Encounter",
            [("class", classes), ("_count", str(SHOWN))],
            context=asking.context(patient.actor),
            patient=record,
        )
        found = (parsed(one) for one in search(cursor, query).matches)
        yield from (one for one in found if one.get("status") not in ("entered-in-error", "cancelled"))


def _classes() -> Iterable[str]:
    return (CUSTODY, *(f"{CLASSES}{kind}" for kind in ("court", "hospital", "police", "home-leave")))


def facilities_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> frozenset[str]:
    """The facilities at which the person is or was held, as far as the reader may see it."""
    found = (target(one, "serviceProvider", "Organization") for one in _encounters(asking, cursor, patient))
    return frozenset(id_ for id_ in found if id_)


def _line(
    stay: Json, away: Iterable[Json], names: Mapping[str, str], rooms: Mapping[str, tuple[str, str]]
) -> StayLine:
    facility = target(stay, "serviceProvider", "Organization") or ""
    now = [one for one in stay.get("location", ()) if one.get("status", "active") == "active"]
    room = target(now[-1], "location", "Location") if now else None
    absences = tuple(_absence(one) for one in sorted(away, key=_began, reverse=True))
    return StayLine(
        names.get(facility) or facility,
        _began(stay),
        str(stay.get("period", {}).get("end", "")),
        _exit(stay),
        _told_by(stay) == CUSTODY,
        rooms.get(room or "", ("", "")),
        absences,
    )


def _absence(one: Json) -> AbsenceLine:
    return AbsenceLine(
        _code(one).removeprefix(CLASSES),
        str(one.get("status", "")),
        _began(one),
        str(one.get("period", {}).get("end", "")),
        dose_plan(one),
        one["id"],
    )


def _code(encounter: Json) -> str:
    return str(encounter.get("class", {}).get("code", ""))


def _began(encounter: Json) -> str:
    return str(encounter.get("period", {}).get("start", ""))


def _exit(stay: Json) -> str:
    codings = stay.get("hospitalization", {}).get("dischargeDisposition", {}).get("coding", ())
    return next((str(one.get("code")) for one in codings if one.get("system") == f"{OURS}exit-reason"), "")


def _told_by(stay: Json) -> str:
    said = (one.get("valueCode") for one in stay.get("extension", ()) if one.get("url") == TOLD_BY)
    return str(next(said, CUSTODY))


def held_at(cursor: psycopg.Cursor[Any], patient: str, facilities: Iterable[str]) -> str | None:
    """Where of some facilities a person is held now, the latest; None if nowhere."""
    records = sorted(records_of(cursor, patient))
    row = cursor.execute(HELD_AT, (records, sorted(facilities), NOT_HELD)).fetchone()
    return None if row is None else str(row[0])


def possible(before: Before) -> list[Movement]:
    """The movements that somebody could make from where they are, in the order in which they are offered."""
    return [MOVEMENTS[code] for code in WORDS if _fits(MOVEMENTS[code], before)]


def _fits(movement: Movement, before: Before) -> bool:
    match movement.where:
        case Where.NOT_HELD:
            return before.stay is None
        case Where.PRESENT:
            return before.stay is not None and not before.is_away
        case Where.HELD:
            return before.stay is not None
        case Where.AWAY:
            return before.is_away and movement.code == f"{_away(before)}-return"
        case Where.ANYWHERE:
            return True


def _away(before: Before) -> str:
    return _code(before.absence).removeprefix(CLASSES) if before.absence else ""


def duty_lines(
    cursor: psycopg.Cursor[Any], records: Sequence[str], facilities: Iterable[str], at: datetime
) -> list[DutyLine]:
    """What is to be done of a person at some facilities, the first due first."""
    cursor.execute(DUTIES, (list(records), sorted(facilities)))
    return [
        DutyLine(id_, Duty(code), due_at, due_at is not None and due_at < at)
        for id_, code, due_at in cursor.fetchall()
        if code in list(Duty)
    ]
