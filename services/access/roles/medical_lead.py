"""What a doctor may do; grants clinical roles at the facility and reviews emergency access by others."""

from services.access.roles.role import Role

MEDICAL_LEAD = Role(
    code="medical_lead",
    title="Facility medical lead",
    words="What a doctor may do; grants clinical roles at the facility and reviews emergency access by others.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead", "administrator"}),
)
