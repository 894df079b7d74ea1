"""Sees the whole record of people in own care, prescribes, diagnoses, signs, releases stops."""

from services.access.roles.role import Role
from services.access.roles.rule import (
    EVERY_LABEL,
    READING,
    WRITING,
    Interaction,
    Purpose,
    arrival,
    in_care,
    of_nobody,
)
from services.access.roles.types import CHART, DIRECTORY, STOCK

MEDICAL = (
    in_care(READING, CHART, EVERY_LABEL),
    in_care(WRITING, CHART, EVERY_LABEL),
    arrival({"Patient", "Encounter"}, EVERY_LABEL),
    of_nobody(READING, DIRECTORY, {Purpose.TREATMENT, Purpose.EMERGENCY}),
    of_nobody({Interaction.READ, Interaction.CREATE}, {STOCK}, {Purpose.TREATMENT}, own=True),
)
"""What every doctor may do."""

DOCTOR = Role(
    code="doctor",
    title="Doctor",
    words="Sees the whole record of people in own care, prescribes, diagnoses, signs, releases stops.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
    rules=MEDICAL,
    may_dose=True,
)
