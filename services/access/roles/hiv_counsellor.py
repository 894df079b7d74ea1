"""Offers, takes and returns HIV tests, links to care; sees HIV data of people in own care."""

from services.access.roles.role import Role

HIV_COUNSELLOR = Role(
    code="hiv_counsellor",
    title="HIV counsellor",
    words="Offers, takes and returns HIV tests, links to care; sees HIV data of people in own care.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
)
