"""Fetches anonymised exports that were released. No record."""

from services.access.roles.role import Role
from services.access.roles.rule import READING, Purpose, of_nobody
from services.access.roles.types import PUBLISHED_FIGURES, RELEASED_EXPORTS

EVALUATOR = Role(
    code="evaluator",
    title="Evaluator",
    words="Fetches anonymised exports that were released. No record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(of_nobody(READING, {RELEASED_EXPORTS, PUBLISHED_FIGURES, "Measure"}, {Purpose.RESEARCH}),),
)
