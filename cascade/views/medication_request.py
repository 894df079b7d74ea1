"""One row per MedicationRequest: an order of a medicine."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

view = View(
    table="medication_request",
    resource_type="MedicationRequest",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "status": "VARCHAR",
        "subject": REFERENCE,
        "reasonCode": [{"coding": CODINGS}],
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        status,
        flatten(list_transform(reasonCode, lambda reason: reason.coding)) AS reason_codings,
        meta.lastUpdated AS last_updated
    """,
)
