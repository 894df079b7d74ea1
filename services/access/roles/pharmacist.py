"""Sees orders, doses and stock at own facilities; receives, counts and destroys; checks interactions."""

from services.access.roles.role import Role
from services.access.roles.rule import EVERY_LABEL, READING, WRITING, Purpose, in_care, of_nobody
from services.access.roles.types import DIRECTORY, MEDICINES, PHOTO, STOCK

PHARMACIST = Role(
    code="pharmacist",
    title="Pharmacist",
    words="Sees orders, doses and stock at own facilities; receives, counts and destroys, closes discrepancies of the register; "
    "checks interactions.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
    rules=(
        in_care(READING, MEDICINES | {"AllergyIntolerance", "DetectedIssue", "Flag", "Patient"}, EVERY_LABEL),
        in_care(WRITING, {"MedicationDispense", "DetectedIssue", "SupplyDelivery"}, EVERY_LABEL),
        in_care(READING, {PHOTO}, EVERY_LABEL),
        of_nobody(READING, DIRECTORY, {Purpose.TREATMENT, Purpose.EMERGENCY}),
        of_nobody(READING | WRITING, {STOCK}, {Purpose.TREATMENT}, own=True),
    ),
)
