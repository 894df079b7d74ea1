"""Stays and absences as FHIR Encounters, as ``fhir/shapes.md`` writes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinical.custody.movement import Before, Told
from clinical.custody.stay import CUSTODY, ENCOUNTER_CLASS

Json = Mapping[str, Any]

OURS = "urn:throughcare:code-system:"
STAY, ABSENCE = "urn:throughcare:profile:custody-stay", "urn:throughcare:profile:custody-absence"
TOLD_BY = "urn:throughcare:extension:told-by"
"""Who told of a stay: ``clinic`` or ``custody``."""
CLINIC = "clinic"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
"""Every stay and absence: that somebody is or was held stays in the house."""


def new_stay(before: Before, told: Told) -> dict[str, Any]:
    """A stay that begins."""
    room = [_in_room(told)] if told.room else []
    made = {
        "resourceType": "Encounter",
        "meta": {"profile": [STAY], "security": [RESTRICTED]},
        "extension": [{"url": TOLD_BY, "valueCode": CUSTODY if told.by_custody else CLINIC}],
        "status": "in-progress",
        "class": {"system": ENCOUNTER_CLASS, "code": CUSTODY},
        "subject": before.subject,
        "period": {"start": instant(told.at)},
        "hospitalization": {"admitSource": ours("entry-reason", told.entry)},
        "location": room,
        "serviceProvider": _at(before),
    }
    return {name: value for name, value in made.items() if value != []}


def new_absence(before: Before, told: Told, kind: str, status: str = "in-progress") -> dict[str, Any]:
    """An absence that begins, or is planned."""
    assert before.stay is not None
    until = {"end": instant(told.until)} if told.until else {}
    return {
        "resourceType": "Encounter",
        "meta": {"profile": [ABSENCE], "security": [RESTRICTED]},
        "status": status,
        "class": {"system": ENCOUNTER_CLASS, "code": f"absence-{kind}"},
        "subject": before.subject,
        "period": {"start": instant(told.at), **until},
        "serviceProvider": _at(before),
        "partOf": {"reference": f"Encounter/{before.stay['id']}"},
    }


def left(absence: Json, at: datetime) -> Json:
    """A planned absence that has begun."""
    return {**absence, "status": "in-progress", "period": {"start": instant(at)}}


def over(absence: Json, at: datetime) -> Json:
    """An absence that has ended; one that was only planned is cancelled."""
    if absence["status"] == "planned":
        return {**absence, "status": "cancelled"}
    return {**absence, "status": "finished", "period": {**absence["period"], "end": instant(at)}}


def ended(before: Before, told: Told, reason: str) -> list[Json]:
    """The stay that has ended, and with it an absence that was open or planned.

    Args:
        before: with an open stay.
        told: when, and where to.
        reason: a code of ``exit-reason``.
    """
    assert before.stay is not None
    to = {"destination": {"reference": f"Organization/{told.destination}"}} if told.destination else {}
    stay = {
        **before.stay,
        "status": "finished",
        "period": {**before.stay["period"], "end": instant(told.at)},
        "hospitalization": {
            **before.stay.get("hospitalization", {}),
            **to,
            "dischargeDisposition": ours("exit-reason", reason),
        },
    }
    if rooms := before.stay.get("location"):
        stay["location"] = [_left_room(one, told.at) for one in rooms]
    return [stay, *([over(before.absence, told.at)] if before.absence else [])]


def in_room(before: Before, told: Told) -> Json:
    """The stay, from now on in another wing or cell."""
    assert before.stay is not None
    earlier = [_left_room(one, told.at) for one in before.stay.get("location", ())]
    return {**before.stay, "location": [*earlier, _in_room(told)]}


def _in_room(told: Told) -> Json:
    return {
        "location": {"reference": f"Location/{told.room}"},
        "status": "active",
        "period": {"start": instant(told.at)},
    }


def _left_room(room: Json, at: datetime) -> Json:
    if room.get("status") == "completed":
        return room
    return {**room, "status": "completed", "period": {**room.get("period", {}), "end": instant(at)}}


def _at(before: Before) -> Json:
    return {"reference": f"Organization/{before.facility}"}


def ours(system: str, code: str) -> Json:
    """A CodeableConcept in a code system of ours."""
    return {"coding": [{"system": f"{OURS}{system}", "code": code}]}


def instant(at: datetime) -> str:
    """An instant as FHIR writes it, to the second, in the zone that it has."""
    return at.replace(microsecond=0).isoformat()
