"""What a doctor may do; grants clinical roles at the facility, reviews emergency access, closes discrepancies of the register."""

from services.access.roles.doctor import MEDICAL
from services.access.roles.role import Role
from services.access.roles.rule import (
    EVERY_LABEL,
    READING,
    UPDATING,
    WRITING,
    Interaction,
    Purpose,
    in_care,
    of_nobody,
)
from services.access.roles.types import CLINICAL_ROLES, EMERGENCY_ACCESS, INFERENCE, SEALED, STOCK

MEDICAL_LEAD = Role(
    code="medical_lead",
    title="Facility medical lead",
    words="What a doctor may do; grants clinical roles at the facility, reviews emergency access by others, "
    "sees who could be guessed from the movement list and the record of who died in custody, and closes discrepancies "
    "of the register.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead", "administrator"}),
    rules=(
        *MEDICAL,
        in_care({Interaction.READ}, {SEALED}, EVERY_LABEL),
        in_care(UPDATING, {SEALED}, EVERY_LABEL),
        of_nobody(READING | WRITING, {CLINICAL_ROLES, EMERGENCY_ACCESS}, {Purpose.ADMINISTRATION}, own=True),
        of_nobody({Interaction.UPDATE}, {STOCK}, {Purpose.TREATMENT}, own=True),
        of_nobody({Interaction.READ}, {INFERENCE}, {Purpose.ADMINISTRATION}, own=True),
    ),
    may_dose=True,
)
