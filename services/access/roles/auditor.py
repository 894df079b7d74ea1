"""Sees who looked at what, reviews unusual access. No clinical record."""

from services.access.roles.role import Role
from services.access.roles.rule import READING, Purpose, of_nobody
from services.access.roles.types import ACCESS_LOG, EMERGENCY_ACCESS

AUDITOR = Role(
    code="auditor",
    title="Auditor",
    words="Sees who looked at what, reviews unusual access. No clinical record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(of_nobody(READING, {ACCESS_LOG, EMERGENCY_ACCESS, "AuditEvent"}, {Purpose.OVERSIGHT}),),
)
