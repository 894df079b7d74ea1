"""Sees the whole record of people in own care, prescribes, diagnoses, signs, gives people their file, answers a court."""

from services.access.roles.role import Role
from services.access.roles.rule import (
    CREATING,
    EVERY_LABEL,
    READING,
    UPDATING,
    WRITING,
    Interaction,
    Purpose,
    after_the_fact,
    arrival,
    in_care,
    of_nobody,
    whoever_keeps_it,
)
from services.access.roles.types import (
    CHART,
    DIRECTORY,
    HAPPENED,
    LEGAL_DISCLOSURE,
    MERGE,
    OWN_FILE,
    PHOTO,
    PROPOSED,
    STOCK,
)

MEDICAL = (
    in_care(READING, CHART, EVERY_LABEL),
    in_care(WRITING, CHART, EVERY_LABEL),
    in_care(CREATING, {LEGAL_DISCLOSURE, MERGE, OWN_FILE}, EVERY_LABEL),
    in_care(READING, {PHOTO}, EVERY_LABEL),
    in_care(CREATING, {PHOTO}, EVERY_LABEL),
    whoever_keeps_it(UPDATING, {"Patient"}, EVERY_LABEL),
    arrival({"Patient", "Encounter"}, EVERY_LABEL),
    after_the_fact(HAPPENED, EVERY_LABEL),
    of_nobody(READING, DIRECTORY, {Purpose.TREATMENT, Purpose.EMERGENCY}),
    of_nobody({Interaction.READ, Interaction.UPDATE}, {PROPOSED}, {Purpose.TREATMENT}, own=True),
    of_nobody({Interaction.READ, Interaction.CREATE}, {STOCK}, {Purpose.TREATMENT}, own=True),
)
"""What every doctor may do."""

DOCTOR = Role(
    code="doctor",
    title="Doctor",
    words="Sees the whole record of people in own care, prescribes, diagnoses, signs, releases stops, "
    "gives people their file, signs that two records are of one person, and decides what goes out without consent where a law asks for it.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
    rules=MEDICAL,
    may_dose=True,
)
