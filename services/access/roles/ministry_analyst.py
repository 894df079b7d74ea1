"""Sees figures that are fit to be published. No record, and no count that could name somebody."""

from services.access.roles.role import Role

MINISTRY_ANALYST = Role(
    code="ministry_analyst",
    title="Ministry analyst",
    words="Sees figures that are fit to be published. No record, and no count that could name somebody.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
