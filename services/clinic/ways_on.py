"""Which pages of a person the reader gets on to, from the page of that person and from the record."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinical.labels import Label
from services.access.roles.rule import Interaction
from services.access.roles.types import OWN_FILE
from services.clinic.asking import Asking
from services.clinic.permitted import may_make
from services.clinic.reading import Patient
from services.clinic.round.actors import facilities_of, may

FORM = "QuestionnaireResponse"
INJURIES = frozenset({Label.R, Label.V})
"""What a form on injuries tells."""


@dataclass(frozen=True)
class WaysOn:
    """What the reader may open.

    Attributes:
        orders: those of opioid agonist treatment of people in care.
        reception: what is asked at reception.
        injuries: the forms on injuries.
        as_doctor: giving the person their file, and answering a court.
    """

    orders: bool
    reception: bool
    injuries: bool
    as_doctor: bool


def ways_on(asking: Asking, patient: Patient, treated_at: Sequence[str]) -> WaysOn:
    """The ways of a reader who sees this person."""
    actor, id_ = patient.actor, patient.id
    reception = may_make(actor, id_, treated_at, FORM)
    return WaysOn(
        _sees_orders(asking),
        reception,
        reception and may_make(actor, id_, treated_at, FORM, Interaction.READ, INJURIES),
        may_make(actor, id_, treated_at, OWN_FILE),
    )


def _sees_orders(asking: Asking) -> bool:
    """It asks for the role alone: whether there are any orders is not told by a button."""
    if asking.inspects:
        return False
    return any(may(asking, Interaction.READ, "MedicationRequest", at) for at in facilities_of(asking))
