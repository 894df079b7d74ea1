"""Who signs orders at a facility: the second prescriber, and whoever ordered by telephone."""

from sqlalchemy import Connection

from services.access.decision import Interaction, Purpose, Subject, actor_of_person, decide
from services.access.people.grants import person_with
from services.clinic.asking import Asking
from services.clinic.round.actors import OF_TREATMENT, SOMEBODY
from services.clinic.round.staff import Colleague, colleagues


def prescribers(asking: Asking, connection: Connection, facility: str) -> list[Colleague]:
    """Those who sign orders, by name; whoever asks is among them if they do."""
    known = colleagues(connection, facility, asking.who.session.device, asking.at)
    return [one for one in known if _prescribes(asking, connection, one, facility)]


def _prescribes(asking: Asking, connection: Connection, colleague: Colleague, facility: str) -> bool:
    person = person_with(connection, colleague.account, asking.at)
    actor = actor_of_person(person, asking.at, Purpose.TREATMENT)
    subject = Subject("MedicationRequest", OF_TREATMENT, facility, SOMEBODY, open_at=frozenset({facility}))
    return decide(actor, Interaction.UPDATE, subject).permitted
