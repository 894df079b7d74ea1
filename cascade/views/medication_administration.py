"""One row per MedicationAdministration: a dose given, or recorded as not given."""

from cascade.views import CODINGS, REFERENCE, View, extension_value, reference_id, reference_type

CONTEXT = "Encounter|EpisodeOfCare"
CONTAINED = """list_filter(contained,
    lambda one: one.resourceType = 'Medication' AND '#' || one.id = medicationReference.reference)"""

view = View(
    table="medication_administration",
    resource_type="MedicationAdministration",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "extension": [{"url": "VARCHAR", "valuePositiveInt": "BIGINT"}],
        "modifierExtension": [{"url": "VARCHAR"}],
        "contained": [{"resourceType": "VARCHAR", "id": "VARCHAR", "code": {"coding": CODINGS}}],
        "identifier": [{"system": "VARCHAR", "value": "VARCHAR"}],
        "partOf": [REFERENCE],
        "supportingInformation": [REFERENCE],
        "status": "VARCHAR",
        "statusReason": [{"coding": CODINGS}],
        "reasonCode": [{"coding": CODINGS}],
        "medicationCodeableConcept": {"coding": CODINGS},
        "medicationReference": REFERENCE,
        "subject": REFERENCE,
        "context": REFERENCE,
        "request": REFERENCE,
        "effectiveDateTime": "VARCHAR",
        "effectivePeriod": {"start": "VARCHAR", "end": "VARCHAR"},
        "dosage": {
            "modifierExtension": [{"url": "VARCHAR"}],
            "dose": {"value": "DOUBLE", "unit": "VARCHAR", "system": "VARCHAR", "code": "VARCHAR"},
        },
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        {reference_type("context.reference", CONTEXT)} AS context_type,
        {reference_id("context.reference", CONTEXT)} AS context_id,
        status,
        flatten(list_transform(statusReason, lambda reason: reason.coding)) AS status_reason_codings,
        flatten(list_transform(reasonCode, lambda reason: reason.coding)) AS reason_codings,
        coalesce(medicationCodeableConcept.coding, ({CONTAINED})[1].code.coding) AS medication_codings,
        {reference_id("medicationReference.reference", "Medication")} AS medication_id,
        effectiveDateTime AS effective_date_time,
        effectivePeriod."start" AS effective_start,
        effectivePeriod."end" AS effective_end,
        dosage.dose."value" AS dose_value,
        dosage.dose.unit AS dose_unit,
        dosage.dose."system" AS dose_unit_system,
        dosage.dose.code AS dose_unit_code,
        identifier AS identifiers,
        list_transform(partOf, lambda part: {reference_id("part.reference", "MedicationAdministration")})
            AS part_of_ids,
        list_transform(supportingInformation,
            lambda support: {reference_id("support.reference", "MedicationAdministration")})
            AS supporting_ids,
        {reference_id("request.reference", "MedicationRequest")} AS request_id,
        {extension_value("covers-days", "valuePositiveInt")} AS covers_days,
        coalesce(len(modifierExtension), 0) + coalesce(len(dosage.modifierExtension), 0)
            AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
