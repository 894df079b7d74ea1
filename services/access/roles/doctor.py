"""Sees the whole record of people in own care, prescribes, diagnoses, signs, releases stops."""

from services.access.roles.role import Role

DOCTOR = Role(
    code="doctor",
    title="Doctor",
    words="Sees the whole record of people in own care, prescribes, diagnoses, signs, releases stops.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
)
