"""What a list of codes can read, and what only a person can."""

UNCLASSIFIABLE = frozenset(
    {
        "Basic", "Binary", "Communication", "CommunicationRequest", "Composition", "DocumentReference", "Provenance",
        "QuestionnaireResponse",
    }
)  # fmt: skip
"""Types whose content is written for people, or lies in what they refer to: no list of codes can tell."""

ABOUT_NOBODY = frozenset(
    {
        "CodeSystem", "HealthcareService", "Location", "Measure", "Medication", "Organization",
        "Practitioner", "PractitionerRole", "Questionnaire", "StructureDefinition", "Subscription", "ValueSet",
    }
)  # fmt: skip
"""Types that say nothing of a patient."""

FREE_TEXT = frozenset(
    {
        "abatementString", "comment", "conclusion", "contentString", "description", "detail", "occurrenceString",
        "onsetString", "patientInstruction", "performedString", "summary", "title", "valueMarkdown", "valueString",
    }
)  # fmt: skip
"""Elements that hold free text. Beside these, a ``text`` that stands for a missing code, or is an annotation's."""

NOT_FOR_MACHINES = frozenset(
    {
        "attachment",
        "contentAttachment",
        "note",
        "photo",
        "presentedForm",
        "sourceAttachment",
        "valueAttachment",
    }
)
"""Elements that hold attachments or notes."""

NAMES = frozenset({"name", "address", "telecom"})
"""Elements of people and places that hold no code and no free text of a clinician."""

WRITTEN_BY_HAND = frozenset({"additional", "extensions"})
"""What Narrative.status says where the narrative tells more than the elements beside it."""
