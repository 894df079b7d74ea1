"""Openings as whoever reviews them sees them, and as they are shown to the patient."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.decision.actor import Actor
from services.access.decision.break_glass import Verdict, may_review
from services.access.decision.decide import decide
from services.access.decision.people import actor_of_person, organizations
from services.access.decision.subject import Subject
from services.access.emergency.errors import NotToReview
from services.access.emergency.opening import COLUMNS, FROM, Opening, opening, with_id
from services.access.people.holdings import MEDICAL_LEAD, Person
from services.access.roles.rule import Interaction, Purpose
from services.access.roles.types import EMERGENCY_ACCESS

SHOWN = 200
"""How many past openings the queue shows, those without a verdict first."""

OF_FACILITIES = text(f"""
SELECT {COLUMNS} {FROM} WHERE b.facility = ANY(:facilities)
ORDER BY coalesce(b.outcome = 'to-be-talked-about', true) DESC, b.opened_at DESC LIMIT {SHOWN}
""")
OF_PATIENT = text(f"SELECT {COLUMNS} {FROM} WHERE b.patient = :patient ORDER BY b.opened_at DESC")
TO_REVIEW = text("""
SELECT count(*) FROM access.break_glass WHERE facility = ANY(:facilities) AND opened_by <> :but AND outcome IS NULL
""")
REVIEW = text("""
UPDATE access.break_glass SET reviewed_by = :by, reviewed_at = :at, outcome = :verdict
WHERE id = :id AND (outcome IS NULL OR outcome = 'to-be-talked-about') RETURNING id
""")


def of_facilities(connection: Connection, person: Person) -> list[Opening]:
    """What was opened in the name of the facilities whose emergency access somebody reviews; own ones too."""
    return [
        opening(row)
        for row in connection.execute(
            OF_FACILITIES, {"facilities": sorted(organizations(person, MEDICAL_LEAD))}
        )
    ]


def to_review(connection: Connection, person: Person) -> int:
    """How many wait for somebody's review."""
    facilities = sorted(organizations(person, MEDICAL_LEAD))
    if not facilities:
        return 0
    found: int = connection.execute(TO_REVIEW, {"facilities": facilities, "but": person.id}).scalar_one()
    return found


def of_patient(connection: Connection, patient: str) -> list[Opening]:
    """Everybody who opened somebody's card or record in an emergency, whatever facility: for the patient to see."""
    return [opening(row) for row in connection.execute(OF_PATIENT, {"patient": patient})]


def review(connection: Connection, person: Person, id_: UUID, verdict: Verdict, at: datetime) -> Opening:
    """Say what is to be said of an opening. Raises NotToReview, NothingOpen."""
    found = with_id(connection, id_)
    if not may_judge(actor_of_person(person, at, Purpose.ADMINISTRATION), found):
        raise NotToReview
    values = {"id": id_, "by": person.id, "verdict": verdict.value, "at": at}
    if connection.execute(REVIEW, values).scalar() is None:
        raise NotToReview
    return found._replace(reviewed_by=person.id, reviewed_at=at, verdict=verdict)


def may_judge(reviewer: Actor, one: Opening) -> bool:
    """Whether somebody may review it: their roles allow it at its facility, and it is not their own."""
    subject = Subject(EMERGENCY_ACCESS, facility=one.facility)
    return may_review(reviewer.name, one.glass) and decide(reviewer, Interaction.UPDATE, subject).permitted
