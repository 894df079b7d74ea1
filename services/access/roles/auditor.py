"""Sees who looked at what, reviews unusual access. No clinical record."""

from services.access.roles.role import Role

AUDITOR = Role(
    code="auditor",
    title="Auditor",
    words="Sees who looked at what, reviews unusual access. No clinical record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
