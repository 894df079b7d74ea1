"""One row per MedicationStatement: somebody says that the person takes a medicine."""

from cascade.views import (
    CODINGS,
    CONTAINED_MEDICATION,
    CONTAINED_MEDICATION_CODINGS,
    REFERENCE,
    View,
    reference_id,
    reference_type,
)

CONTEXT = "Encounter|EpisodeOfCare"

view = View(
    table="medication_statement",
    resource_type="MedicationStatement",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "contained": CONTAINED_MEDICATION,
        "identifier": [{"system": "VARCHAR", "value": "VARCHAR"}],
        "status": "VARCHAR",
        "reasonCode": [{"coding": CODINGS}],
        "medicationCodeableConcept": {"coding": CODINGS},
        "medicationReference": REFERENCE,
        "subject": REFERENCE,
        "context": REFERENCE,
        "informationSource": REFERENCE,
        "effectiveDateTime": "VARCHAR",
        "effectivePeriod": {"start": "VARCHAR", "end": "VARCHAR"},
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        {reference_type("context.reference", CONTEXT)} AS context_type,
        {reference_id("context.reference", CONTEXT)} AS context_id,
        {reference_id("informationSource.reference", "Organization")} AS performer_organization_id,
        status,
        flatten(list_transform(reasonCode, lambda reason: reason.coding)) AS reason_codings,
        coalesce(medicationCodeableConcept.coding, {CONTAINED_MEDICATION_CODINGS}) AS medication_codings,
        {reference_id("medicationReference.reference", "Medication")} AS medication_id,
        coalesce(effectiveDateTime, effectivePeriod."start") AS effective_start,
        coalesce(effectiveDateTime, effectivePeriod."end") AS effective_end,
        identifier AS identifiers,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
