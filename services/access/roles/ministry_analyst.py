"""Sees figures that are fit to be published. No record, and no count that could name somebody."""

from services.access.roles.role import Role
from services.access.roles.rule import READING, Purpose, of_nobody
from services.access.roles.types import PUBLISHED_FIGURES

MINISTRY_ANALYST = Role(
    code="ministry_analyst",
    title="Ministry analyst",
    words="Sees figures that are fit to be published. No record, and no count that could name somebody.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(of_nobody(READING, {PUBLISHED_FIGURES, "Measure"}, {Purpose.PUBLIC_HEALTH}),),
)
