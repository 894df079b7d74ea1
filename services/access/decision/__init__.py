"""The one decision function: who may do what with which record. Deny by default.

``decide`` answers for one record, ``sight_of`` the same as a description that search turns into SQL. Both read the rules
of the roles (``services.access.roles``), and nothing else decides.
Pure: what is known of the patient, the consent and the session is handed in. ``may``, ``may_in_part`` and ``seen_by``
answer for system clients, by their scopes; ``role_sees`` and ``actor_of`` for those that also have a role;
``person_sees`` and ``actor_of_person`` for somebody who is signed in.
"""

from services.access.decision.actor import Actor, Held
from services.access.decision.agreed import agreed_labels
from services.access.decision.answer import Decision, Obligation, Outcome
from services.access.decision.approval import approval_of
from services.access.decision.break_glass import BreakGlass
from services.access.decision.client_role import actor_of, role_sees, takes_by_consent
from services.access.decision.decide import decide
from services.access.decision.forms import Form, form_of, shown
from services.access.decision.people import actor_of_person, person_sees
from services.access.decision.purposes import asks_purpose
from services.access.decision.relationship import Care, relationship
from services.access.decision.sight import Sight, sight_of
from services.access.decision.subject import Subject
from services.access.decision.system_clients import may, may_in_part, seen_by
from services.access.roles.rule import Interaction, Purpose, Relationship

__all__ = [
    "Actor",
    "BreakGlass",
    "Care",
    "Decision",
    "Form",
    "Held",
    "Interaction",
    "Obligation",
    "Outcome",
    "Purpose",
    "Relationship",
    "Sight",
    "Subject",
    "actor_of",
    "actor_of_person",
    "agreed_labels",
    "approval_of",
    "asks_purpose",
    "decide",
    "form_of",
    "may",
    "may_in_part",
    "person_sees",
    "relationship",
    "role_sees",
    "seen_by",
    "shown",
    "sight_of",
    "takes_by_consent",
]
