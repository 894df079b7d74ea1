"""One row per MedicationDispense: medicine handed to the person."""

from cascade.views import (
    CODINGS,
    CONTAINED_MEDICATION,
    CONTAINED_MEDICATION_CODINGS,
    REFERENCE,
    View,
    first_organization_id,
    reference_id,
    reference_type,
)

CONTEXT = "Encounter|EpisodeOfCare"

view = View(
    table="medication_dispense",
    resource_type="MedicationDispense",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "contained": CONTAINED_MEDICATION,
        "identifier": [{"system": "VARCHAR", "value": "VARCHAR"}],
        "status": "VARCHAR",
        "type": {"coding": CODINGS},
        "medicationCodeableConcept": {"coding": CODINGS},
        "medicationReference": REFERENCE,
        "subject": REFERENCE,
        "context": REFERENCE,
        "performer": [{"actor": REFERENCE}],
        "authorizingPrescription": [REFERENCE],
        "quantity": {"value": "DOUBLE"},
        "daysSupply": {"value": "DOUBLE", "unit": "VARCHAR", "code": "VARCHAR"},
        "whenHandedOver": "VARCHAR",
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        {reference_type("context.reference", CONTEXT)} AS context_type,
        {reference_id("context.reference", CONTEXT)} AS context_id,
        {first_organization_id("list_transform(performer, lambda one: one.actor)")}
            AS performer_organization_id,
        status,
        type.coding AS type_codings,
        coalesce(medicationCodeableConcept.coding, {CONTAINED_MEDICATION_CODINGS}) AS medication_codings,
        {reference_id("medicationReference.reference", "Medication")} AS medication_id,
        list_transform(authorizingPrescription,
            lambda one: {reference_id("one.reference", "MedicationRequest")}) AS prescription_ids,
        quantity."value" AS quantity_value,
        daysSupply."value" AS days_supply,
        coalesce(daysSupply.code, daysSupply.unit) AS days_supply_unit,
        whenHandedOver AS handed_over,
        identifier AS identifiers,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
