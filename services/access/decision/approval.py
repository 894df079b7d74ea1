"""What somebody may write: asked of the decision for all that is about to be written, before it is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from clinical.labels.label import SETS
from fhir_store.compartments import patients_of
from fhir_store.write import Approve, Planned
from services.access.clients import Client
from services.access.decision.actor import Actor
from services.access.decision.cares import Cares, cares_of
from services.access.decision.client_role import actor_of
from services.access.decision.decide import decide
from services.access.decision.relationship import relationship
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction, Relationship
from services.shared.errors import Forbidden

BY_ROLE = (
    "This client's role does not allow that. It writes records of people whom its facility treats, "
    "and changes those that its facility keeps."
)


def approval_of(client: Client, zone: ZoneInfo) -> Approve | None:
    """Refuses, by raising Forbidden, what the client's role does not allow; None if it has no role."""
    now = datetime.now(UTC)
    actor = actor_of(client, now)
    if actor is None or client.facility is None:
        return None
    return approval(actor, frozenset({client.facility}), now.astimezone(zone).date(), BY_ROLE)


def approval(actor: Actor, facilities: frozenset[str], day: date, message: str) -> Approve:
    """Refuses, by raising Forbidden with the message, what an actor may not write on a civil day.

    ``facilities``: the Organizations at which they act.
    """

    def approve(cursor: psycopg.Cursor[Any], planned: Sequence[Planned]) -> None:
        patients = {patient for one in planned for patient in [*_patients(one), *_patients_before(one)]}
        cares = cares_of(cursor, facilities, patients) if patients else {}
        for one in planned:
            for subject in _subjects(one, cares, day):
                if not decide(actor, Interaction(one.interaction), subject).permitted:
                    raise Forbidden(message)

    return approve


def _subjects(planned: Planned, cares: Cares, today: date) -> Iterator[Subject]:
    """What is replaced or deleted, and what is written; of each patient of it."""
    if planned.interaction != Interaction.CREATE:
        before = planned.before
        yield from _of_each(planned, before.labels, before.facility, _patients_before(planned), cares, today)
    if planned.text is not None:
        yield from _of_each(planned, planned.labels, planned.facility, _patients(planned), cares, today)


def _of_each(
    planned: Planned, labels: int, kept_by: str | None, patients: Iterable[str], cares: Cares, today: date
) -> Iterator[Subject]:
    each: list[str | None] = [*patients]
    for patient in each or [None]:
        closest = {at: relationship(found, today) for (at, of), found in cares.items() if of == patient}
        yield Subject(
            planned.change.type,
            SETS[labels],
            kept_by,
            patient,
            open_at=frozenset(at for at, one in closest.items() if one is Relationship.OPEN),
            closed_at=frozenset(at for at, one in closest.items() if one is Relationship.CLOSED),
        )


def _patients(planned: Planned) -> list[str]:
    return [] if planned.text is None else sorted(patients_of(planned.resource))


def _patients_before(planned: Planned) -> list[str]:
    return sorted(planned.before.patients) if planned.before else []
