"""That somebody waits and is to be looked at again, and that it was seen to: what a tablet sends beside the doses.

Like any event it is kept as it was sent. ``docs/round.md`` has the members.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinical.oat.round.dose_event import Contact, contact_in, id_in
from clinical.oat.round.follow_up import Step
from clinical.oat.round.members import (
    Json,
    NotUnderstood,
    fhir_id_in,
    instant_in,
    needed,
    text_in,
    uuid_in,
    whole_in,
    word_in,
)
from clinical.words import N_

LOOK_AGAIN, SEEN_TO = "look-again", "seen-to"
"""Stored: never changed."""

WORDS = {LOOK_AGAIN: N_("To be looked at again"), SEEN_TO: N_("Seen to")}
MOST_MINUTES = 48 * 60
"""Beyond this it is a slip of the pen."""


@dataclass(frozen=True)
class LookEvent:
    """One of them.

    Attributes:
        id: its number, the same each time it is sent; of ``look-again`` also that of the Task.
        seq: counts the events of a device.
        person: the id of the Patient.
        kind: ``look-again`` or ``seen-to``.
        occurred_at: by the clock of the device.
        recorded_by: the account of who tapped it.
        of: the dose; None: none was given yet, or ``task`` says it.
        minutes: after which somebody looks again.
        task: the id of the Task that was seen to; None: that of the dose is meant.
        step: which step after a dosing error was done; None: the whole of it.
    """

    id: UUID
    seq: int
    person: str
    kind: str
    occurred_at: datetime
    recorded_by: UUID
    of: UUID | None = None
    minutes: int = 0
    task: str | None = None
    step: Step | None = None
    clock: Contact | None = None
    device: UUID | None = None


def look_event_of(said: Json) -> LookEvent:
    """The event in what was sent. Raises NoEvent, NotUnderstood."""
    kind = str(said.get("kind"))
    of, task = uuid_in(said, "of"), fhir_id_in(said, "task") if text_in(said, "task") else None
    if kind == SEEN_TO and of is None and task is None:
        raise NotUnderstood("of")
    minutes = whole_in(said, "minutes", least=1, most=MOST_MINUTES)
    return LookEvent(
        id=id_in(said),
        seq=whole_in(said, "seq", least=0) or 0,
        person=fhir_id_in(said, "person"),
        kind=kind,
        occurred_at=needed(instant_in(said, "occurred_at"), "occurred_at"),
        recorded_by=needed(uuid_in(said, "recorded_by"), "recorded_by"),
        of=of,
        minutes=needed(minutes, "minutes") if kind == LOOK_AGAIN else 0,
        task=task,
        step=word_in(Step, said, "step"),
        clock=contact_in(said),
        device=uuid_in(said, "device"),
    )
