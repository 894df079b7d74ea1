"""Sees full counts that are confidential, under own name. No record."""

from services.access.roles.role import Role

CONFIDENTIAL_RECIPIENT = Role(
    code="confidential_recipient",
    title="Confidential recipient",
    words="Sees full counts that are confidential, under own name. No record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
