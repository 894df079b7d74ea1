"""What is to be done when care has ended: a table that follows Tasks about a stay, an episode or an arrival.

A hand-over is done when the receiver has acknowledged it, and then only; a follow-up also when it was given up. What
was not yet asked for, or entered in error, is none. A Task that does not say on which day it ended counts as open.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Date, Table, Text

from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

SYSTEM = "urn:throughcare:code-system:task"
HAND_OVER, FOLLOW_UP = "hand-over", "follow-up"

NONE = frozenset({"draft", "entered-in-error"})
DONE: Mapping[str, frozenset[str]] = {
    HAND_OVER: frozenset({"completed"}),
    FOLLOW_UP: frozenset({"completed", "cancelled", "rejected", "failed"}),
}
"""Statuses of a Task in which nothing is left to be done."""

CARE = ("Encounter", "EpisodeOfCare")

care_task = Table(
    "care_task",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("care_type", Text, nullable=False),
    Column("care_id", Text, nullable=False),
    Column("is_hand_over", Boolean, nullable=False),
    Column("done_on", Date),
)


def care_task_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if row := care_task_row(task, zone):
            yield row

    return Projection(care_task, frozenset({"Task"}), rows)


def care_task_row(task: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any] | None:
    """What a Task asks for; None if it is about no care, or nobody's."""
    kind = next((one["code"] for one in _codings(task) if one.get("code") in DONE), None)
    patient = target(task, "for", "Patient")
    care = next(((type_, id_) for type_ in CARE if (id_ := target(task, "focus", type_))), None)
    if kind is None or patient is None or care is None or task.get("status") in NONE:
        return None
    return {
        "patient_id": patient,
        "care_type": care[0],
        "care_id": care[1],
        "is_hand_over": kind == HAND_OVER,
        "done_on": _ended_on(task, zone) if task.get("status") in DONE[kind] else None,
    }


def _codings(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in task.get("code", {}).get("coding", ()) if one.get("system") == SYSTEM)


def _ended_on(task: Mapping[str, Any], zone: ZoneInfo) -> date | None:
    said = task.get("executionPeriod", {}).get("end") or task.get("lastModified")
    started: datetime | None = period_bounds({"start": said}, zone)[0] if said else None
    return started.astimezone(zone).date() if started else None
