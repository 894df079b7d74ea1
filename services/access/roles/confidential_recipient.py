"""Sees full counts that are confidential, under own name. No record."""

from services.access.roles.role import Role
from services.access.roles.rule import READING, Purpose, of_nobody
from services.access.roles.types import CONFIDENTIAL_FIGURES, PUBLISHED_FIGURES

CONFIDENTIAL_RECIPIENT = Role(
    code="confidential_recipient",
    title="Confidential recipient",
    words="Sees full counts that are confidential, under own name. No record.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(
        of_nobody(
            READING,
            {CONFIDENTIAL_FIGURES, PUBLISHED_FIGURES, "Measure", "MeasureReport"},
            {Purpose.PUBLIC_HEALTH},
        ),
    ),
)
