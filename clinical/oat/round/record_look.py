"""That somebody is to be looked at again, into the record as a Task with its time; and what was seen to, on the Task."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from clinical.oat.happened import Happened, Kind
from clinical.oat.round import kept
from clinical.oat.round.clock import Occurred, put_right
from clinical.oat.round.flags import Flag, Outcome
from clinical.oat.round.follow_up import Follows, RoundTask, task
from clinical.oat.round.kept import Kept, Received
from clinical.oat.round.look_event import LOOK_AGAIN, SEEN_TO, LookEvent
from clinical.oat.round.recording import Recorded, Recording, saved_in
from clinical.oat.round.tasks import completed, is_open, tasks_about, what_of, with_step
from clinical.oat.shapes import id_in
from fhir_store.read import read_many
from fhir_store.write import Saved


def look_recorded(recording: Recording, received: Received, event: LookEvent) -> Recorded:
    """The event as it is recorded. Raises what ``author.approve`` raises."""
    when = put_right(event.occurred_at, event.clock, received.at)
    work = _begun if event.kind == LOOK_AGAIN else _seen_to
    saved = tuple(work(recording, received, event, when))
    return Recorded(_kept(received, event, when), saved=saved, event=event)


def _begun(recording: Recording, received: Received, event: LookEvent, when: Occurred) -> Iterator[Saved]:
    dose = Happened(str(event.of or ""), event.person, Kind.GIVEN, when.at)
    about = Follows(dose, received.facility, None, str(event.recorded_by), received.at)
    made = {
        **task(RoundTask.LOOK_AGAIN, about, when.at + timedelta(minutes=event.minutes)),
        "id": str(event.id),
    }
    if event.of is None:
        made.pop("focus")
    if any(one.kind == SEEN_TO for one in kept.about(recording.cursor, event.id)):
        made = completed(made)
    yield from saved_in(recording, [(made, str(event.id))])


def _seen_to(recording: Recording, received: Received, event: LookEvent, when: Occurred) -> Iterator[Saved]:
    asked = [("Task", id_) for id_ in _tasks(recording, event)]
    for (_, id_), stored in read_many(recording.cursor, recording.store.keyring, asked).items():
        resource = dict(json.loads(stored.text))
        changed = _changed(resource, event, when)
        if changed is not None and changed != resource:
            yield from saved_in(recording, [(changed, id_)])


def _tasks(recording: Recording, event: LookEvent) -> list[str]:
    if event.task is not None:
        return [event.task]
    if event.step is None:
        return [str(event.of)]
    return list(tasks_about(recording.cursor, event.person, RoundTask.DOSING_ERROR, [str(event.of)]))


def _changed(resource: dict[str, Any], event: LookEvent, when: Occurred) -> dict[str, Any] | None:
    """None: nothing of it can be said so. What a prescriber decides is not seen to by a tap."""
    if not is_open(resource) or id_in(resource.get("for", {}), "Patient") != event.person:
        return None
    match what_of(resource):
        case RoundTask.LOOK_AGAIN:
            return completed(resource)
        case RoundTask.DOSING_ERROR if event.step is not None:
            return with_step(resource, event.step, when.at)
    return None


def _kept(received: Received, event: LookEvent, when: Occurred) -> Kept:
    flags = (Flag.CLOCK_CORRECTED,) if when.corrected else ()
    named = str(event.id) if event.kind == LOOK_AGAIN else event.task or str(event.of)
    return Kept(
        received.id,
        received.facility,
        event.person,
        event.device,
        event.recorded_by,
        received.sent_by,
        received.at,
        when.at,
        event.kind,
        Outcome.STORED,
        flags,
        event.of,
        None,
        "Task",
        named,
    )
