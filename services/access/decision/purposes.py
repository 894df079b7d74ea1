"""Whether somebody is to be asked what they want a patient's HIV data for: once in a session for each patient.

It is asked of every patient alike, so the question says nothing of whether there is any.
"""

from clinical.labels import Label
from services.access.decision.actor import Actor
from services.access.roles.rule import Interaction, Relationship


def asks_purpose(actor: Actor, patient: str) -> bool:
    """Whether an answer could show more of this patient's record, were there anything to show."""
    if patient in actor.purpose_given_for or actor.opened == patient:
        return False
    return any(
        Label.HIV in rule.labels
        and Interaction.SEARCH in rule.may
        and Relationship.OPEN in (rule.relationship or ())
        and actor.purpose in rule.purpose
        and not rule.with_consent
        and (not rule.under_mandate or held.under_mandate)
        for held in actor.held
        for rule in held.role.rules
    )
