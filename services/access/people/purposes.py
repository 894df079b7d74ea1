"""For which patients' HIV data somebody said in this session what they want it for. It ends with the session."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

GIVEN = text("SELECT patient FROM access.purpose_given WHERE session = :session")
GIVE = text("""
INSERT INTO access.purpose_given (session, patient, purpose, given_at) VALUES (:session, :patient, :purpose, :at)
ON CONFLICT (session, patient) DO NOTHING RETURNING patient
""")


class GivenPurpose(StrEnum):
    """What for, as codes of HL7's PurposeOfUse. Proposed."""

    TREATMENT = "TREAT"
    CARE_MANAGEMENT = "CAREMGT"
    """Planning of care: a transfer, a release, follow-up."""
    PATIENT_REQUEST = "PATRQT"
    """The patient asked for it."""


def purposes_given(connection: Connection, session: UUID) -> frozenset[str]:
    """The patients for whom a purpose was given."""
    return frozenset(connection.execute(GIVEN, {"session": session}).scalars())


def give_purpose(
    connection: Connection, session: UUID, patient: str, purpose: GivenPurpose, at: datetime
) -> bool:
    """Keep what was said; whether it is the first time."""
    values = {"session": session, "patient": patient, "purpose": purpose.value, "at": at}
    return connection.execute(GIVE, values).scalar() is not None
