"""Exchanges FHIR with the record within its scopes, for people whom the centre treats and who agreed."""

from services.access.roles.role import Role

TREATMENT_CENTRE_SYSTEM = Role(
    code="treatment_centre_system",
    title="Treatment centre's system",
    words="Exchanges FHIR with the record within its scopes, for people whom the centre treats and who agreed.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
