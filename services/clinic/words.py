"""Codes as the pages say them."""

from collections.abc import Mapping

from services.access.decision.break_glass import Reason, Verdict
from services.access.people.purposes import GivenPurpose
from services.shared.languages import N_

REASONS: Mapping[Reason, str] = {
    Reason.UNCONSCIOUS: N_("Unconscious, or cannot speak"),
    Reason.OVERDOSE: N_("Overdose or sedation"),
    Reason.WITHDRAWAL: N_("Withdrawal"),
    Reason.ACUTE: N_("Other acute illness or injury"),
    Reason.DANGER: N_("Danger to themselves or others"),
    Reason.OTHER: N_("Another reason: I tell it to the reviewer"),
}
"""To be chosen by one tap."""

VERDICTS: Mapping[Verdict, str] = {
    Verdict.JUSTIFIED: N_("Justified"),
    Verdict.TO_BE_TALKED_ABOUT: N_("To be talked about"),
    Verdict.NOT_JUSTIFIED: N_("Not justified"),
}

PURPOSES: Mapping[GivenPurpose, str] = {
    GivenPurpose.TREATMENT: N_("Treatment of this person"),
    GivenPurpose.CARE_MANAGEMENT: N_("Planning of care: transfer, release, follow-up"),
    GivenPurpose.PATIENT_REQUEST: N_("The person asked for it"),
}

TYPES: Mapping[str, str] = {
    "AllergyIntolerance": N_("Allergy"),
    "Appointment": N_("Appointment"),
    "Binary": N_("Attachment"),
    "CarePlan": N_("Care plan"),
    "CareTeam": N_("Who treats"),
    "Communication": N_("Message"),
    "CommunicationRequest": N_("Message to be sent"),
    "Composition": N_("Letter"),
    "Condition": N_("Diagnosis"),
    "Consent": N_("Consent"),
    "DetectedIssue": N_("Warning"),
    "DiagnosticReport": N_("Report"),
    "DocumentReference": N_("Document"),
    "Encounter": N_("Stay or visit"),
    "EpisodeOfCare": N_("Programme"),
    "Flag": N_("Hold or flag"),
    "Goal": N_("Goal"),
    "Immunization": N_("Vaccination"),
    "MedicationAdministration": N_("Dose"),
    "MedicationDispense": N_("Handed out"),
    "MedicationRequest": N_("Order"),
    "MedicationStatement": N_("Takes"),
    "Observation": N_("Finding"),
    "Patient": N_("Who somebody is"),
    "Procedure": N_("Procedure"),
    "Provenance": N_("Where it comes from"),
    "QuestionnaireResponse": N_("Form"),
    "RelatedPerson": N_("Relative"),
    "ServiceRequest": N_("Request"),
    "Specimen": N_("Sample"),
    "SupplyDelivery": N_("Handed out: supplies"),
    "Task": N_("Task"),
}
"""The others are called as FHIR calls them."""

STATUSES: Mapping[str, str] = {
    "not-done": N_("not taken"),
    "entered-in-error": N_("entered in error"),
    "cancelled": N_("cancelled"),
    "stopped": N_("stopped"),
    "on-hold": N_("on hold"),
    "inactive": N_("over"),
    "planned": N_("planned"),
    "finished": N_("finished"),
    "active": N_("active"),
}

CRITICALITIES: Mapping[str, str] = {
    "high": N_("high risk"),
    "low": N_("low risk"),
    "unable-to-assess": N_("risk not known"),
}

IN_PLACE_OF = (
    N_("other substance: ask the prescriber"),
    N_("held: ask the prescriber"),
    N_("other medicine: ask the prescriber"),
    N_("pregnancy: ask the prescriber"),
    N_("warning: ask the prescriber"),
)
"""What the reduced forms of the safety set say (``clinical.safety_set``)."""
