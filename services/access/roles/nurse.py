"""Gives medicines, keeps the round and the register, does reception and tests, at own facilities."""

from services.access.roles.role import Role

NURSE = Role(
    code="nurse",
    title="Nurse",
    words="Gives medicines, keeps the round and the register, does reception and tests, at own facilities.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
)
