"""Whether somebody may do with a person in their care what is no record of its own: a file to hand out, a disclosure."""

from collections.abc import Sequence
from typing import Any

import psycopg

from clinical.labels import Label
from services.access.decision import Actor, decide
from services.access.decision.one_by_one import treating
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.clinic.asking import Asking
from services.clinic.consent_keeping import not_to_you
from services.clinic.reading import Patient


def require(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    thing: str,
    interaction: Interaction = Interaction.CREATE,
) -> None:
    """Return if the reader may make such a thing of the person, or change it. Raises Forbidden; that is logged."""
    facilities = treating(cursor, patient.actor, patient.id, asking.day)
    if not may_make(patient.actor, patient.id, facilities, thing, interaction):
        raise not_to_you(asking, patient.id)


def may_make(
    actor: Actor,
    patient: str,
    facilities: Sequence[str],
    thing: str,
    interaction: Interaction = Interaction.CREATE,
    labels: frozenset[Label] = frozenset(),
) -> bool:
    """Whether an actor may, at one of the facilities that treat the person; ``labels``: what the thing tells."""
    open_at = frozenset(facilities)
    subjects = (Subject(thing, labels, at, patient, open_at=open_at) for at in facilities)
    return any(decide(actor, interaction, one).permitted for one in subjects)


def registers_at(actor: Actor) -> list[str]:
    """The Organizations at which somebody may register a person whom nobody there treats yet."""
    held = sorted({facility for one in actor.held for facility in one.facilities})
    asked = [Subject("Patient", facility=at) for at in held]
    return [one.facility or "" for one in asked if decide(actor, Interaction.CREATE, one).permitted]


def require_registering(asking: Asking, actor: Actor) -> list[str]:
    """Those Organizations, at least one. Raises Forbidden; that is logged."""
    found = registers_at(actor)
    if not found:
        raise not_to_you(asking, "")
    return found
