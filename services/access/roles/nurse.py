"""Gives medicines, keeps the round and the register, does reception and tests, at own facilities."""

from clinical.labels import Label
from services.access.roles.role import Role
from services.access.roles.rule import (
    CREATING,
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
    DOCUMENTS,
    HAPPENED,
    MEDICINES,
    PHOTO,
    PROPOSED,
    STOCK,
    TELEPHONE_ORDER,
)

DRUG_TREATMENT = {Label.ETH, Label.ETHUD, Label.OPIOIDUD}

# What nobody can classify may tell of HIV. A nurse sees it where the round and reception cannot do without.
WITH_NOTES = MEDICINES | {
    "AllergyIntolerance", "Appointment", "Consent", "Encounter", "Flag", "Immunization", "Observation", "Patient",
    "QuestionnaireResponse", "Task",
}  # fmt: skip
WRITES = WITH_NOTES | {
    "Communication",
    "Condition",
    "DetectedIssue",
    "Procedure",
    "ServiceRequest",
    "Specimen",
}

NURSE = Role(
    code="nurse",
    title="Nurse",
    words="Gives medicines, keeps the round and the register, writes down what a prescriber orders by telephone, "
    "does reception and tests, at own facilities.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
    rules=(
        in_care(READING, CHART - DOCUMENTS, DRUG_TREATMENT),
        in_care(READING, WITH_NOTES, {*DRUG_TREATMENT, Label.R, Label.V}),
        in_care(WRITING, WRITES - {"MedicationRequest"}, {*DRUG_TREATMENT, Label.R, Label.V}),
        in_care(CREATING, {TELEPHONE_ORDER}, DRUG_TREATMENT),
        in_care(READING, {PHOTO}, {Label.R, Label.V}),
        in_care(CREATING, {PHOTO}, {Label.R, Label.V}),
        whoever_keeps_it(UPDATING, {"Patient"}, {*DRUG_TREATMENT, Label.R, Label.V}),
        arrival({"Patient", "Encounter"}, {*DRUG_TREATMENT, Label.R, Label.V}),
        after_the_fact(HAPPENED, {*DRUG_TREATMENT, Label.R, Label.V}),
        of_nobody(READING, DIRECTORY, {Purpose.TREATMENT, Purpose.EMERGENCY}),
        of_nobody({Interaction.READ, Interaction.UPDATE}, {PROPOSED}, {Purpose.TREATMENT}, own=True),
        of_nobody({Interaction.READ, Interaction.CREATE}, {STOCK}, {Purpose.TREATMENT}, own=True),
    ),
    may_dose=True,
)
