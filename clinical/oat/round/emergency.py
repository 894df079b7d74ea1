"""An overdose, recorded before anybody signs: what was found and done, again and again until it is over, whoever it was.

Each look is a line of its own, and none is changed. Who it was is said afterwards, by a clinician who signs: then it is part of
the record of that person, and nothing is given to them before a prescriber has seen them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from clinical.labels import Label
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.shapes import ours, reference, without_none, written
from clinical.protocols import Protocol
from clinical.words import N_
from fhir_store.keyring import Keyring
from fhir_store.seal import Place

LOOK_AGAIN = "oat.overdose-look-again"
"""After how long somebody looks again. Naloxone works for a shorter time than methadone."""

LOOKS_SOON = timedelta(minutes=5)
"""Not set: the shortest time that anybody keeps to. Proposed by Throughcare, no source."""

LASTS = timedelta(hours=12)
"""So long an emergency is shown on the tablets of the facility, if nobody has ended it."""

ADD = """
INSERT INTO clinical.round_emergency
    (id, began, facility, device, account, recorded_at, found_at, look_again_at, seal_key, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING RETURNING id
"""
COLUMNS = """
e.id, e.began, e.account, e.recorded_at, e.found_at, e.look_again_at, e.body, e.seal_key,
(SELECT k.wrapped FROM fhir_store.data_key k WHERE k.number = e.seal_key)
"""
UNSIGNED = f"""
SELECT {COLUMNS} FROM clinical.round_emergency e
WHERE e.facility = %s AND NOT EXISTS (SELECT FROM clinical.round_emergency_signed s WHERE s.emergency = e.began)
ORDER BY e.began, e.recorded_at, e.found_at, e.id <> e.began
"""  # noqa: S608 - our own text
OF_ONE = f"""
SELECT {COLUMNS} FROM clinical.round_emergency e WHERE e.facility = %s AND e.began = %s
ORDER BY e.recorded_at, e.found_at, e.id <> e.began
"""  # noqa: S608 - our own text
IS_OPEN = """
SELECT EXISTS (
    SELECT FROM clinical.round_emergency e WHERE e.facility = %s AND e.id = %s
        AND NOT EXISTS (SELECT FROM clinical.round_emergency_signed s WHERE s.emergency = e.id)
)
"""
SIGN = """
INSERT INTO clinical.round_emergency_signed (emergency, at, account, patient_id) VALUES (%s, %s, %s, %s)
ON CONFLICT (emergency) DO NOTHING RETURNING emergency
"""

IS_HELD = """
SELECT EXISTS (SELECT FROM clinical.oat_hold h WHERE h.patient_id = %s AND h.reason = %s AND h.ends IS NULL)
"""


class Breathing(StrEnum):
    """How somebody breathes. The code is stored: never changed."""

    NONE = "none"
    SLOW = "slow"
    NORMAL = "normal"


class Ambulance(StrEnum):
    """Whether help is on its way. The code is stored: never changed."""

    NOT_CALLED = "not-called"
    CALLED = "called"
    THERE = "there"


BREATHING_WORDS = {
    Breathing.NONE: N_("Not breathing"),
    Breathing.SLOW: N_("Slowly, or too little"),
    Breathing.NORMAL: N_("Normally"),
}
AMBULANCE_WORDS = {
    Ambulance.NOT_CALLED: N_("Not called"),
    Ambulance.CALLED: N_("Called"),
    Ambulance.THERE: N_("There"),
}

MOST_NALOXONE = 20
LONGEST_PLACE = 40


@dataclass(frozen=True)
class Look:
    """What somebody saw and did at one time; nothing of it has to be known.

    Attributes:
        naloxone: doses since the look before.
        where: the place, as it is called there.
        over: whether the person is awake, or in the hands of others.
        mistake: a line that was tapped by mistake, which this one takes back.
    """

    breathing: Breathing | None = None
    naloxone: int | None = None
    ambulance: Ambulance | None = None
    where: str = ""
    over: bool = False
    mistake: UUID | None = None


@dataclass(frozen=True)
class Line:
    """A look as it is kept.

    Attributes:
        began: the number of the first look of the same emergency.
        found_at: when it was.
        look_again_at: by when somebody looks again; None: it is over.
    """

    id: UUID
    began: UUID
    account: UUID
    recorded_at: datetime
    found_at: datetime
    look_again_at: datetime | None
    look: Look


def add(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    line: Line,
    facility: str,
    device: UUID | None,
) -> bool:
    """Keep a look; False: it was kept before."""
    values = (
        line.id, line.began, facility, device, line.account, line.recorded_at, line.found_at, line.look_again_at,
        keyring.own.number, keyring.seal_own(_place(line.id), _text(line.look)),
    )  # fmt: skip
    return cursor.execute(ADD, values).fetchone() is not None


def next_look(look: Look, at: datetime, protocol: Protocol) -> datetime | None:
    """By when somebody looks again. Raises BadProtocol."""
    return None if look.over else at + look_again_after(protocol)


def began_with(cursor: psycopg.Cursor[Any], facility: str, began: UUID, id_: UUID) -> UUID:
    """Of which emergency a look is; of one that nobody knows, or that somebody has signed meanwhile, its own.

    Then it is signed for itself: what came late is not lost.
    """
    row = cursor.execute(IS_OPEN, (facility, began)).fetchone()
    return began if row is not None and row[0] else id_


def look_again_after(protocol: Protocol) -> timedelta:
    """After how long somebody looks again. Raises BadProtocol."""
    return protocol.duration(LOOK_AGAIN) or LOOKS_SOON


def unsigned(cursor: psycopg.Cursor[Any], keyring: Keyring, facility: str) -> list[tuple[Line, ...]]:
    """Every emergency that nobody has signed yet, the latest first."""
    by_began: dict[UUID, list[Line]] = {}
    for row in cursor.execute(UNSIGNED, (facility,)).fetchall():
        line = _line(keyring, row)
        by_began.setdefault(line.began, []).append(line)
    return sorted((tuple(lines) for lines in by_began.values()), key=lambda one: one[0].recorded_at, reverse=True)  # fmt: skip


def of_one(cursor: psycopg.Cursor[Any], keyring: Keyring, facility: str, began: UUID) -> tuple[Line, ...]:
    """The looks of one emergency, as they were recorded."""
    return tuple(_line(keyring, row) for row in cursor.execute(OF_ONE, (facility, began)).fetchall())


def is_under_way(lines: Sequence[Line], at: datetime) -> bool:
    """Whether somebody still has to look again."""
    last = counted(lines)[-1]
    return last.look_again_at is not None and at - last.found_at < LASTS


def counted(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The looks without those that were tapped by mistake; there is always one, since it began with one."""
    known = tuple(lines)
    mistakes = {one.look.mistake for one in known}
    return tuple(one for one in known if one.look.mistake is None and one.id not in mistakes) or known[:1]


def sign(cursor: psycopg.Cursor[Any], began: UUID, at: datetime, account: UUID, patient: str) -> bool:
    """A clinician signs, and says who it was; ``patient`` is empty if nobody knows. False: somebody had signed."""
    return cursor.execute(SIGN, (began, at, account, patient)).fetchone() is not None


def is_held(cursor: psycopg.Cursor[Any], patient: str) -> bool:
    """Whether a hold after an overdose stands, which no prescriber has lifted.

    A look that came late is signed for itself: the hold of its overdose is not set twice. One that was lifted is set again.
    """
    row = cursor.execute(IS_HELD, (patient, HoldReason.OVERDOSE)).fetchone()
    return row is not None and bool(row[0])


def observations(lines: Iterable[Line], patient: str, account: str, at: datetime) -> list[dict[str, Any]]:
    """What becomes part of the record of the person: what was seen at each look, without ids."""
    return [_observation(one, patient, account, at) for one in counted(lines)]


def hold_after(lines: Iterable[Line], patient: str, account: str, zone: ZoneInfo) -> dict[str, Any]:
    """The hold that an overdose sets from the day it was found, without id."""
    day = counted(lines)[0].found_at.astimezone(zone).date()
    return flag_of(Hold("", patient, HoldReason.OVERDOSE, day, set_by=account))


def _observation(line: Line, patient: str, account: str, at: datetime) -> dict[str, Any]:
    look = line.look
    components = [
        _component("breathing", valueCodeableConcept=ours("breathing", look.breathing)) if look.breathing else None,
        _component("naloxone-doses", valueInteger=look.naloxone) if look.naloxone is not None else None,
        _component("ambulance", valueCodeableConcept=ours("ambulance", look.ambulance)) if look.ambulance else None,
        _component("over", valueBoolean=True) if look.over else None,
    ]  # fmt: skip
    return without_none(
        {
            "resourceType": "Observation",
            "meta": {"security": [{"system": Label.OPIOIDUD.system, "code": str(Label.OPIOIDUD)}]},
            "status": "final",
            "code": ours("observation", "overdose"),
            "subject": reference("Patient", patient),
            "effectiveDateTime": written(line.found_at),
            "issued": written(at),
            "performer": [reference("Practitioner", one) for one in sorted({str(line.account), account})],
            "component": [one for one in components if one] or None,
            "note": [{"text": look.where}] if look.where else None,
        }
    )


def _component(code: str, **value: Any) -> dict[str, Any]:
    return {"code": ours("overdose", code), **value}


def _text(look: Look) -> str:
    said = {
        "breathing": look.breathing,
        "naloxone": look.naloxone,
        "ambulance": look.ambulance,
        "where": look.where,
        "over": look.over,
        "mistake": None if look.mistake is None else str(look.mistake),
    }
    return json.dumps({name: value for name, value in said.items() if value not in (None, "")})


def _line(keyring: Keyring, row: Sequence[Any]) -> Line:
    id_, began, account, recorded_at, found_at, again, body, number, wrapped = row
    said = json.loads(
        keyring.text_at(_place(id_), number, bytes(wrapped) if wrapped else None, bytes(body)) or "{}"
    )
    return Line(id_, began, account, recorded_at, found_at, again, _look(said))


def _look(said: Mapping[str, Any]) -> Look:
    breathing, ambulance, mistake = said.get("breathing"), said.get("ambulance"), said.get("mistake")
    return Look(
        Breathing(breathing) if breathing else None,
        said.get("naloxone"),
        Ambulance(ambulance) if ambulance else None,
        said.get("where", ""),
        bool(said.get("over")),
        UUID(mistake) if mistake else None,
    )


def _place(id_: UUID) -> Place:
    return Place(f"round_emergency|{id_}|body")
