"""Makes accounts, sets up facilities, devices and systems. No clinical record, and no clinical account."""

from services.access.roles.role import Role

ADMINISTRATOR = Role(
    code="administrator",
    title="Administrator",
    words="Makes accounts, sets up facilities, devices and systems. No clinical record, and no clinical account.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
