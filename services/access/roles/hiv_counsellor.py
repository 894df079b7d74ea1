"""Offers, takes and returns HIV tests, links to care; sees HIV data of people in own care."""

from clinical.labels import Label
from services.access.roles.role import Role
from services.access.roles.rule import READING, WRITING, Purpose, in_care, of_nobody
from services.access.roles.types import CHART, DIRECTORY, DOCUMENTS, MEDICINES, PHOTO

# Results in words, and notes on tests and visits, are what nobody can classify.
WITH_NOTES = MEDICINES | {
    "Appointment",
    "Consent",
    "Encounter",
    "EpisodeOfCare",
    "Observation",
    "Patient",
    "Task",
}
WRITES = {
    "Appointment", "Communication", "Condition", "Consent", "Encounter", "Observation", "QuestionnaireResponse",
    "ServiceRequest", "Specimen", "Task",
}  # fmt: skip

HIV_COUNSELLOR = Role(
    code="hiv_counsellor",
    title="HIV counsellor",
    words="Offers, takes and returns HIV tests, links to care; sees HIV data of people in own care.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
    rules=(
        in_care(READING, CHART - DOCUMENTS, {Label.HIV}),
        in_care(READING, WITH_NOTES, {Label.HIV, Label.R, Label.V}),
        in_care(WRITING, WRITES, {Label.HIV, Label.R, Label.V}),
        in_care(READING, {PHOTO}, {Label.HIV, Label.R, Label.V}),
        of_nobody(READING, DIRECTORY, {Purpose.TREATMENT, Purpose.EMERGENCY}),
    ),
)
