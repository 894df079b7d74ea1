"""Fetches anonymised exports that were released. No record."""

from services.access.roles.role import Role

EVALUATOR = Role(
    code="evaluator",
    title="Evaluator",
    words="Fetches anonymised exports that were released. No record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
