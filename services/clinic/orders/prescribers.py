"""Who signs orders at a facility: the second prescriber, and whoever ordered by telephone."""

from typing import Any
from uuid import UUID

import psycopg

from services.access.decision import Interaction, Purpose, Subject, actor_of_person, decide
from services.access.people.holdings import Holding, Person
from services.access.roles import ROLES
from services.clinic.asking import Asking
from services.clinic.round.actors import OF_TREATMENT, SOMEBODY
from services.clinic.round.staff import Colleague, colleagues

ANYBODY = UUID(int=0)


def prescribers(asking: Asking, cursor: psycopg.Cursor[Any], facility: str) -> list[Colleague]:
    """Those who sign orders, by name; whoever asks is among them if they do."""
    roles = [code for code in ROLES if _prescribes(asking, code, facility)]
    return colleagues(cursor, facility, asking.who.session.device, asking.at, roles)


def _prescribes(asking: Asking, role: str, facility: str) -> bool:
    """Whether somebody with that role signs the orders of people whom the facility treats."""
    holder = Person(ANYBODY, frozenset({Holding(role, f"Organization/{facility}")}))
    actor = actor_of_person(holder, asking.at, Purpose.TREATMENT)
    subject = Subject("MedicationRequest", OF_TREATMENT, facility, SOMEBODY, open_at=frozenset({facility}))
    return decide(actor, Interaction.UPDATE, subject).permitted
