"""One row per MedicationRequest: an order of a medicine."""

from cascade.views import (
    CODINGS,
    CONTAINED_MEDICATION,
    CONTAINED_MEDICATION_CODINGS,
    REFERENCE,
    View,
    reference_id,
)

view = View(
    table="medication_request",
    resource_type="MedicationRequest",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "contained": CONTAINED_MEDICATION,
        "status": "VARCHAR",
        "intent": "VARCHAR",
        "doNotPerform": "BOOLEAN",
        "medicationCodeableConcept": {"coding": CODINGS},
        "medicationReference": REFERENCE,
        "subject": REFERENCE,
        "encounter": REFERENCE,
        "authoredOn": "VARCHAR",
        "requester": REFERENCE,
        "reasonCode": [{"coding": CODINGS}],
        "dosageInstruction": [
            {
                "modifierExtension": [{"url": "VARCHAR"}],
                "timing": {"repeat": {"frequency": "BIGINT", "period": "DOUBLE", "periodUnit": "VARCHAR"}},
                "doseAndRate": [{"doseQuantity": {"value": "DOUBLE", "unit": "VARCHAR", "code": "VARCHAR"}}],
            }
        ],
        "dispenseRequest": {"validityPeriod": {"start": "VARCHAR", "end": "VARCHAR"}},
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        {reference_id("encounter.reference", "Encounter")} AS encounter_id,
        {reference_id("requester.reference", "Organization")} AS requester_id,
        status,
        intent,
        doNotPerform AS do_not_perform,
        coalesce(medicationCodeableConcept.coding, {CONTAINED_MEDICATION_CODINGS}) AS medication_codings,
        {reference_id("medicationReference.reference", "Medication")} AS medication_id,
        flatten(list_transform(reasonCode, lambda reason: reason.coding)) AS reason_codings,
        authoredOn AS authored_on,
        dispenseRequest.validityPeriod."start" AS validity_start,
        dispenseRequest.validityPeriod."end" AS validity_end,
        dosageInstruction[1].timing.repeat.frequency AS frequency,
        dosageInstruction[1].timing.repeat.period AS period,
        dosageInstruction[1].timing.repeat.periodUnit AS period_unit,
        dosageInstruction[1].doseAndRate[1].doseQuantity."value" AS dose_value,
        dosageInstruction[1].doseAndRate[1].doseQuantity.unit AS dose_unit,
        dosageInstruction[1].doseAndRate[1].doseQuantity.code AS dose_unit_code,
        coalesce(len(modifierExtension), 0) + coalesce(len(dosageInstruction[1].modifierExtension), 0)
            AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
