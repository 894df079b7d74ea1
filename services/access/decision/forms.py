"""In which form a record is shown: whole, reduced to what whoever doses must know, or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from clinical.labels import Label
from clinical.safety_set import reduced
from services.access.decision.actor import Actor
from services.access.decision.answer import Decision, Obligation
from services.access.decision.decide import decide
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction

Json = Mapping[str, Any]


class Form(StrEnum):
    """How much of a record is shown."""

    WHOLE = "whole"
    REDUCED = "reduced"
    NOTHING = "nothing"


def form_of(decision: Decision) -> Form:
    """The form that a decision to read allows."""
    if not decision.permitted:
        return Form.NOTHING
    return Form.REDUCED if Obligation.SAFETY_SET_ONLY in decision.obligations else Form.WHOLE


def shown(actor: Actor, resource: Json, subject: Subject) -> Json | None:
    """A resource as the actor may read it; None if not at all. ``subject`` is about this resource."""

    def may_see(labels: frozenset[Label]) -> bool:
        return decide(actor, Interaction.READ, replace(subject, labels=labels, safety=None)).permitted

    match form_of(decide(actor, Interaction.READ, subject)):
        case Form.WHOLE:
            return resource
        case Form.REDUCED:
            return reduced(resource, may_see)
        case Form.NOTHING:
            return None
